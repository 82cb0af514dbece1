"""Runs on disk."""

from pathlib import Path

import pytest

from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.replay.arm import Tokens
from tests.benchmarks.replay.drive import Moment, Run
from tests.benchmarks.replay.recorded import append, check_alike, read_rounds


def _run(*pauses_ms: int, tokens: dict[int, Tokens] | None = None) -> Run:
    moments = [Moment("key", pause_ms, 1.5, "x", None) for pause_ms in pauses_ms]
    return Run(moments, tokens, seconds=2.0, cpu_seconds=3.0, resident=4)


@pytest.mark.parametrize("tokens", [None, {}, {1: Tokens(read=3, written=2)}])
def test_a_run_that_was_written_is_read_as_it_was(
    tmp_path: Path, tokens: dict[int, Tokens] | None
) -> None:
    run = _run(100, 200, tokens=tokens)
    append(tmp_path / "runs.jsonl", 0, "ours", run)
    assert read_rounds(tmp_path / "runs.jsonl") == [{"ours": run}]


def test_runs_of_one_round_belong_together_whenever_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    append(file, 0, "ours", _run(100))
    append(file, 1, "peer", _run(100))
    append(file, 0, "peer", _run(100))
    assert [set(each) for each in read_rounds(file)] == [{"ours", "peer"}, {"peer"}]


def test_a_file_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert read_rounds(tmp_path / "runs.jsonl") == []


@pytest.mark.parametrize(
    "text", ["no JSON", "{}", '{"round": 0, "arm": "x", "tokens": null}', "[]"]
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "runs.jsonl"
    file.write_text(text, "utf-8")
    with pytest.raises(BenchmarkError, match="does not hold runs"):
        read_rounds(file)


def test_runs_of_different_rhythms_are_not_reported_together() -> None:
    with pytest.raises(BenchmarkError, match="different rhythms"):
        check_alike([{"ours": _run(100, 200)}, {"ours": _run(100)}])
