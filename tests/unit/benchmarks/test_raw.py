"""Understanding llama-bench."""

import pytest

from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.raw import rates_from, rows


def test_rates_are_told_apart_by_what_was_written() -> None:
    results = [
        {"n_prompt": 512, "n_gen": 0, "avg_ts": 100.5},
        {"n_prompt": 0, "n_gen": 128, "avg_ts": 28.25},
    ]
    assert rates_from(results) == {"prefill": 100.5, "decode": 28.25}


def test_one_slow_round_does_not_move_the_ratio_of_the_best() -> None:
    ours = {"decode": 30.0, "prefill": 100.0, "generate": 27.0, "read": 90.0}
    theirs = {"decode": 30.0, "prefill": 100.0}
    hindered = dict.fromkeys(ours, 1.0)
    [decode, *_] = rows([(ours, theirs), (hindered, theirs)])
    assert decode == ["decode", 15.5, 30.0, pytest.approx((1 + 1 / 30) / 2), 1.0]


def test_a_missing_rate_is_an_error() -> None:
    with pytest.raises(BenchmarkError):
        rates_from([{"n_prompt": 512, "n_gen": 0, "avg_ts": 100.5}])
