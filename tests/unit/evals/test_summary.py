"""What a run comes to."""

import pytest

from tests.evals.fim import KIND
from tests.evals.summary import interval, share, summary, total


def record(output: str, dropped: str | None = None) -> dict[str, object]:
    cost = {"seconds": 0.5, "tokens_read": 10, "tokens_written": 2, "tries": 1}
    return {"output": output, "dropped": dropped, **cost}


def test_measures_are_summed_over_items_that_have_them() -> None:
    sums = total([{"a": (1, 1)}, {"a": (0, 1), "b": (3, 4)}])
    assert sums == {"a": (1, 2), "b": (3, 4)}
    assert share(sums, "b") == 0.75
    assert share(sums, "c") is None


def test_the_interval_is_wilsons() -> None:
    """Newcombe 1998 gives 81 of 263 as 0.2553 to 0.3662."""
    low, high = interval(81, 263)
    assert low == pytest.approx(0.2553, abs=1e-4)
    assert high == pytest.approx(0.3662, abs=1e-4)


def test_the_interval_stays_within_0_and_1() -> None:
    assert interval(0, 5)[0] == 0.0
    assert interval(5, 5)[1] == 1.0


def test_it_names_measures_reasons_and_cost() -> None:
    records = [record("x"), record("", "it adds a syntax error")]
    text = summary("fim: m", records, [{"exact match": (1, 1)}, {"exact match": (0, 1)}], KIND)
    assert "fim: m, 2 items" in text
    assert "exact match" in text
    assert "50.0" in text
    assert "shown for 1 of 2 items" in text
    assert "1 not shown: it adds a syntax error" in text
    assert "tokens_read" in text


def test_no_items_are_said_to_be_none() -> None:
    assert summary("fim", [], [], KIND) == "fim: no items"
