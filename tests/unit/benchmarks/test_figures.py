"""Arithmetic on measurements."""

import pytest

from tests.benchmarks.figures import middle, percentile, ratio, table


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1.0), (0.5, 2.5), (0.95, 3.85), (1.0, 4.0)])
def test_a_percentile_is_interpolated_between_neighbours(share: float, expected: float) -> None:
    assert percentile([4, 1, 3, 2], share) == pytest.approx(expected)


def test_one_value_is_each_of_its_percentiles() -> None:
    assert percentile([7], 0.5) == percentile([7], 0.95) == 7


def test_nothing_has_no_percentile() -> None:
    assert percentile([], 0.5) is None


def test_what_was_not_measured_does_not_move_the_median() -> None:
    assert middle([None, 1.0, None, 3.0]) == 2.0
    assert middle([None]) is None


@pytest.mark.parametrize(("ours", "theirs"), [(None, 2.0), (1.0, None), (1.0, 0.0)])
def test_a_ratio_without_two_sides_is_none(ours: float | None, theirs: float | None) -> None:
    assert ratio(ours, theirs) is None


def test_a_table_lines_numbers_up_on_the_right() -> None:
    assert table(["what", "ms"], [["key", 12.0], ["jump", None]]).splitlines() == [
        "what  ms",
        "--------",
        "key   12",
        "jump   -",
    ]
