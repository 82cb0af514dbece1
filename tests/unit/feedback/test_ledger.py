"""The ledger on disk: what survives, what is bounded, and what is told when it cannot be read."""

import logging
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from codegen_lsp.errors import UsageError
from codegen_lsp.feedback import ledger as ledger_module
from codegen_lsp.feedback.ledger import Ledger, erase, path_in, suggestions_since
from codegen_lsp.feedback.suggestion import Outcome, Source, Suggestion

ROW = Suggestion(
    id="a",
    at=1000.5,
    outcome=Outcome.PARTLY,
    language="python",
    source=Source.AHEAD,
    changed_by="fix_syntax",
    code_points=7,
    total_ms=12.5,
    shown=True,
    accepted=3,
    kept=0.5,
)


def written(folder: Path, *rows: Suggestion) -> None:
    ledger = Ledger(folder)
    for row in rows:
        ledger.put(row)
    ledger.close(10)


def test_what_is_put_is_read_again(tmp_path: Path) -> None:
    written(tmp_path, ROW)
    assert suggestions_since(tmp_path) == [ROW]


def test_a_ledger_of_an_older_version_goes_on(tmp_path: Path) -> None:
    """The first format had no log-probabilities."""
    written(tmp_path, ROW)
    with sqlite3.connect(path_in(tmp_path)) as connection:
        for column in ("mean_logprob", "least_logprob"):
            connection.execute(f"ALTER TABLE suggestions DROP COLUMN {column}")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    later = replace(ROW, id="b", at=2000.0, mean_logprob=-0.5)
    written(tmp_path, later)
    assert suggestions_since(tmp_path) == [ROW, later]


def test_a_suggestion_that_is_put_again_replaces_what_was_known(tmp_path: Path) -> None:
    later = replace(ROW, outcome=Outcome.ACCEPTED, accepted=7)
    written(tmp_path, ROW, later)
    assert suggestions_since(tmp_path) == [later]


def test_what_makes_a_row_is_called_on_another_thread(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.put(lambda: replace(ROW, model=ledger_module.threading.current_thread().name))
    ledger.close(10)
    assert [row.model for row in suggestions_since(tmp_path)] == ["ledger"]


def test_only_what_is_late_enough_is_returned_oldest_first(tmp_path: Path) -> None:
    rows = [replace(ROW, id=str(at), at=float(at)) for at in (30, 10, 20)]
    written(tmp_path, *rows)
    assert [row.at for row in suggestions_since(tmp_path, 20)] == [20, 30]


def test_a_ledger_that_was_never_written_is_empty_and_not_made(tmp_path: Path) -> None:
    Ledger(tmp_path / "state").close()
    assert suggestions_since(tmp_path / "state") == []
    assert not (tmp_path / "state").exists()


def test_only_the_user_may_look_into_the_folder(tmp_path: Path) -> None:
    written(tmp_path / "state", ROW)
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_the_oldest_rows_are_given_up(tmp_path: Path) -> None:
    written(tmp_path, *(replace(ROW, id=str(at), at=float(at)) for at in range(20)))
    with sqlite3.connect(path_in(tmp_path)) as connection:
        ledger_module._prune(connection, most=5)  # noqa: SLF001 - the real bound takes minutes to reach
    connection.close()
    assert [row.at for row in suggestions_since(tmp_path)] == [15, 16, 17, 18, 19]


def test_several_servers_write_at_once(tmp_path: Path) -> None:
    ledgers = [Ledger(tmp_path) for _ in range(4)]
    for number in range(100):
        for server, ledger in enumerate(ledgers):
            ledger.put(replace(ROW, id=f"{server} {number}"))
    for ledger in ledgers:
        ledger.close(20)
    assert len(suggestions_since(tmp_path)) == 400


def test_a_writer_that_is_killed_leaves_what_it_had_written(tmp_path: Path) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\n"
        "from codegen_lsp.feedback.ledger import Ledger\n"
        "from codegen_lsp.feedback.suggestion import Outcome, Suggestion\n"
        "ledger = Ledger(Path(sys.argv[1]))\n"
        "for number in range(10**9):\n"
        "    ledger.put(Suggestion(id=str(number), at=number, outcome=Outcome.WAITING))\n"
        "    time.sleep(0.001)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, tmp_path])
    deadline = time.monotonic() + 20
    while len(suggestions_since(tmp_path)) < 100 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    rows = suggestions_since(tmp_path)
    assert len(rows) >= 100
    assert [row.id for row in rows] == [str(number) for number in range(len(rows))]
    written(tmp_path, replace(ROW, id="next"))
    assert len(suggestions_since(tmp_path)) == len(rows) + 1


def test_a_ledger_that_cannot_be_written_costs_one_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    in_the_way = tmp_path / "state"
    in_the_way.write_text("a file", "utf-8")
    ledger = Ledger(in_the_way)
    with caplog.at_level(logging.WARNING):
        ledger.put(ROW)
        time.sleep(2 * ledger_module.GATHER_SECONDS)
        ledger.put(ROW)
        ledger.close(10)
    assert len([record for record in caplog.records if "ledger" in record.message]) == 1


def test_a_broken_ledger_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    path_in(tmp_path).write_bytes(b"this is no database, whatever its name says" * 100)
    with pytest.raises(UsageError, match="--reset"):
        suggestions_since(tmp_path)
    erase(tmp_path)
    assert suggestions_since(tmp_path) == []


def test_a_ledger_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(path_in(tmp_path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(UsageError, match="later version"):
        suggestions_since(tmp_path)
