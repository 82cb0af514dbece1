"""What is shown where the first draft will not do, or is not sure; the answers are scripted."""

from collections.abc import Mapping, Sequence

import pytest

from codegen_lsp.config.settings import CompletionSettings
from codegen_lsp.document.text import Document, Position
from codegen_lsp.features.alternatives import BEAMS, ROUNDS, SAMPLES, SURE
from codegen_lsp.features.completion import (
    SEARCH_TARGETS,
    Completion,
    Knowledge,
    Trigger,
    complete,
)
from codegen_lsp.features.confidence import Confidence, Token, confidence_of
from codegen_lsp.features.examples import Examples, Tried
from codegen_lsp.feedback.threshold import LEAST_MEAN
from codegen_lsp.model.backend import GenerationRequest, Sampling
from codegen_lsp.model.drafts import Drafts
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from codegen_lsp.prompt.prompt import TextPrompt

UNSURE = SURE - 0.1
BROKEN = "(("


def said(text: str, logprob: float = 0.0, when: str = "") -> ScriptedAnswer:
    return ScriptedAnswer(text, when, logprob=logprob)


def completed(
    text: str,
    *answers: ScriptedAnswer,
    trigger: Trigger = Trigger.INVOKED,
    trial: Examples | None = None,
) -> tuple[Completion, ScriptedBackend]:
    """Complete at the ¦ in ``text``, in Python."""
    backend = ScriptedBackend(list(answers))
    prefix, suffix = text.split("¦")
    document = Document(prefix + suffix, "python")
    completion = complete(
        document,
        document.position(len(prefix)),
        drafts=Drafts(InProcessModel(backend)),
        settings=CompletionSettings(max_tokens=50, work_ahead=False),
        trigger=trigger,
        knowledge=Knowledge(examples=trial),
    )
    return completion, backend


def _samplings(request: GenerationRequest) -> tuple[Sampling, ...]:
    return (request.sampling, *request.siblings)


def test_a_sure_draft_that_passes_is_asked_for_once() -> None:
    completion, backend = completed("x = ¦\n", said("1"))
    assert (completion.text, len(backend.requests), completion.candidates) == ("1", 1, ())


@pytest.mark.parametrize("trigger", list(Trigger))
def test_where_the_first_draft_is_rejected_the_next_likely_one_is_shown(trigger: Trigger) -> None:
    completion, backend = completed(
        "x = ¦\n", said(BROKEN), said(BROKEN), said("1", -0.2), said("2", -0.1), trigger=trigger
    )
    assert (completion.text, completion.dropped) == ("2", None)
    assert backend.requests[1].beams == BEAMS
    assert [each.draft for each in completion.candidates] == [BROKEN, BROKEN, "1", "2"]


def test_where_all_are_rejected_the_first_one_says_why() -> None:
    completion, _ = completed("x = ¦\n", said(BROKEN), said("[["), said("{{"))
    assert completion.text == ""
    assert completion.draft == BROKEN
    assert completion.dropped == "every beginning of it adds a syntax problem"


def test_whoever_asks_by_hand_and_gets_an_unsure_draft_gets_the_best_of_several() -> None:
    """The text below is likelier after the second one."""
    completion, backend = completed(
        "n = 3\n¦\nprint(total)\n",
        said("count = 0", UNSURE / 3),
        said("count = 0", UNSURE / 3),
        said("total = 0", UNSURE / 3 - 0.1),
        ScriptedAnswer("", "n = 3\ncount = 0", logprob=-9.0),
        ScriptedAnswer("", "n = 3\ncount = 0", logprob=-9.0),
        ScriptedAnswer("", "n = 3\ntotal = 0", logprob=-0.1),
    )
    assert completion.text == "total = 0"
    asked = backend.requests[2]
    assert asked.prompt == TextPrompt("n = 3\n")
    assert {given.text for given in asked.given} == {"\nprint(total)\n"}
    assert completion.others == ("count = 0",)


def test_while_typing_an_unsure_draft_that_passes_is_not_compared() -> None:
    completion, backend = completed("x = ¦\n", said("1 + 2", UNSURE / 3), trigger=Trigger.AUTOMATIC)
    assert (completion.text, len(backend.requests)) == ("1 + 2", 1)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param(
            "x = ¦\n", said(BROKEN, LEAST_MEAN - 0.1), id="it was not sure of the mistake"
        ),
        pytest.param("x = ¦\n", said(""), id="it wrote nothing"),
        pytest.param("x = 1\n¦\nprint(x)\n", said("print(x)"), id="it wrote what is below"),
    ],
)
def test_while_typing_nothing_else_is_looked_for_without_need(
    text: str, first: ScriptedAnswer
) -> None:
    completion, backend = completed(text, first, said("1"), trigger=Trigger.AUTOMATIC)
    assert (completion.text, len(backend.requests)) == ("", 1)
    assert completion.dropped


def test_while_typing_the_search_ends_after_some_targets() -> None:
    _, by_hand = completed("x = ¦\n", said(BROKEN), said("1"))
    _, typing = completed("x = ¦\n", said(BROKEN), said("1"), trigger=Trigger.AUTOMATIC)
    assert by_hand.requests[1].limit_ms is None
    assert typing.requests[1].limit_ms == SEARCH_TARGETS * CompletionSettings().target_ms


def test_what_leaves_fewer_problems_is_better_than_what_is_likelier() -> None:
    """The line below is indented: only a header makes sense of it."""
    completion, _ = completed(
        "def f(n):\n¦\n        return n\n",
        said("    n = 1", UNSURE),
        said("    n = 1", -0.1),
        said("    if n:", -0.9),
    )
    assert completion.text == "    if n:"


def test_while_typing_a_guess_is_not_shown() -> None:
    completion, _ = completed(
        "x = ¦\n", said("1 + 2", LEAST_MEAN - 0.01), trigger=Trigger.AUTOMATIC
    )
    assert completion.dropped == "the model was not sure of it"
    assert completion.verdicts[-1].filter == "unless_unsure"


def test_of_a_guess_that_was_asked_for_one_line_is_shown() -> None:
    guess = said("a = 1\nb = 2", LEAST_MEAN - 0.01)
    completion, _ = completed("¦\n", guess, guess)
    assert completion.text == "a = 1"


def test_confidence_is_of_the_shown_text_alone() -> None:
    tokens = [Token("ab", -0.1), Token("\n", -0.3), Token("rest", -9.0)]
    found = confidence_of(tokens, "ab\n")
    assert found is not None
    assert found.mean == pytest.approx(-0.2)
    assert (found.least, found.line) == (-0.3, pytest.approx(-0.4))
    assert confidence_of(tokens, "") is None


def test_the_whole_has_the_end_where_the_model_ended_it() -> None:
    tokens = [Token("a", -0.5), Token("b", -0.25), Token("", -2.0)]
    whole, beginning = confidence_of(tokens, "ab"), confidence_of(tokens, "a")
    assert whole is not None
    assert beginning is not None
    assert (whole.mean, whole.whole, beginning.whole) == (-0.375, -2.75, -0.5)


def test_the_line_is_the_first_one_with_text() -> None:
    tokens = [Token("\n", -0.5), Token("a", -0.25), Token("\nb", -0.125), Token("c", -4.0)]
    found = confidence_of(tokens, "\na\nbc")
    assert found == Confidence(mean=-4.875 / 4, least=-4.0, line=-0.875, whole=-4.875)


class Trial:
    """Pretends to try examples: ``held`` says how many of ``total`` hold with a text."""

    def __init__(
        self, total: int, held: Mapping[str, int | None], unreadable: str | None = None
    ) -> None:
        self.total, self.held, self.unreadable = total, held, unreadable
        self.asked: list[tuple[str, ...]] = []

    def __call__(
        self, _document: Document, _position: Position, texts: Sequence[str], _: object
    ) -> Tried | None:
        self.asked.append(tuple(texts))
        if texts == [self.unreadable]:
            return None
        return Tried(self.total, tuple(self.held.get(text, 0) for text in texts))


PLACE = "def f(n):\n    return ¦\n"


def test_a_draft_with_which_all_examples_hold_needs_no_others() -> None:
    trial = Trial(2, {"n": 2})
    completion, backend = completed(PLACE, said("n"), trial=trial)
    assert (completion.text, completion.held, completion.examples) == ("n", 2, 2)
    assert (len(backend.requests), trial.asked) == (1, [("n",)])


def test_where_they_do_not_hold_others_are_drawn_until_they_do() -> None:
    trial = Trial(2, {"n": 1, "n + 1": 2, "1 + n": 2})
    drawn = [said("n - 2", -0.1), said("n - 2", -0.1), said("n + 1", -3.0), said("1 + n")]
    completion, backend = completed(PLACE, said("n"), *drawn, trial=trial)
    assert (completion.text, completion.held) == ("n + 1", 2)
    assert trial.asked == [("n",), ("n - 2",), ("n + 1",)]
    assert backend.requests[1].samples == SAMPLES
    assert backend.requests[1].sampling.temperature > 0
    assert [tried.total for tried in completion.tried] == [2, 2, 2]


def test_where_none_of_the_first_holds_them_all_more_are_drawn_otherwise() -> None:
    trial = Trial(2, {"n": 1, "n + 1": 2})
    wrong = [said(f"n - {number}") for number in range(SAMPLES)]
    completion, backend = completed(PLACE, said("n"), *wrong, said("n + 1"), trial=trial)
    assert (completion.text, completion.held) == ("n + 1", 2)
    drawn = [each for request in backend.requests[1:] for each in _samplings(request)]
    assert len(drawn) == len({(each.temperature, each.seed) for each in drawn}) == 2 * SAMPLES


def test_where_none_holds_them_all_the_most_decide_and_then_what_was_drawn_most_often() -> None:
    trial = Trial(3, {"n": 1, "n + 1": 2, "1 + n": 2, "n - n": 2})
    drawn = [("n + 1", -3.0), ("1 + n", -1.0), ("n + 1", -3.0), ("n - n", -0.1), ("n - 2", 0.0)]
    answers = [said("n"), *(said(text, logprob) for text, logprob in drawn)]
    completion, _ = completed(PLACE, *answers, trial=trial)
    assert (completion.text, completion.held) == ("n + 1", 2)
    assert completion.others == ("n - n", "1 + n")


def test_several_lines_with_which_all_hold_are_not_compared() -> None:
    lines = "(\n        n)"
    completion, backend = completed(PLACE, said(lines, UNSURE), trial=Trial(1, {lines: 1}))
    assert (completion.text, len(backend.requests)) == (lines, 1)


def test_a_draft_that_a_filter_ends_is_tried_before_the_model_has_ended_it() -> None:
    """What stands below is written again: the model goes on with it, and is not waited for."""
    text = "def f(n):\n    n += 1\n    ¦\n    return n\n"
    trial = Trial(1, {"n -= 1": 1})
    drawn = said("n -= 1\n    return n\n" + "    n += 2\n" * 9)
    completion, _ = completed(text, said("n += 2"), drawn, trial=trial)
    assert (completion.text, completion.held) == ("n -= 1", 1)


def test_a_proved_suggestion_is_shown_whole_however_unsure_the_model_was() -> None:
    unsure = said("n + (\n        1)", LEAST_MEAN - 1)
    completion, _ = completed(PLACE, unsure, trial=Trial(1, {"n + (\n        1)": 1}))
    assert completion.text == "n + (\n        1)"


def test_where_the_examples_prefer_nothing_the_likeliest_is_shown() -> None:
    trial = Trial(2, {})
    drawn = [said(str(number)) for number in range(SAMPLES * len(ROUNDS))]
    completion, backend = completed(PLACE, said("n"), *drawn, trial=trial)
    assert (completion.text, completion.held) == ("n", 0)
    assert len(backend.requests) == 1 + len(ROUNDS)


def test_where_the_first_leaves_a_text_without_examples_those_of_the_others_decide() -> None:
    """As when it ends the function, and the rest of it makes no sense any more."""
    trial = Trial(2, {"n": None, "n + 1": 1, "n + 2": 0, "n + 3": 2}, unreadable="n")
    beams = [said("n + 1", -0.2), said("n + 2", -0.1)]
    missing = [said("")] * (BEAMS - len(beams))
    answers = [said("n", UNSURE), *beams, *missing, said("n + 3")]
    completion, backend = completed(PLACE, *answers, trial=trial)
    assert (completion.text, completion.held) == ("n + 3", 2)
    assert [request.samples for request in backend.requests] == [1, BEAMS, SAMPLES]


@pytest.mark.parametrize("first", ["", BROKEN], ids=["nothing", "nothing that passes"])
def test_where_nothing_is_suggested_and_an_example_fails_others_are_drawn(first: str) -> None:
    text = "def f(n):\n    return n¦\n"
    trial = Trial(2, {"": 1, " + 1": 2, " + 2": 1})
    missing = [said("", UNSURE)] * (1 + BEAMS)
    answers = [said(first), *missing[1:], said(" + 2"), said(" + 1")]
    completion, backend = completed(text, *answers, trial=trial)
    assert (completion.text, completion.held, completion.examples) == (" + 1", 2, 2)
    assert trial.asked[0] == ("",)
    assert backend.requests[-1].samples == SAMPLES


@pytest.mark.parametrize("held", [None, 2])
def test_nothing_stays_nothing_where_all_examples_hold_or_nobody_knows(held: int | None) -> None:
    trial = Trial(2, {"": held})
    text = "def f(n):\n    return n¦\n"
    completion, backend = completed(text, *[said("")] * (1 + BEAMS), trial=trial)
    assert (completion.text, [each.samples for each in backend.requests]) == ("", [1, BEAMS])


def test_nothing_is_drawn_while_typing_where_nothing_is_suggested() -> None:
    trial = Trial(2, {"": 0})
    completion, backend = completed(
        "def f(n):\n    return n¦\n", said(""), trial=trial, trigger=Trigger.AUTOMATIC
    )
    assert (completion.text, len(backend.requests), trial.asked) == ("", 1, [])


def test_an_unsure_draft_is_compared_with_those_that_hold_as_much() -> None:
    trial = Trial(1, {"n": 1, "n * 1": 1})
    answers = [said("n", UNSURE), said("n", UNSURE), said("n + 1", -0.01), said("n * 1", -0.02)]
    completion, backend = completed(PLACE, *answers, trial=trial)
    assert completion.text == "n * 1"
    assert backend.requests[1].beams == BEAMS


@pytest.mark.parametrize(("held", "trigger"), [(None, Trigger.INVOKED), (0, Trigger.AUTOMATIC)])
def test_nothing_is_drawn_where_nothing_is_known_or_asked_by_hand(
    held: int | None, trigger: Trigger
) -> None:
    trial = Trial(2, {"n": held})
    completion, backend = completed(PLACE, said("n"), trial=trial, trigger=trigger)
    assert (completion.text, len(backend.requests), completion.held) == ("n", 1, None)
    assert len(trial.asked) == (trigger is Trigger.INVOKED)
