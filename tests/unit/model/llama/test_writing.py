"""Writing on a pretended context, whose model knows which text it would write and nothing else."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.errors import UsageError
from codegen_lsp.model.backend import (
    GREEDY,
    FinishReason,
    GenerationRequest,
    Sampling,
)
from codegen_lsp.model.llama.writing import Desk, write_one, write_several
from codegen_lsp.model.lookup import MOST_GUESSED
from codegen_lsp.model.speed import StepTimes
from codegen_lsp.prompt.prompt import FimPrompt
from tests.unit.model.llama.pretended import (
    END,
    LOST,
    Guessing,
    NextToken,
    Writer,
    text_of,
)


def writes(prompt: Sequence[int], answer: Sequence[int]) -> NextToken:
    """A model that writes ``answer`` after ``prompt``, and is lost after anything else."""
    whole = [*prompt, *answer, END]

    def after(tokens: Sequence[int]) -> Sequence[int]:
        known = list(tokens) == whole[: len(tokens)] and len(tokens) < len(whole)
        return [whole[len(tokens)] if known else LOST]

    return after


TOKENS = st.lists(st.integers(1, 4), min_size=1, max_size=40)


@given(
    prompt=TOKENS,
    answer=TOKENS,
    guessing=st.integers(0, MOST_GUESSED),
    interrupts=st.lists(st.booleans(), max_size=20),
    max_tokens=st.integers(1, 50),
)
def test_guesses_and_interruptions_change_nothing_of_the_text(
    prompt: list[int], answer: list[int], guessing: int, interrupts: list[bool], max_tokens: int
) -> None:
    """What was written lies in the cache behind the prompt, but for the last token."""
    writer = Writer(prompt, writes(prompt, answer), guessing=guessing, interrupts=interrupts)
    expected = answer[:max_tokens]
    assert writer.texts(write_one, max_tokens=max_tokens) == [text_of(expected)]
    cut = len(answer) >= max_tokens
    assert writer.written.reasons == [FinishReason.LENGTH if cut else FinishReason.END]
    assert writer.written.tokens == len(expected)
    held = [*prompt, *(expected[:-1] if cut else expected)]
    assert writer.slot.cached.tokens == writer.context.sequences[writer.slot.main] == held
    assert max(writer.context.decodes, default=0) <= 1 + guessing


def test_a_copy_takes_few_decodes() -> None:
    copied = list(range(1, 61))
    copying = Writer(copied, writes(copied, copied), guessing=MOST_GUESSED)
    plain = Writer(copied, writes(copied, copied))
    assert copying.texts(write_one) == plain.texts(write_one) == [text_of(copied)]
    assert len(plain.context.decodes) == 60
    assert len(copying.context.decodes) <= 3 + 60 / MOST_GUESSED + 1


def test_luck_hears_which_guesses_came_true() -> None:
    heard: list[tuple[int, int]] = []

    class Listening(Guessing):
        def count(self, run: int, *, right: int, wrong: int) -> None:
            del run
            heard.append((right, wrong))

    prompt, answer = [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 7]
    writer = Writer(prompt, writes(prompt, answer))
    desk = Desk(writer.desk.model, writer.desk.vocabulary, writer.slots, StepTimes(), Listening(3))
    request = GenerationRequest(FimPrompt("", ""), 50)
    list(write_one(desk, writer.slot, request, writer.written))
    assert heard == [(1, 0), (1, 0), (0, 1)]


def test_each_decode_is_timed_by_its_width() -> None:
    """One that was interrupted says nothing of how long it takes."""
    prompt = [1, 2, 3, 4, 1, 2, 3]
    writer = Writer(
        prompt, writes(prompt, [4, 1, 2, 3, 9]), guessing=3, interrupts=[False, True, False]
    )
    writer.texts(write_one)
    assert set(writer.context.decodes) == {1, 4}
    assert writer.times.widths == writer.context.decodes


def test_a_writer_that_is_closed_leaves_what_it_has_in_the_cache() -> None:
    writer = Writer([1, 2], writes([1, 2], [3, 4, 5, 6]))
    steps = writer.steps(write_one)
    texts = [step.text for step in (next(steps), next(steps)) if step is not None]
    assert texts == ["3 ", "4 "]
    steps.close()
    assert writer.slot.cached.tokens == writer.context.sequences[writer.slot.main] == [1, 2, 3]
    assert writer.written.tokens == 2


def test_a_stop_string_ends_the_text_and_is_not_part_of_it() -> None:
    writer = Writer([1], writes([1], [2, 3, 4, 5]), guessing=2)
    assert writer.texts(write_one, stop=("4 ",)) == ["2 3 "]
    assert writer.written.reasons == [FinishReason.STOP]


def test_what_might_have_become_a_stop_string_is_text_at_the_end() -> None:
    for max_tokens, reason in ((2, FinishReason.LENGTH), (9, FinishReason.END)):
        writer = Writer([1], writes([1], [2, 4]))
        assert writer.texts(write_one, stop=("4 5",), max_tokens=max_tokens) == ["2 4 "]
        assert writer.written.reasons == [reason]


@pytest.mark.parametrize(
    ("answer", "text"), [([97, 98, 5], "é5 "), ([97], "\ufffd"), ([98, 5], "\ufffd5 ")]
)
def test_a_character_of_two_tokens_comes_whole(answer: list[int], text: str) -> None:
    """Half of one is a mark for something unreadable, not an error."""
    assert Writer([1], writes([1], answer)).texts(write_one) == [text]


@pytest.mark.parametrize("started", [0, 2], ids=["at the start of a copy", "within one"])
def test_the_end_of_the_context_ends_the_text(started: int) -> None:
    """No guess goes beyond it, however sure."""
    prompt = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3][: 12 - started]
    answer = [2, 3, 4, 5, 6, 7, 8][2 - started :]
    tokens = len(prompt) + 4
    writer = Writer(prompt, writes(prompt, answer), guessing=MOST_GUESSED, tokens=tokens)
    assert writer.texts(write_one) == [text_of(answer[:4])]
    assert writer.written.reasons == [FinishReason.LENGTH]


def wide(prompt: Sequence[int]) -> NextToken:
    """A model of many minds: what it writes depends on all before, and ends sooner or later."""

    def after(tokens: Sequence[int]) -> Sequence[int]:
        assert list(tokens[: len(prompt)]) == list(prompt), "each sample begins with the prompt"
        written = tokens[len(prompt) :]
        start = 1 + (sum(written) + len(written)) % 40
        return [start, start + 1, start + 2, *([END] if len(written) > 3 else [])]

    return after


SAMPLINGS = st.lists(
    st.builds(Sampling, temperature=st.sampled_from([0.0, 1.0, 3.0]), seed=st.integers(0, 99)),
    min_size=1,
    max_size=4,
)


@given(
    prompt=TOKENS,
    samplings=SAMPLINGS,
    interrupts=st.lists(st.booleans(), max_size=20),
    max_tokens=st.integers(1, 30),
    stop=st.sampled_from([(), ("7 ",), ("12 1",)]),
)
def test_each_sample_is_what_it_would_be_alone(
    prompt: list[int],
    samplings: list[Sampling],
    interrupts: list[bool],
    max_tokens: int,
    stop: tuple[str, ...],
) -> None:
    """Its draws, its stop strings and its end are its own; the cache keeps the prompt alone."""
    options: dict[str, Any] = {"max_tokens": max_tokens, "stop": stop}
    together = Writer(prompt, wide(prompt), interrupts=interrupts)
    first, *siblings = samplings
    texts = together.texts(write_several, sampling=first, siblings=tuple(siblings), **options)
    tokens = 0
    for at, sampling in enumerate(samplings):
        alone = Writer(prompt, wide(prompt))
        assert [texts[at]] == alone.texts(write_one, sampling=sampling, **options)
        assert [together.written.reasons[at]] == alone.written.reasons
        tokens += alone.written.tokens
    assert together.written.tokens == tokens
    assert together.slot.cached.tokens == together.context.sequences[together.slot.main] == prompt
    assert_branches_are_free(together)


def assert_branches_are_free(writer: Writer) -> None:
    held = {sequence for sequence, tokens in writer.context.sequences.items() if tokens}
    assert held == {writer.slot.main}
    branches = writer.slots.open_branches(writer.slot, 4)
    assert len(set(branches)) == 4


def test_a_finished_sample_leaves_the_batch() -> None:
    def after(tokens: Sequence[int]) -> Sequence[int]:
        return [END] if len(tokens) > tokens[1] else [tokens[1], 2, 3, 5, 9]

    def first(tokens: Sequence[int]) -> Sequence[int]:
        return after(tokens) if len(tokens) > 1 else [2, 3, 5, 9]

    writer = Writer([1], first)
    siblings = tuple(Sampling(8.0, seed=seed) for seed in range(3))
    writer.texts(write_several, siblings=siblings)
    widths = writer.context.decodes
    assert widths == sorted(widths, reverse=True)
    assert widths[0] == 4
    assert widths[-1] < 4
    assert sum(widths) == writer.written.tokens


def test_samples_share_what_room_there_is() -> None:
    writer = Writer([1], lambda _tokens: [5], tokens=21)
    texts = writer.texts(write_several, siblings=(GREEDY, GREEDY, GREEDY))
    assert texts == [text_of([5] * 5)] * 4
    assert set(writer.written.reasons) == {FinishReason.LENGTH}


def test_samples_that_are_not_wanted_any_more_free_their_branches() -> None:
    writer = Writer([1, 2], wide([1, 2]), interrupts=[True, False])
    steps = writer.steps(write_several, siblings=(GREEDY, Sampling(1.0)))
    for _ in range(7):
        next(steps)
    steps.close()
    assert writer.slot.cached.tokens == [1, 2]
    assert_branches_are_free(writer)


def test_more_samples_than_there_are_branches_are_refused() -> None:
    writer = Writer([1], wide([1]), branches=2)
    with pytest.raises(UsageError, match="3 samples at once are too many; 2 are possible now"):
        writer.texts(write_several, siblings=(GREEDY, GREEDY))
    assert writer.slots.open_branches(writer.slot, 2)
