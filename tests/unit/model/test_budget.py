from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.model.budget import (
    LARGEST_WINDOW,
    LENGTH_STEP,
    LONGEST,
    SHORTEST,
    SMALLEST_WINDOW,
    WINDOW_STEP,
    Budget,
    budget_for,
)
from codegen_lsp.model.speed import Speed

SPEEDS = st.builds(
    Speed,
    reading=st.floats(1.0, 20_000.0),
    token_ms=st.floats(0.5, 2000.0),
    move_ms=st.floats(0.0, 200.0),
)
TARGETS = st.integers(1, 5000)
FACTORS = st.floats(1.0, 10.0)


def window(budget: Budget) -> int:
    return budget.window_before + budget.window_after


@given(speed=st.none() | SPEEDS, target_ms=TARGETS)
def test_a_budget_keeps_within_its_bounds(speed: Speed | None, target_ms: int) -> None:
    budget = budget_for(speed, target_ms)
    assert SMALLEST_WINDOW <= window(budget) <= LARGEST_WINDOW
    assert window(budget) % WINDOW_STEP == 0
    assert budget.window_before > budget.window_after > 0
    assert SHORTEST <= budget.max_tokens <= LONGEST
    assert budget.max_tokens % LENGTH_STEP == 0
    assert budget.cells >= window(budget) + budget.max_tokens
    assert budget.line_tokens >= 0


@given(speed=SPEEDS, target_ms=TARGETS, reading=FACTORS, writing=FACTORS)
def test_a_faster_model_may_do_no_less(
    speed: Speed, target_ms: int, reading: float, writing: float
) -> None:
    faster = replace(speed, reading=speed.reading * reading, token_ms=speed.token_ms / writing)
    slow, fast = budget_for(speed, target_ms), budget_for(faster, target_ms)
    assert window(fast) >= window(slow)
    assert fast.max_tokens >= slow.max_tokens
    assert fast.line_tokens >= slow.line_tokens
    assert fast.cells >= slow.cells
    assert fast.keystroke_ms <= slow.keystroke_ms


@given(speed=SPEEDS, target_ms=TARGETS, longer=st.integers(0, 5000))
def test_more_time_allows_no_less(speed: Speed, target_ms: int, longer: int) -> None:
    short, long = budget_for(speed, target_ms), budget_for(speed, target_ms + longer)
    assert window(long) >= window(short)
    assert long.max_tokens >= short.max_tokens
    assert long.line_tokens >= short.line_tokens


@given(speed=SPEEDS, target_ms=TARGETS)
def test_what_is_promised_for_the_line_fits_the_target(speed: Speed, target_ms: int) -> None:
    budget = budget_for(speed, target_ms)
    if budget.line_tokens:
        spent = budget.keystroke_ms + budget.line_tokens * speed.token_ms
        assert spent <= target_ms * (1 + 1e-9)


@given(speed=SPEEDS)
def test_a_dearer_move_leaves_less_for_the_line(speed: Speed) -> None:
    dearer = replace(speed, move_ms=speed.move_ms + 50)
    one, other = budget_for(speed, 400), budget_for(dearer, 400)
    assert other.line_tokens <= one.line_tokens
    assert other.keystroke_ms == pytest.approx(one.keystroke_ms + 50)


def test_the_choice_stays_when_a_measurement_varies_a_little() -> None:
    chosen = {
        (budget.window_before, budget.window_after, budget.cells)
        for reading in (104.0, 105.0, 106.0)
        for budget in [budget_for(Speed(reading=reading, token_ms=33.0), 400)]
    }
    assert len(chosen) == 1


@pytest.mark.parametrize(
    ("speed", "keeps_up"),
    [
        (None, True),
        (Speed(reading=105.0, token_ms=33.0, move_ms=10.0), True),
        (Speed(reading=20.0, token_ms=150.0, move_ms=40.0), False),
    ],
)
def test_a_model_that_cannot_write_a_short_line_in_time_does_not_keep_up(
    *, speed: Speed | None, keeps_up: bool
) -> None:
    assert budget_for(speed, 400).keeps_up is keeps_up


def test_reading_a_whole_window_takes_what_the_reading_speed_says() -> None:
    budget = budget_for(Speed(reading=100.0, token_ms=30.0), 400)
    assert budget.cold_ms == pytest.approx(window(budget) * 10)
