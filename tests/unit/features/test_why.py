"""A completion told in words and as plain data."""

from typing import Any

import pytest

from codegen_lsp.context.window import Window
from codegen_lsp.features.checking import Verdict
from codegen_lsp.features.completion import Completion
from codegen_lsp.features.examples import Tried
from codegen_lsp.features.why import explanation_of, facts_of, outcome_of, purpose_of, verdict_of
from codegen_lsp.model.backend import Finished, FinishReason

WINDOW = Window(prefix="x = ", suffix="\n", first_line=16, last_line=18)


@pytest.mark.parametrize(
    ("completion", "sentence"),
    [
        (Completion("a + b"), "Shown: 1 line, 5 characters."),
        (Completion("a\nb", is_whole=False), "Shown: 2 lines, 3 characters; more may follow"),
        (Completion("", dropped="it is an echo"), "Nothing is shown because it is an echo."),
    ],
)
def test_the_first_sentence_says_what_came_of_it(completion: Completion, sentence: str) -> None:
    assert verdict_of(completion).startswith(sentence)


def test_context_draft_filters_tokens_and_times_are_told() -> None:
    completion = Completion(
        "",
        dropped="it is an echo",
        draft="y\n",
        window=WINDOW,
        verdicts=(
            Verdict("stop_at_suffix", "y\n", "y\n"),
            Verdict("trim_blank_end", "y\n", "y"),
            Verdict("drop_blank", "y", "y"),
            Verdict("drop_echo", "y", None, "it is an echo"),
        ),
        finished=Finished(FinishReason.LENGTH, 3, 40, 2),
        first_ms=11.6,
        total_ms=20.2,
    )
    assert explanation_of(completion) == [
        "Nothing is shown because it is an echo.",
        "The model saw lines 17 to 19: 4 characters before the cursor and 1 after it.",
        "It wrote 'y\\n'.",
        "stop_at_suffix ended it there.",
        "trim_blank_end made it 'y'.",
        "drop_blank let it pass.",
        "drop_echo dropped it: it is an echo.",
        "It read 3 tokens, had 40 from before, and wrote 2; it ended by its limit of length.",
        "The first token took 12 ms, everything 20 ms.",
    ]


@pytest.mark.parametrize("reason", FinishReason)
def test_every_end_has_its_words(reason: FinishReason) -> None:
    told = explanation_of(Completion("a", finished=Finished(reason)))
    assert not told[-1].endswith(f"ended by {reason.value}.")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"reused": True}, "It wrote 'a', for an earlier request that this one goes on with."),
        ({"reused": True, "is_ahead": True}, "It wrote 'a', before anybody had asked for it."),
        ({"draft": ""}, "It wrote nothing."),
        ({"draft": "a" * 999}, f"It wrote '{'a' * 200}…'."),
    ],
)
def test_where_the_draft_came_from_is_told(facts: dict[str, Any], words: str) -> None:
    completion = Completion("a", window=WINDOW, **{"draft": "a", **facts})
    assert explanation_of(completion)[2] == words


def test_what_was_never_begun_has_one_sentence() -> None:
    assert len(explanation_of(Completion("", dropped="the cursor is inside a word"))) == 1


def test_facts_are_plain_data() -> None:
    facts = facts_of(Completion("a", window=WINDOW, verdicts=(Verdict("drop_echo", "a", "a"),)))
    assert facts["context"]["firstLine"] == 16
    assert facts["filters"] == [
        {"filter": "drop_echo", "outcome": "passed", "before": "a", "after": "a", "reason": None}
    ]
    assert facts["tokens"] is None


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        (Verdict("stop_at_suffix", "a", "a"), "ended"),
        (Verdict("fix_syntax", "a", "a"), "passed"),
        (Verdict("fix_syntax", "ab", "a"), "changed"),
        (Verdict("fix_syntax", "a", None, "why"), "dropped"),
    ],
)
def test_what_a_filter_did_has_a_name(verdict: Verdict, outcome: str) -> None:
    assert outcome_of(verdict) == outcome


def test_a_filter_says_what_it_is_for_in_its_own_words() -> None:
    assert (purpose_of("fix_syntax") or "").startswith("A suggestion must not break")


@pytest.mark.parametrize("name", ["", "no_such_filter", "../os", "os.path"])
def test_what_is_no_filter_has_no_purpose(name: str) -> None:
    assert purpose_of(name) is None


@pytest.mark.parametrize(
    ("held", "sentence"),
    [
        (
            2,
            "2 of the 3 examples in the docstring hold with it (run in a sandbox; 9 were tried).",
        ),
        (None, "Whether the 3 examples in the docstring hold with it is not known."),
    ],
)
def test_examples_that_were_tried_are_told(held: int | None, sentence: str) -> None:
    tried = (Tried(3, (1,)), Tried(3, (0,) * 8))
    completion = Completion("a", tried=tried, held=held)
    assert sentence in explanation_of(completion)
    assert facts_of(completion)["examples"] == {"held": held, "of": 3}
    assert not any("examples" in told for told in explanation_of(Completion("a")))
