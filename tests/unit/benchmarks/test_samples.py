"""What runs of the samples come to."""

import argparse
from pathlib import Path

import pytest

from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.samples import rows, run


def test_ratios_are_taken_within_a_run() -> None:
    runs = [
        {"one batch": 1.0, "one by one, cached": 2.0, "one by one": 4.0},
        {"one batch": 3.0, "one by one, cached": 4.0, "one by one": 5.0},
        {"one batch": 2.0, "one by one, cached": 4.0, "one by one": 4.0},
    ]
    assert rows(runs)[-1] == ["one by one", 4.0, 0.5, 0.25, 0.6]


def test_runs_of_another_number_of_samples_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    file.write_text('{"samples": 4, "tokens": 64, "seconds": {}}\n', "utf-8")
    options = argparse.Namespace(output=file, samples=8, tokens=64)
    with pytest.raises(BenchmarkError, match="other samples"):
        run(options)
