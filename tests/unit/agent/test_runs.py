"""Runs are kept whole or not at all, one process at a time, and not for ever."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from agent.runs import Request, begin, find, prune, runs_in
from codegen_lsp.config.settings import FixSettings
from codegen_lsp.errors import UsageError

REQUEST = Request("/project", ("pytest", "-q"), FixSettings(), "model", "0" * 40, "now")


def test_what_was_asked_is_found_by_the_id(tmp_path: Path) -> None:
    run = begin(tmp_path / "runs", REQUEST)
    assert find(tmp_path / "runs", run.id).request() == REQUEST
    assert run.report() is None
    assert [each.id for each in runs_in(tmp_path / "runs")] == [run.id]


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    run = begin(tmp_path / "runs", REQUEST)
    assert stat.S_IMODE(run.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["", "..", "../runs", "20261124-000000-abcd", "a\nb"])
def test_id_that_names_no_run(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="there is no run"):
        find(tmp_path, name)


def test_damaged_request_is_told(tmp_path: Path) -> None:
    run = begin(tmp_path, REQUEST)
    (run.folder / "request.json").write_text("{")
    with pytest.raises(UsageError, match="cannot be read"):
        run.request()


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"set fix\.runs_folder"):
        begin(tmp_path / "file" / "runs", REQUEST)


def test_the_latest_are_kept_and_those_at_work(tmp_path: Path) -> None:
    made = sorted((begin(tmp_path, REQUEST) for _ in range(5)), key=lambda run: run.id)
    with made[0].held():
        prune(tmp_path, most=2)
    assert {run.id for run in runs_in(tmp_path)} == {made[0].id, made[3].id, made[4].id}


def test_what_never_became_a_run_is_removed_once_it_is_old(tmp_path: Path) -> None:
    for name, age in ((".new-old", 0.0), (".new-young", None)):
        (tmp_path / name).mkdir()
        if age is not None:
            os.utime(tmp_path / name, (age, age))
    prune(tmp_path)
    assert [path.name for path in tmp_path.glob(".new-*")] == [".new-young"]


HOLD = """
import sys
from pathlib import Path
from agent.runs import Run
with Run(Path(sys.argv[1])).held():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_run_that_another_process_let_go_can_be_held(tmp_path: Path) -> None:
    """Also when that process was killed."""
    run = begin(tmp_path, REQUEST)
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(run.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    other.kill()
    other.communicate()
    with run.held():
        assert run.report() is None
