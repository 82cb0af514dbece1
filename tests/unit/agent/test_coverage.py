"""Ochiai's score, and reading what the traced tests wrote."""

import json
from pathlib import Path

import pytest

from agent.coverage import Calls, Coverage, read_coverage, suspicion


def covered(**tests: set[int]) -> Coverage:
    return Coverage({name: {"a.py": frozenset(lines)} for name, lines in tests.items()})


def test_score_by_its_formula() -> None:
    """Line 1 is run by all four tests, line 2 by one failing test, line 3 by a passing one."""
    coverage = covered(bad={1, 2}, worse={1}, good={1, 3}, better={1})
    assert suspicion(coverage, {"bad", "worse"}) == {
        "a.py": {1: pytest.approx(2 / (2 * 4) ** 0.5), 2: pytest.approx(1 / 2**0.5)}
    }


def test_line_that_only_the_failing_test_runs_is_certain() -> None:
    assert suspicion(covered(bad={1, 2}, good={1}), {"bad"})["a.py"][2] == 1.0


def test_nothing_is_known_of_tests_that_were_not_traced() -> None:
    assert suspicion(covered(good={1}), {"bad"}) == {}


def test_records_of_the_tests_are_read(tmp_path: Path) -> None:
    record = {"traced": "t::one", "lines": {"a.py": [3, 4]}, "calls": [["a.py", 2, ["[1]", "[2]"]]]}
    again = {"traced": "t::two", "lines": {}, "calls": [["a.py", 2, ["[2]", "[3]"]]]}
    text = f"{json.dumps(record)}\n{json.dumps(again)}\n"
    (tmp_path / "trace-1.json").write_text(text)
    assert read_coverage(tmp_path) == Coverage(
        {"t::one": {"a.py": frozenset({3, 4})}, "t::two": {}},
        (Calls("a.py", 2, ("[1]", "[2]", "[3]")),),
    )


def test_whatever_else_is_written_there_is_left_out(tmp_path: Path) -> None:
    lines = [
        "no json",
        "[1]",
        '{"traced": 3, "lines": {}}',
        '{"traced": "t", "lines": {"a.py": ["x", 2], "b.py": 7}, "calls": [1, ["a", "b", "c"]]}',
        '{"traced": "u", "lines": {}, "calls": 5}',
        '{"traced": "cut',
    ]
    (tmp_path / "trace-1.json").write_text("\n".join(lines))
    (tmp_path / "trace-2.json").symlink_to("/etc/hostname")
    assert read_coverage(tmp_path) == Coverage({"t": {"a.py": frozenset({2})}, "u": {}})
