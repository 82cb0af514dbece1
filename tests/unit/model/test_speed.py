from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.model.speed import Speed, StepTimes

MEASURED = st.dictionaries(st.integers(1, 40), st.floats(0.1, 1000.0), min_size=2, max_size=8)


@given(seen=MEASURED)
def test_between_two_measured_widths_times_go_straight_from_one_to_the_other(
    seen: dict[int, float],
) -> None:
    times = StepTimes(seen.items())
    widths = sorted(seen)
    for low, high in pairwise(widths):
        between = [times(width) for width in range(low, high + 1)]
        assert between[0] == seen[low]
        assert between[-1] == seen[high]
        rising = seen[high] >= seen[low]
        steps = [after - before for before, after in pairwise(between)]
        assert all(step >= -1e-9 if rising else step <= 1e-9 for step in steps)
        assert max(steps) - min(steps) < 1e-6


def test_widths_outside_what_was_measured_lie_on_the_nearest_line() -> None:
    times = StepTimes([(2, 20.0), (4, 30.0), (8, 70.0)])
    assert times(1) == pytest.approx(15)
    assert times(10) == pytest.approx(90)


def test_a_measurement_moves_the_mean_towards_it() -> None:
    times = StepTimes([(1, 30.0), (16, 300.0)])
    times.add(1, 40.0)
    assert 30 < times(1) < 40
    for _ in range(100):
        times.add(1, 40.0)
    assert times(1) == pytest.approx(40)
    assert times(16) == 300


def test_a_width_seen_for_the_first_time_takes_what_it_took() -> None:
    times = StepTimes([(1, 30.0), (16, 300.0)])
    times.add(4, 96.0)
    assert times(4) == 96
    assert times(2) == pytest.approx(52)


def test_the_first_measurement_scales_what_is_typical() -> None:
    times = StepTimes()
    times.add(1, 66.0)
    assert times(4) == pytest.approx(192)
    times.add(4, 192.0)
    assert times(16) == pytest.approx(552)


def test_measuring_replaces_what_was_guessed_before() -> None:
    times = StepTimes()
    times.add(3, 5.0)
    times.replace([(4, 40.0), (1, 10.0)])
    assert [times(width) for width in (1, 2, 3, 4)] == pytest.approx([10, 20, 30, 40])


def test_a_speed_says_how_much_is_written_in_a_second() -> None:
    assert Speed(reading=100.0, token_ms=25.0).writing == 40
    assert Speed(reading=0.0, token_ms=0.0).writing == 0


def test_batches_are_as_wide_as_is_quickest_in_all() -> None:
    """The times of the 1.5B on two cores, where a batch of eight is dear and one of sixteen not."""
    times = StepTimes([(1, 33.0), (2, 56.0), (4, 96.0), (8, 220.0), (16, 276.0)])
    assert [times.best_width(tokens) for tokens in (1, 2, 4, 8, 16)] == [1, 2, 4, 4, 16]


def test_where_width_costs_nothing_all_go_in_one_batch() -> None:
    assert StepTimes([(1, 5.0), (16, 6.0)]).best_width(8) == 8
