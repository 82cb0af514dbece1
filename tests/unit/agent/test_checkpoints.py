"""Checkpoints are data, one at a time, and a damaged file is an error with advice."""

import pickle
import sqlite3
import subprocess
import sys
from pathlib import Path

import ormsgpack
import pytest

from agent.checkpoints import opened
from agent.graph import last_state
from codegen_lsp.errors import UsageError


def test_no_file_is_no_state(tmp_path: Path) -> None:
    assert last_state(tmp_path / "none.sqlite") is None
    assert not (tmp_path / "none.sqlite").exists()


def test_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "checkpoints.sqlite"
    path.write_bytes(b"this is no database " * 500)
    with pytest.raises(UsageError, match="cannot be used"):
        last_state(path)


class Evil:
    """What runs a program where it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[list[str]]]:
        return subprocess.check_call, ([sys.executable, "-c", f"open({str(self.mark)!r}, 'w')"],)


def test_nothing_in_a_checkpoint_is_executed(tmp_path: Path) -> None:
    """Neither pickles nor the message pack extension that names a function to call."""
    mark = tmp_path / "executed"
    with opened(tmp_path / "checkpoints.sqlite") as saver:
        kind, _ = saver.serde.dumps_typed({"plain": 1})
        with pytest.raises(NotImplementedError):
            saver.serde.loads_typed(("pickle", pickle.dumps(Evil(mark))))
        inner = ormsgpack.packb(["os", "mkdir", [str(mark)]])
        packed = ormsgpack.packb(ormsgpack.Ext(1, inner))
        saver.serde.loads_typed((kind, packed))
    assert not mark.exists()


def test_only_the_latest_is_kept(tmp_path: Path) -> None:
    from langgraph.checkpoint.base import empty_checkpoint

    path = tmp_path / "checkpoints.sqlite"
    config = {"configurable": {"thread_id": "run", "checkpoint_ns": ""}}
    with opened(path) as saver:
        for number in range(3):
            checkpoint = {**empty_checkpoint(), "channel_values": {"state": {"tries": number}}}
            saver.put(config, checkpoint, {}, {})
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM checkpoints").fetchone() == (1,)
    connection.close()
