"""Reading given texts on a pretended context."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.model.backend import Given, Piece
from codegen_lsp.model.llama.reading import read_given
from tests.unit.model.llama.pretended import Writer, text_of

PROMPT = [1, 2]


def counts_up(tokens: Sequence[int]) -> Sequence[int]:
    return [tokens[-1] + 1]


def likelihoods(writer: Writer, *texts: Given) -> list[float]:
    totals = [0.0] * len(texts)
    for step in writer.steps(read_given, given=texts):
        if isinstance(step, Piece):
            totals[step.sample] += step.logprob
    return totals


def test_what_the_model_would_write_is_likelier() -> None:
    writer = Writer(PROMPT, counts_up, branches=4)
    right, wrong = likelihoods(writer, Given("", "3 4 "), Given("", "9 4 "))
    assert right > -1 > wrong


def test_only_the_text_counts_and_not_what_stands_before_it() -> None:
    writer = Writer(PROMPT, counts_up, branches=4)
    after_surprise, whole = likelihoods(writer, Given("50 ", "51 52 "), Given("", "50 51 52 "))
    assert after_surprise > -1 > whole


@given(
    before=st.lists(st.integers(3, 9), max_size=40),
    text=st.lists(st.integers(3, 9), min_size=1, max_size=40),
    interrupts=st.lists(st.booleans(), max_size=20),
)
def test_the_pieces_are_the_text_and_the_slot_keeps_the_prompt(
    before: list[int], text: list[int], interrupts: list[bool]
) -> None:
    writer = Writer(PROMPT, counts_up, branches=2, interrupts=interrupts)
    asked = Given(text_of(before), text_of(text))
    assert writer.texts(read_given, given=(asked,)) == [text_of(text)]
    assert writer.context.sequences[writer.slot.main] == PROMPT
    assert len(writer.slots.open_branches(writer.slot, 2)) == 2
