"""Answers that outlive their requests, on a model whose generations are fed by hand."""

import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import Cancelled, CodegenError, EngineDied
from codegen_lsp.model.backend import (
    Finished,
    FinishReason,
    GenerationRequest,
    ModelDescription,
    Piece,
    Priority,
)
from codegen_lsp.model.counters import Counters
from codegen_lsp.model.drafts import MOST_KEPT, Draft, Drafts, PastIndent, typed_along
from codegen_lsp.model.generation import Generation
from codegen_lsp.model.speed import Speed
from codegen_lsp.prompt.prompt import ChatPrompt, FimPrompt, Message

END = Finished(FinishReason.END)
LONG = "".join(f"line_{number} = {number}\n" for number in range(40))
"""Text of which no two parts are alike, and longer than what two windows must have in common."""


@dataclass
class Begun:
    """A generation under way: what was asked for, and what is asked of its producer."""

    request: GenerationRequest
    priorities: list[Priority] = field(default_factory=list)
    cancelled: bool = False
    while_cancelling: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.generation = Generation(cancel=self._cancel, prioritise=self.priorities.append)

    def say(self, *steps: str | Finished | CodegenError) -> None:
        for step in steps:
            self.generation.put(Piece(step) if isinstance(step, str) else step)

    def _cancel(self) -> None:
        self.cancelled = True
        self.while_cancelling()


class ModelByHand:
    """A :class:`~codegen_lsp.model.backend.Model` that begins generations and leaves them be.

    With ``answers``, each generation is over at once.
    """

    speed: Speed | None = None

    def __init__(self, *answers: tuple[str, FinishReason]) -> None:
        self.begun: list[Begun] = []
        self._answers = list(answers)

    def submit(self, request: GenerationRequest) -> Generation:
        begun = Begun(request)
        self.begun.append(begun)
        if self._answers:
            text, reason = self._answers.pop(0)
            begun.say(*[text[at : at + 3] for at in range(0, len(text), 3)], Finished(reason))
        return begun.generation

    def stream(
        self, request: GenerationRequest, cancellation: Cancellation | None = None
    ) -> Generator[Piece | Finished, None, None]:
        return self.submit(request).follow(cancellation)

    def describe(self) -> ModelDescription:
        return ModelDescription("by hand", 99, can_fill_in_the_middle=True, has_chat_template=False)

    def counters(self) -> Counters:
        return Counters(len(self.begun))

    def close(self) -> None:
        """Nothing to free."""


@pytest.fixture
def model() -> ModelByHand:
    return ModelByHand()


@pytest.fixture
def drafts(model: ModelByHand) -> Drafts:
    return Drafts(model)


def at(prefix: str, suffix: str = "", document: str | None = "doc") -> GenerationRequest:
    return GenerationRequest(
        FimPrompt(prefix, suffix), 50, priority=Priority.COMPLETION, supersedes=document
    )


def text_of(draft: Draft) -> str:
    return "".join(step.text for step in draft.pieces() if isinstance(step, Piece))


def end_of(draft: Draft) -> Finished:
    *_, end = draft.pieces()
    assert isinstance(end, Finished)
    return end


def test_a_first_request_is_the_models(model: ModelByHand, drafts: Drafts) -> None:
    draft = drafts.draft(at("x = "))
    model.begun[0].say("1", " + 2", Finished(FinishReason.END, 5, 6, 7))
    assert (draft.reused, draft.is_old, text_of(draft)) == (False, False, "1 + 2")
    assert end_of(draft) == Finished(FinishReason.END, 5, 6, 7)
    assert model.begun[0].request == at("x = ")


def test_typing_along_costs_nothing(model: ModelByHand, drafts: Drafts) -> None:
    """What is left is passed on wherever the pieces were cut; no token is counted twice."""
    drafts.draft(at("x = ", "\n")).leave()
    model.begun[0].say("on", "e + t", "wo", Finished(FinishReason.END, 5, 6, 7))
    answer = "one + two"
    for length in range(len(answer)):
        draft = drafts.draft(at("x = " + answer[:length], "\n"))
        assert (draft.reused, draft.is_old, text_of(draft)) == (True, True, answer[length:])
        assert (end_of(draft).tokens_read, end_of(draft).tokens_written) == (0, 0)
        draft.leave()
    assert len(model.begun) == 1
    assert not drafts.draft(at("x = " + answer, "\n")).reused, "all of it has been typed"


def test_a_running_answer_is_taken_over(model: ModelByHand, drafts: Drafts) -> None:
    first = drafts.draft(at("x = "))
    model.begun[0].say("one +")
    first.leave()
    second = drafts.draft(at("x = one"))
    assert (second.reused, second.is_old) == (True, False)
    model.begun[0].say(" two", END)
    assert text_of(second) == " + two"
    assert model.begun[0].priorities == [Priority.IDLE, Priority.COMPLETION]
    assert not model.begun[0].cancelled


@pytest.mark.parametrize(
    ("prefix", "suffix"),
    [("x = 2", ""), ("x =", ""), ("y = ", ""), ("x = ", "\n"), ("x = 1 + 1 and more", "")],
)
def test_what_was_changed_otherwise_is_another_place(
    model: ModelByHand, drafts: Drafts, prefix: str, suffix: str
) -> None:
    drafts.draft(at("x = "))
    model.begun[0].say("1 + 1")
    assert not drafts.draft(at(prefix, suffix)).reused
    assert model.begun[0].cancelled, "it is for the same document"
    assert model.begun[0].generation.end == Finished(FinishReason.CANCELLED)


def test_deleting_and_typing_again_finds_the_earlier_answers(
    model: ModelByHand, drafts: Drafts
) -> None:
    for prefix, answer in (("x = ", "one"), ("x = o", "ther"), ("x", " = 3")):
        draft = drafts.draft(at(prefix))
        if not draft.reused:
            model.begun[-1].say(answer, END)
        draft.leave()
    found = {prefix: text_of(drafts.draft(at(prefix))) for prefix in ("x", "x =", "x = ", "x = o")}
    assert found == {"x": " = 3", "x =": " 3", "x = ": "3", "x = o": "ne"}
    assert len(model.begun) == 2


def test_no_answer_is_another_documents(model: ModelByHand, drafts: Drafts) -> None:
    drafts.draft(at("x = ", document="one"))
    model.begun[0].say("1", END)
    assert not drafts.draft(at("x = ", document="other")).reused
    assert drafts.draft(at("x = ", document="one")).reused


@pytest.mark.parametrize(
    ("reason", "answer", "typed", "reused"),
    [
        (FinishReason.END, "one two", "one", True),
        (FinishReason.STOP, "one two", "one", True),
        (FinishReason.END, "one  \n", "one", False),
        (FinishReason.END, "", "", False),
        (FinishReason.LENGTH, "one two", "one", False),
        (FinishReason.LENGTH, "one\ntwo\nth", "one", True),
        (FinishReason.LENGTH, "one\ntwo\nth", "one\ntwo", False),
        (FinishReason.CANCELLED, "one\ntwo", "", True),
        (FinishReason.CANCELLED, "one", "", False),
        (FinishReason.SUPERSEDED, "one\ntwo", "o", True),
    ],
)
def test_what_was_cut_short_serves_as_long_as_a_whole_line_is_left(
    *, reason: FinishReason, answer: str, typed: str, reused: bool
) -> None:
    drafts = Drafts(ModelByHand((answer, reason)))
    drafts.draft(at("x = ")).leave()
    draft = drafts.draft(at("x = " + typed))
    assert draft.reused is reused
    if reused:
        whole = reason in {FinishReason.END, FinishReason.STOP}
        assert end_of(draft).reason is (reason if whole else FinishReason.LENGTH)


def test_an_answer_that_failed_is_asked_for_again(model: ModelByHand, drafts: Drafts) -> None:
    draft = drafts.draft(at("x = "))
    model.begun[0].say("one\ntwo", EngineDied("gone"))
    with pytest.raises(EngineDied):
        text_of(draft)
    draft.leave()
    assert not drafts.draft(at("x = ")).reused


def test_whoever_cancels_leaves_the_draft_to_others(model: ModelByHand, drafts: Drafts) -> None:
    cancellation = Cancellation()
    first = drafts.draft(at("x = "))
    cancellation.cancel()
    with pytest.raises(Cancelled):
        next(first.pieces(cancellation))
    first.leave()
    second = drafts.draft(at("x = "))
    model.begun[0].say("1", END)
    assert (second.reused, text_of(second)) == (True, "1")


def test_an_older_request_whose_thread_comes_late_ends_nothing(
    model: ModelByHand, drafts: Drafts
) -> None:
    drafts.draft(at("y = "))
    late = Cancellation()
    late.cancel()
    with pytest.raises(Cancelled):
        drafts.draft(at("x = "), cancellation=late)
    with pytest.raises(Cancelled):
        list(drafts.ask(at("x = "), late))
    [newest] = model.begun
    assert not newest.cancelled


def test_only_the_last_follower_lets_go(model: ModelByHand, drafts: Drafts) -> None:
    first, second = drafts.draft(at("x = ")), drafts.draft(at("x = "))
    assert second.reused
    first.end()
    first.end()
    assert not model.begun[0].cancelled, "letting go twice is letting go once"
    second.end()
    assert model.begun[0].cancelled


def test_what_nobody_follows_gives_way_to_any_new_work(model: ModelByHand, drafts: Drafts) -> None:
    left, followed = drafts.draft(at("a", document="1")), drafts.draft(at("b", document="2"))
    left.leave()
    drafts.draft(at("c", document="3"))
    assert [begun.cancelled for begun in model.begun] == [True, False, False]
    followed.leave()


def test_whoever_comes_while_a_draft_is_ended_does_not_get_the_rest_of_it(
    model: ModelByHand, drafts: Drafts
) -> None:
    ending = drafts.draft(at("x = "))
    came: list[Draft] = []
    other = threading.Thread(target=lambda: came.append(drafts.draft(at("x = "))))

    def meanwhile() -> None:
        other.start()
        other.join(timeout=0.1)

    model.begun[0].while_cancelling = meanwhile
    model.begun[0].say("half a li")
    ending.end()
    other.join(timeout=5)
    [draft] = came
    assert not draft.reused
    assert len(model.begun) == 2


def test_the_next_place_is_prepared_behind_all_other_work(
    model: ModelByHand, drafts: Drafts
) -> None:
    drafts.prepare(at("x = 1\n"))
    assert model.begun[0].request.priority is Priority.IDLE
    model.begun[0].say("y = ")
    draft = drafts.draft(at("x = 1\n"))
    assert model.begun[0].priorities[-1] is Priority.COMPLETION
    model.begun[0].say("2", END)
    assert (draft.reused, text_of(draft)) == (True, "y = 2")


def test_nothing_is_prepared_that_is_there(model: ModelByHand, drafts: Drafts) -> None:
    drafts.prepare(at("x = 1\n"))
    model.begun[0].say("y = 2", END)
    again, within = drafts.prepare(at("x = 1\n")), drafts.prepare(at("x = 1\ny"))
    assert again is not None
    assert within is not None
    assert (text_of(again), text_of(within)) == ("y = 2", " = 2")
    assert len(model.begun) == 1


def test_a_prepared_draft_can_be_ended_while_nobody_follows_it(
    model: ModelByHand, drafts: Drafts
) -> None:
    ahead = drafts.prepare(at("x = 1\n"))
    assert ahead is not None
    follower = drafts.draft(at("x = 1\n"))
    ahead.end()
    assert not model.begun[0].cancelled
    follower.leave()
    ahead.end()
    assert model.begun[0].cancelled


def test_nothing_is_prepared_while_the_document_is_worked_on(
    model: ModelByHand, drafts: Drafts
) -> None:
    running = drafts.draft(at("x = "))
    assert drafts.prepare(at("y = ")) is None
    assert len(model.begun) == 1
    assert not model.begun[0].cancelled
    running.end()
    drafts.prepare(at("y = "))
    assert len(model.begun) == 2


def test_a_window_that_begins_elsewhere_now_is_the_same_place(
    model: ModelByHand, drafts: Drafts
) -> None:
    drafts.draft(at(LONG + "x = ", LONG)).leave()
    model.begun[0].say("one", END)
    shorter = LONG[LONG.index("\n") + 1 :]
    draft = drafts.draft(at(shorter + "x = o", LONG + "more\n"))
    assert (draft.reused, text_of(draft)) == (True, "ne")
    assert drafts.draft(at("z = 0\n" + LONG + "x = ", LONG)).reused


def test_windows_that_have_little_in_common_are_other_places(
    model: ModelByHand, drafts: Drafts
) -> None:
    drafts.draft(at("a = 1\nx = "))
    model.begun[0].say("one", END)
    assert not drafts.draft(at("x = ")).reused


def test_the_oldest_answers_are_given_up() -> None:
    answers = [("one", FinishReason.END)] * (MOST_KEPT + 5)
    drafts = Drafts(ModelByHand(*answers))
    for number in range(MOST_KEPT + 1):
        drafts.draft(at(f"{number} = ")).leave()
    assert drafts.draft(at("1 = ")).reused
    assert not drafts.draft(at("0 = ")).reused


def test_only_holes_have_drafts(drafts: Drafts) -> None:
    request = GenerationRequest(ChatPrompt((Message("user", "hello"),)), 9)
    with pytest.raises(TypeError):
        drafts.draft(request)


MOST_KEYS = 14
LETTERS = st.text("ab\n", max_size=6)
ANSWERS = st.tuples(st.text("ab\n", max_size=12), st.sampled_from(FinishReason))
KEYS = st.one_of(
    st.tuples(st.just("type"), LETTERS),
    st.tuples(st.just("along"), st.integers(0, 6)),
    st.tuples(st.just("delete"), st.integers(0, 4)),
    st.tuples(st.just("suffix"), LETTERS),
    st.tuples(st.just("window"), st.integers(0, 8)),
    st.tuples(st.just("prepare"), LETTERS),
)


@given(
    head=st.sampled_from(["", LONG]),
    suffix=LETTERS,
    answers=st.lists(ANSWERS, min_size=1, max_size=6),
    keys=st.lists(KEYS, max_size=MOST_KEYS),
)
def test_a_used_answer_makes_of_the_text_what_it_made_of_it_before(
    head: str,
    suffix: str,
    answers: list[tuple[str, FinishReason]],
    keys: list[tuple[str, str | int]],
) -> None:
    """Text typed and text inserted are together the text that the model had written somewhere."""
    model = ModelByHand(*answers * (2 * MOST_KEYS + 2))  # enough for a prompt and one ahead each
    drafts = Drafts(model)
    made: set[str] = set()
    prefix, offered, skipped = head + "x", "", 0
    for kind, what in [("type", ""), *keys]:
        match kind, what:
            case "type", str(text):
                prefix += text
            case "along", int(length):
                prefix += offered[:length]
            case "delete", int(length):
                prefix = prefix[: max(len(head), len(prefix) - length)]
            case "suffix", str(text):
                suffix = text
            case "window", int(lines) if head:
                skipped = len("".join(LONG.splitlines(keepends=True)[:lines]))
        request = at(prefix[skipped:], suffix)
        if kind == "prepare":
            drafts.prepare(request)
            _note(model, made, prefix, suffix)
        draft = drafts.draft(request)
        _note(model, made, prefix, suffix)
        offered = text_of(draft)
        assert prefix + offered + suffix in made
        draft.leave()


def _note(model: ModelByHand, made: set[str], prefix: str, suffix: str) -> None:
    """Remember what new answers make of the text."""
    made.update(prefix + begun.generation.text + suffix for begun in model.begun)
    model.begun.clear()


@given(prefix=LETTERS, suffix=LETTERS, text=st.text("ab\n", max_size=12), new=LETTERS)
def test_what_was_typed_is_a_beginning_of_the_answer(
    prefix: str, suffix: str, text: str, new: str
) -> None:
    old = FimPrompt(prefix, suffix)
    for length in range(len(text) + 1):
        assert typed_along(old, text, FimPrompt(prefix + text[:length], suffix)) == length
    typed = typed_along(old, text, FimPrompt(new, suffix))
    beginnings = [prefix + text[:length] for length in range(len(text) + 1)]
    assert typed == (beginnings.index(new) if new in beginnings else None)
    assert typed_along(old, text, FimPrompt(prefix, suffix + "a")) is None


@pytest.mark.parametrize("length", range(6))
def test_what_was_typed_is_found_in_windows_that_begin_elsewhere(length: int) -> None:
    old, typed = FimPrompt(LONG + "x", ""), "= one"[:length]
    later = partial(FimPrompt, suffix="")
    assert typed_along(old, "= one", later(LONG[20:] + "x" + typed)) == length
    assert typed_along(old, "= one", later("before\n" + LONG + "x" + typed)) == length
    assert typed_along(old, "= one", later(LONG[20:] + "y" + typed)) is None


@pytest.mark.parametrize(
    ("indent", "answer", "left"),
    [
        ("    ", "    return x", "return x"),
        ("    ", "        return x", "    return x"),
        ("    ", "return x", "return x"),
        ("    ", "  return x", "return x"),
        ("    ", "\treturn x", "\treturn x"),
        ("    ", "\n    return x", "\n    return x"),
        ("", "  x", "  x"),
    ],
)
def test_what_stands_there_is_taken_off(indent: str, answer: str, left: str) -> None:
    assert PastIndent(indent)(answer) == left


@given(st.text(" \tx\n"), st.text(" \t"), st.data())
def test_it_does_not_matter_in_which_pieces_it_comes(
    answer: str, indent: str, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(answer)))
    past = PastIndent(indent)
    assert past(answer[:cut]) + past(answer[cut:]) == PastIndent(indent)(answer)


def test_a_prompt_that_is_read_ahead_is_no_answer_and_gives_way() -> None:
    model = ModelByHand()
    drafts = Drafts(model)
    request = GenerationRequest(FimPrompt("x = ", "\n"), max_tokens=9, supersedes="a.py")
    reading = drafts.read_ahead(request)
    assert reading is model.begun[0].generation
    assert model.begun[0].request.max_tokens == 0
    assert model.begun[0].request.priority is Priority.IDLE
    draft = drafts.draft(request)
    assert not draft.reused
    assert model.begun[0].cancelled


def test_nothing_is_read_ahead_while_something_runs_for_the_document() -> None:
    model = ModelByHand()
    drafts = Drafts(model)
    request = GenerationRequest(FimPrompt("x = ", "\n"), max_tokens=9, supersedes="a.py")
    drafts.draft(request)
    assert drafts.read_ahead(request) is None
    assert len(model.begun) == 1
