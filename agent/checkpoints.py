"""The checkpoints of one run: an SQLite file that always holds the state after the last whole step.

Each is written, and on the disk, before the next step begins. They are data: nothing in them is
imported or called when they are read, whatever somebody may have put there. Imported by
``graph.py`` when it is needed, since LangGraph takes a second to import.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeAlias

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
)
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from codegen_lsp.errors import UsageError

Saver: TypeAlias = BaseCheckpointSaver[str]

_FORGET = "DELETE FROM {table} WHERE thread_id = ? AND checkpoint_id < ?"


@contextmanager
def opened(path: Path | None) -> Iterator[Saver]:
    """Open the checkpoints in the file ``path``, made if need be; None keeps them in memory.

    Raises :class:`~codegen_lsp.errors.UsageError` when the file is damaged or cannot be written,
    now or later on.
    """
    serializer = JsonPlusSerializer(pickle_fallback=False, allowed_msgpack_modules=None)
    if path is None:
        yield InMemorySaver(serde=serializer)
        return
    try:
        with closing(sqlite3.connect(path, check_same_thread=False)) as connection:
            yield _Latest(connection, serde=serializer)
    except sqlite3.Error as error:
        raise UsageError(
            f"the checkpoints in {path} cannot be used ({error})", advice="run codegen fix again"
        ) from error


class _Latest(SqliteSaver):
    """Keeps the last checkpoint only: each holds the whole state, and nobody goes back."""

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Write a checkpoint, and forget those before it."""
        written = super().put(config, checkpoint, metadata, new_versions)
        run = str(config["configurable"]["thread_id"])
        with self.cursor() as cursor:
            for table in ("checkpoints", "writes"):
                cursor.execute(_FORGET.format(table=table), (run, checkpoint["id"]))
        return written
