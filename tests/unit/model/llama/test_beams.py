"""Beam search on a pretended context; each rank of a token costs about one nat."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.model.backend import FinishReason, Piece
from codegen_lsp.model.llama.beams import MOST_BEAMS, write_beams
from codegen_lsp.model.llama.writing import write_one
from tests.unit.model.llama.pretended import END, NEW_LINE, Writer

PROMPT = [1, 2]
BRANCHES = 16


def after(tokens: Sequence[int]) -> Sequence[int]:
    """Lines: 10 is likelier than 11 at first, but 11 goes on with more certainty."""
    written = tokens[len(PROMPT) :]
    if NEW_LINE in written:
        return [END] if written[-1] == 30 else [30]
    if not written:
        return [10, 11, 12]
    if written[0] == 10 and len(written) < 5:
        return range(40, 60)
    return [20] if len(written) == 1 else [NEW_LINE]


def writer(interrupts: Sequence[bool] = ()) -> Writer:
    return Writer(PROMPT, after, branches=BRANCHES, interrupts=interrupts)


def test_the_likeliest_line_comes_first_where_the_likeliest_word_leads_elsewhere() -> None:
    assert writer().texts(write_one)[0].startswith("10 ")
    texts = writer().texts(write_beams, beams=2)
    assert texts[0] == "11 20 \n30 "


def test_lines_differ_and_each_is_carried_on() -> None:
    texts = writer().texts(write_beams, beams=4)
    lines = [text.partition("\n")[0] for text in texts if text]
    assert len(set(lines)) == len(lines) == 4
    assert all(text.endswith("\n30 ") for text in texts)


def test_a_stop_string_ends_each_text_at_its_line() -> None:
    made = writer()
    assert made.texts(write_beams, beams=3, stop=("\n",))[0] == "11 20 "
    assert made.written.reasons == [FinishReason.STOP] * 3


def test_pieces_say_how_likely_each_token_is() -> None:
    steps = writer().steps(write_beams, beams=2)
    pieces = [step for step in steps if isinstance(step, Piece) and step.sample == 0]
    assert [piece.text for piece in pieces[:2]] == ["11 ", "20 "]
    assert pieces[0].logprob < -1 < pieces[1].logprob <= 0


def test_where_fewer_lines_are_likely_the_rest_is_empty() -> None:
    only = Writer(PROMPT, lambda tokens: [5] if len(tokens) == 2 else [END], branches=BRANCHES)
    texts = only.texts(write_beams, beams=3)
    assert texts[0] == "5 "
    assert len(texts) == len(only.written.reasons) == 3


def test_a_line_without_text_is_none() -> None:
    silent = Writer(PROMPT, lambda _: [END, NEW_LINE], branches=BRANCHES)
    assert all(text.strip() for text in silent.texts(write_beams, beams=2) if text)


@given(interrupts=st.lists(st.booleans(), max_size=30), beams=st.integers(1, MOST_BEAMS))
def test_interruptions_change_nothing(interrupts: list[bool], beams: int) -> None:
    made = writer(interrupts)
    assert made.texts(write_beams, beams=beams) == writer().texts(write_beams, beams=beams)
    assert made.slot.cached.tokens == made.context.sequences[made.slot.main] == PROMPT


@pytest.mark.parametrize("steps", range(12))
def test_every_branch_is_free_again_whenever_it_is_closed(steps: int) -> None:
    made = writer([True] * 40)
    running = made.steps(write_beams, beams=4)
    for _ in range(steps):
        next(running, None)
    running.close()
    assert len(made.slots.open_branches(made.slot, BRANCHES)) == BRANCHES
