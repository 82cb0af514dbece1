"""Records are data of unknown quality: the tests can write them too."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.pytest_results import read_results
from agent.results import Verdict


def read(folder: Path, *records: Any) -> Any:
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    (folder / "1.jsonl").write_text("\n".join(lines))
    return read_results(folder, folder / "tree", folder / "original")


def test_no_record_means_no_pytest(tmp_path: Path) -> None:
    assert read_results(tmp_path, tmp_path, tmp_path) is None


def test_begun_alone_means_no_tests(tmp_path: Path) -> None:
    assert read(tmp_path, {"begun": "9"}) == ((), ())


def test_started_without_an_end_hung(tmp_path: Path) -> None:
    cases, _ = read(tmp_path, {"start": "a"}, {"start": "b"}, {"case": "a", "outcome": "passed"})
    assert [case.verdict for case in cases] == [Verdict.PASSED, Verdict.HUNG]


def test_worst_phase_counts(tmp_path: Path) -> None:
    call = {"case": "a", "phase": "call", "outcome": "passed"}
    teardown = {"case": "a", "phase": "teardown", "outcome": "failed"}
    assert read(tmp_path, call, teardown)[0][0].verdict is Verdict.ERROR
    assert read(tmp_path, teardown, call)[0][0].verdict is Verdict.ERROR


def test_failure_is_not_undone_by_a_second_record(tmp_path: Path) -> None:
    failed = {"case": "a", "phase": "call", "outcome": "failed"}
    passed = {"case": "a", "phase": "call", "outcome": "passed"}
    assert read(tmp_path, failed, passed)[0][0].verdict is Verdict.FAILED


@pytest.mark.parametrize(
    "record",
    [
        "{half a rec",
        "[1, 2]",
        "null",
        {"case": 3},
        {"start": ["a"]},
        {"case": "", "outcome": "passed"},
    ],
)
def test_records_of_the_wrong_form_are_left_out(tmp_path: Path, record: Any) -> None:
    assert read(tmp_path, {"begun": "9"}, record) == ((), ())


def test_unknown_outcome_is_a_failure(tmp_path: Path) -> None:
    record = {"case": "a", "phase": "call", "outcome": "splendid"}
    assert read(tmp_path, record)[0][0].verdict is Verdict.FAILED


def test_frames_of_the_wrong_form_are_left_out(tmp_path: Path) -> None:
    frames = [["a.py", "x", "f"], ["b.py", 2], "c.py", ["d.py", 4, "g"], None]
    why = {"kind": 7, "message": None, "frames": frames, "parameters": "no"}
    record = {"case": "a", "phase": "call", "outcome": "failed", "why": why}
    failure = read(tmp_path, record)[0][0].failure
    assert (failure.kind, failure.message, failure.parameters) == ("", "", ())
    assert [(frame.path, frame.line) for frame in failure.frames] == [("d.py", 4)]


def test_paths_become_relative_to_the_tree(tmp_path: Path) -> None:
    """Those in the user's own tree too, from where tests may import in spite of all."""
    paths = (tmp_path / "tree/a.py", tmp_path / "original/b.py", tmp_path / "elsewhere/c.py")
    why = {"frames": [[str(path), 1, "f"] for path in paths]}
    record = {"case": "a", "phase": "call", "outcome": "failed", "why": why}
    frames = read(tmp_path, record)[0][0].failure.frames
    assert [frame.path for frame in frames] == ["a.py", "b.py", str(paths[2])]


def test_link_in_the_place_of_records_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_text('{"begun": "9"}')
    (tmp_path / "1.jsonl").symlink_to(tmp_path / "real")
    assert read_results(tmp_path, tmp_path, tmp_path) is None
