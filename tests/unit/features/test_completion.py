import threading
import time
from dataclasses import replace

import pytest

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import CompletionSettings
from codegen_lsp.document.text import Document, Position
from codegen_lsp.errors import Cancelled, InvalidPosition
from codegen_lsp.features.ahead import complete_ahead
from codegen_lsp.features.completion import Completion, Trigger, complete
from codegen_lsp.filters.pipeline import COMPLETION_CHECKS
from codegen_lsp.model.backend import Priority
from codegen_lsp.model.budget import budget_for
from codegen_lsp.model.drafts import Drafts
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from codegen_lsp.prompt.prompt import FimPrompt


def drafts_of(backend: ScriptedBackend) -> Drafts:
    return Drafts(InProcessModel(backend))


def completed(
    text: str,
    *answers: str,
    trigger: Trigger = Trigger.INVOKED,
    max_tokens: int = 50,
    backend: ScriptedBackend | None = None,
) -> Completion:
    """Complete at the ¦ in ``text``, in Python, with these answers of the model."""
    prefix, suffix = text.split("¦")
    document = Document(prefix + suffix, "python")
    return complete(
        document,
        document.position(len(prefix)),
        drafts=drafts_of(backend or ScriptedBackend([ScriptedAnswer(one) for one in answers])),
        settings=CompletionSettings(max_tokens=max_tokens),
        trigger=trigger,
    )


def test_a_sound_draft_is_shown_as_it_is() -> None:
    result = completed("def add(a, b):\n    return ¦\n", "a + b")
    assert (result.text, result.dropped) == ("a + b", None)


def test_the_model_sees_the_text_around_the_cursor() -> None:
    backend = ScriptedBackend([ScriptedAnswer("1")])
    completed("x = ¦\ny = 2\n", backend=backend)
    [request] = backend.requests
    assert request.prompt == FimPrompt("x = ", "\ny = 2\n")


def test_generation_ends_when_a_filter_says_so() -> None:
    """The model would go on for ever; only what was needed is generated."""
    backend = ScriptedBackend([ScriptedAnswer("y = x\n    return y\n" + "    z = 1\n" * 1000)])
    result = completed("def f(x):\n    ¦\n    return y\n", backend=backend, max_tokens=9999)
    assert result.text == "y = x"
    assert result.verdicts[0].filter == "stop_at_suffix"
    assert result.finished is None


def test_a_dropped_draft_says_why_and_which_filter_did_it() -> None:
    result = completed("x = 1¦\n", " 2 3")
    assert result.text == ""
    assert result.dropped == "every beginning of it adds a syntax problem"
    assert result.verdicts[-1].filter == "fix_syntax"
    assert result.verdicts[-1].after is None
    assert result.draft == " 2 3"


def test_half_a_line_at_the_length_limit_is_not_shown() -> None:
    result = completed("¦\n", "a = 1\nb = 2\nc = 3", max_tokens=5)
    assert result.text == "a = 1"


def test_the_text_to_insert_has_the_line_ends_of_the_document() -> None:
    result = completed("if x:\r\n    ¦\r\n", "y = 1\n    z = 2")
    assert result.text == "y = 1\r\n    z = 2"


def test_inside_a_word_nothing_is_suggested_while_typing() -> None:
    backend = ScriptedBackend([ScriptedAnswer("x")])
    result = completed("pri¦nt()\n", backend=backend, trigger=Trigger.AUTOMATIC)
    assert result.dropped == "the cursor is inside a word"
    assert backend.requests == []


def test_a_place_outside_the_document_is_an_error() -> None:
    with pytest.raises(InvalidPosition):
        complete(
            Document("x"),
            Position(5, 0),
            drafts=drafts_of(ScriptedBackend([])),
            settings=CompletionSettings(),
        )


def test_cancelling_ends_it() -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled):
        complete(
            Document("x"),
            Position(0, 0),
            drafts=drafts_of(ScriptedBackend([ScriptedAnswer("a b c")])),
            settings=CompletionSettings(),
            cancellation=cancellation,
        )


PLACE = "def f(a):\n    ¦\n"
LINES = ("b = a + 1", "\n    return b", "\n    # and more")


class Slow:
    """A place and a model that writes ``LINES``, so many milliseconds a word."""

    def __init__(self, *lines: str, token_ms: float = 20, target_ms: int = 1) -> None:
        answer = ScriptedAnswer("".join(lines or LINES), token_ms=token_ms)
        self.backend = ScriptedBackend([answer])
        self.drafts = drafts_of(self.backend)
        self.settings = CompletionSettings(max_tokens=50, target_ms=target_ms, lines="block")

    def complete(self, text: str = PLACE, trigger: Trigger = Trigger.AUTOMATIC) -> Completion:
        prefix, suffix = text.split("¦")
        document = Document(prefix + suffix, "python")
        return complete(
            document,
            document.position(len(prefix)),
            drafts=self.drafts,
            settings=self.settings,
            trigger=trigger,
            name="f.py",
        )

    def complete_ahead(
        self, text: str, cancellation: Cancellation | None = None
    ) -> Completion | None:
        prefix, suffix = text.split("¦")
        document = Document(prefix + suffix, "python")
        return complete_ahead(
            document,
            document.position(len(prefix)),
            drafts=self.drafts,
            settings=self.settings,
            name="f.py",
            cancellation=cancellation,
        )

    def wait(self) -> None:
        """Wait until the model has written all of its answer."""
        deadline = time.monotonic() + 10
        while self.backend.counters().tokens_written < len("".join(LINES).split()):
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_after_the_target_the_whole_lines_are_shown() -> None:
    """The first line is past the target; it is shown once the model has ended it, not earlier."""
    result = Slow().complete()
    assert (result.text, result.is_whole, result.finished) == (LINES[0], False, None)
    assert result.first_ms < result.total_ms


def test_what_was_shown_of_a_draft_comes_back_longer() -> None:
    slow = Slow()
    first = slow.complete()
    slow.wait()
    slow.settings = replace(slow.settings, target_ms=5000)
    second = slow.complete()
    assert (first.reused, second.reused, second.is_whole) == (False, True, True)
    assert second.text == "".join(LINES)
    assert len(slow.backend.requests) == 1


def test_half_a_line_is_never_shown_for_the_target() -> None:
    result = Slow("b = a + 1", token_ms=5).complete()
    assert (result.text, result.is_whole) == ("b = a + 1", True)


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (("for b in a:", "\n        c = b", "\n        d = b"), 2),
        (("c = 1", "\n    for b in a:", "\n        d = b"), 1),
        (("for b in a:", "\n        if b:", "\n            d = b", "\n        e = d"), 3),
        (("for b in a:", "\n        if b:", "\n            d = b"), 3),
    ],
    ids=["a line in it", "a line before it", "two heads", "the end"],
)
def test_the_head_of_a_block_is_not_cut_from_what_is_in_it(
    lines: tuple[str, ...], shown: int
) -> None:
    """By itself it could not be shown, and there would be nothing."""
    result = Slow(*lines).complete("def f(a):\n    ¦\n    return a\n")
    assert (result.text, result.dropped) == ("".join(lines[:shown]), None)
    assert result.is_whole == (shown == len(lines))


def test_whoever_invokes_it_gets_the_whole_suggestion() -> None:
    result = Slow(token_ms=5).complete(trigger=Trigger.INVOKED)
    assert (result.text, result.is_whole) == ("".join(LINES), True)


def test_within_the_target_nothing_is_cut() -> None:
    result = Slow(token_ms=1, target_ms=5000).complete()
    assert (result.text, result.is_whole) == ("".join(LINES), True)


def test_typing_along_a_suggestion_asks_the_model_nothing() -> None:
    slow = Slow(token_ms=0, target_ms=5000)
    whole = slow.complete().text
    for length in range(1, 6):
        result = slow.complete(PLACE.replace("¦", whole[:length] + "¦"))
        assert (result.text, result.reused) == (whole[length:], True)
        assert result.finished is not None
        assert result.finished.tokens_read == 0
    assert len(slow.backend.requests) == 1


CHECKS = [check.__name__ for check in COMPLETION_CHECKS]


@pytest.mark.parametrize(
    ("trigger", "filters"),
    [(Trigger.AUTOMATIC, ["unless_unsure"]), (Trigger.INVOKED, [*CHECKS, "unless_unsure"])],
)
def test_what_will_not_be_shown_is_not_checked(trigger: Trigger, filters: list[str]) -> None:
    backend = ScriptedBackend([ScriptedAnswer("b = a + 1", logprob=-3.0)], repeat=True)
    result = completed(PLACE, backend=backend, trigger=trigger)
    assert [verdict.filter for verdict in result.verdicts] == filters


def test_that_nothing_is_suggested_is_said_however_unsure_the_model_was() -> None:
    backend = ScriptedBackend([ScriptedAnswer("  ", logprob=-3.0)], repeat=True)
    result = completed(PLACE, backend=backend, trigger=Trigger.AUTOMATIC)
    assert result.dropped == "the model suggested nothing"


ACCEPTED = "def f(a):\n    a += 1\n    ¦\n"


def test_what_is_found_ahead_is_what_is_shown_to_whoever_asks() -> None:
    """However slow the model is: nobody waits, so nothing is cut at the target."""
    slow = Slow(token_ms=5)
    ahead = slow.complete_ahead(ACCEPTED)
    result = slow.complete(ACCEPTED)
    assert ahead is not None
    assert (ahead.text, ahead.is_ahead, ahead.is_whole) == ("".join(LINES), True, True)
    assert (result.text, result.verdicts) == (ahead.text, ahead.verdicts)
    assert (result.reused, result.is_ahead) == (True, True)
    assert [request.priority for request in slow.backend.requests] == [Priority.IDLE]


def test_looking_ahead_may_end_while_the_model_goes_on() -> None:
    slow = Slow(token_ms=5, target_ms=5000)
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled):
        slow.complete_ahead(ACCEPTED, cancellation)
    result = slow.complete(ACCEPTED)
    assert (result.text, result.reused) == ("".join(LINES), True)
    assert len(slow.backend.requests) == 1


def test_what_is_ended_for_something_else_is_no_answer() -> None:
    slow = Slow(token_ms=50, target_ms=5000)
    found: list[Completion | None] = []
    thread = threading.Thread(target=lambda: found.append(slow.complete_ahead(ACCEPTED)))
    thread.start()
    while not slow.backend.requests:
        time.sleep(0.01)
    slow.complete("x = ¦\n")
    thread.join(timeout=10)
    assert found == [None]


def test_a_mistake_that_others_would_be_looked_for_is_left_to_whoever_asks() -> None:
    slow = Slow("return no_such_name", token_ms=0, target_ms=5000)
    assert slow.complete_ahead(ACCEPTED) is None
    assert len(slow.backend.requests) == 1


@pytest.mark.parametrize("place", ["def f(a):\n    pri¦nt(a)\n", ACCEPTED])
def test_nothing_is_looked_for_inside_a_word_or_where_it_is_forbidden(place: str) -> None:
    slow = Slow()
    slow.settings = replace(slow.settings, work_ahead=place != ACCEPTED)
    assert slow.complete_ahead(place) is None
    assert slow.backend.requests == []


def test_a_statement_is_shown_and_what_follows_is_there_when_it_was_accepted() -> None:
    slow = Slow(token_ms=0, target_ms=5000)
    slow.settings = replace(slow.settings, lines="auto")
    place = "def f(a):\n    a += 1\n    ¦\n"
    assert slow.complete(place).text == LINES[0]
    slow.wait()
    result = slow.complete(place.replace("¦", f"{LINES[0]}\n    ¦"))
    assert (result.text, result.reused) == (LINES[1].strip(), True)
    assert len(slow.backend.requests) == 1


def test_looking_ahead_outside_the_document_is_an_error() -> None:
    slow = Slow()
    with pytest.raises(InvalidPosition):
        complete_ahead(Document("x"), Position(5, 0), drafts=slow.drafts, settings=slow.settings)


def test_a_draft_that_a_newer_request_ends_is_dropped() -> None:
    """It is half a line; nobody may take it for a suggestion."""
    slow = Slow("one two three four five six", token_ms=100)
    older: list[Completion] = []
    thread = threading.Thread(target=lambda: older.append(slow.complete(trigger=Trigger.INVOKED)))
    thread.start()
    time.sleep(0.35)
    slow.complete("def f(a):\n    pass\n¦\n")
    thread.join(timeout=10)
    [result] = older
    assert result.draft
    assert (result.text, result.dropped) == ("", "a newer request took its place")


def test_the_budget_decides_what_the_settings_leave_open() -> None:
    backend = ScriptedBackend([ScriptedAnswer("1"), ScriptedAnswer("1")])
    document = Document("x = ", "python")
    for chosen in (CompletionSettings(), CompletionSettings(max_tokens=7)):
        complete(
            document,
            Position(0, 4),
            drafts=drafts_of(backend),
            settings=chosen,
            trigger=Trigger.AUTOMATIC,
        )
    budget = budget_for(None, CompletionSettings().target_ms)
    assert [request.max_tokens for request in backend.requests] == [budget.max_tokens, 7]
