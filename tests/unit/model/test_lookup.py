"""Guesses come from the text itself, and how far to guess from luck and measured times."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.model.lookup import LENGTHS, MOST_GUESSED, NGRAM, Lookup, Luck

TOKENS = st.lists(st.integers(0, 3), max_size=60)


@given(tokens=TOKENS, more=TOKENS, length=st.integers(0, 20))
def test_a_guess_is_what_followed_the_same_tokens_before(
    tokens: list[int], more: list[int], length: int
) -> None:
    lookup = Lookup(tokens)
    lookup.feed(more)
    fed = [*tokens, *more]
    guess = lookup.guess(length)
    assert len(guess) <= length
    starts = [at for at in range(NGRAM, len(fed)) if fed[at - NGRAM : at] == fed[-NGRAM:]]
    if guess:
        assert any(fed[at : at + length] == guess for at in starts)
    else:
        assert not starts or not length


@given(tokens=TOKENS, at=st.integers(0, 60))
def test_feeding_in_parts_is_feeding_at_once(tokens: list[int], at: int) -> None:
    parts = Lookup(tokens[:at])
    for token in tokens[at:]:
        parts.feed([token])
    whole = Lookup(tokens)
    assert (parts.guess(99), parts.run) == (whole.guess(99), whole.run)


def test_the_run_counts_the_tokens_that_followed_the_earlier_text() -> None:
    lookup = Lookup([1, 2, 3, 4, 5, 6, 7])
    runs = []
    for token in (1, 2, 3, 4, 5, 9):
        lookup.feed([token])
        runs.append(lookup.run)
    assert runs == [0, 0, 0, 1, 2, 0]
    assert lookup.guess(5) == []


def test_of_two_earlier_places_the_later_one_is_followed() -> None:
    assert Lookup([1, 2, 3, 4, 0, 1, 2, 3, 5, 0, 1, 2, 3]).guess(2) == [5, 0]


def test_a_text_that_repeats_one_token_guesses_it() -> None:
    assert Lookup([7] * 5).guess(1) == [7]


def in_one_go(_width: int) -> float:
    """A batch takes as long as one token, as wide as it may be."""
    return 30.0


def one_by_one(width: int) -> float:
    """A batch saves nothing."""
    return 30.0 * width


def as_measured(width: int) -> float:
    """The 1.5B on two cores, on the lines between 33 ms for one token, 96 for 4, 276 for 16."""
    return 33 + 21 * (width - 1) if width <= 4 else 96 + 15 * (width - 4)


@pytest.mark.parametrize(
    ("chance", "milliseconds", "expected"),
    [
        (0.99, in_one_go, {MOST_GUESSED}),
        (0.99, one_by_one, {0}),
        (0.0, as_measured, {0}),
        (0.3, as_measured, {0}),
        (0.99, as_measured, {7, MOST_GUESSED}),
    ],
)
def test_guesses_are_as_long_as_they_pay(
    chance: float, milliseconds: Callable[[int], float], expected: set[int]
) -> None:
    luck = Luck()
    for _ in range(300):
        luck.count(0, right=round(100 * chance), wrong=round(100 * (1 - chance)))
    assert luck.best_length(0, milliseconds) in expected


@given(
    counts=st.lists(st.tuples(st.booleans(), st.integers(0, 20)), max_size=200),
    dear=st.floats(1.0, 20.0),
    run=st.integers(0, 30),
)
def test_a_batch_as_dear_as_its_tokens_is_never_worth_it(
    counts: list[tuple[bool, int]], dear: float, run: int
) -> None:
    luck = Luck()
    for came_true, at in counts:
        luck.count(at, right=int(came_true), wrong=int(not came_true))
    assert luck.best_length(run, lambda width: dear * width) == 0
    assert luck.best_length(run, as_measured) in LENGTHS


def test_bad_luck_ends_the_guessing_and_good_luck_brings_it_back() -> None:
    luck = Luck()
    assert Luck().best_length(8, as_measured) > 0, "what went on for long will go on"
    for _ in range(400):
        luck.count(0, right=0, wrong=1)
    assert luck.best_length(0, as_measured) == 0
    for _ in range(400):
        luck.count(0, right=1, wrong=0)
    assert luck.best_length(0, as_measured) > 0


def test_runs_of_other_lengths_have_luck_of_their_own() -> None:
    """The beginning of a copy is often a chance likeness; what goes on for long will go on."""
    luck = Luck()
    for _ in range(400):
        luck.count(0, right=0, wrong=1)
        luck.count(16, right=1, wrong=0)
    assert luck.best_length(3, as_measured) == 0
    assert luck.best_length(4, as_measured) == Luck().best_length(4, as_measured)
    assert luck.best_length(16, as_measured) > 0
    assert luck.best_length(500, as_measured) > 0
