"""The ledger on disk: one SQLite file in the user's state folder, written behind everything else.

SQLite because several servers may write at once, and because what was committed survives a server
that is killed. The only module that knows SQLite. A ledger that cannot be written costs one line in
the log and the figures, never a suggestion.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, fields
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from codegen_lsp.errors import UsageError
from codegen_lsp.feedback.suggestion import Outcome, Source, Suggestion

log = logging.getLogger(__name__)

MOST_ROWS = 50_000
"""Suggestions that are remembered, the latest: 10 MB, and months of use."""

GATHER_SECONDS = 0.2
"""How long the writer waits for more before it commits: all that a killed server can lose."""

_FORMAT = 2
"""1 had no log-probabilities."""

_LOCK_SECONDS = 10.0
_PRUNE_EVERY = 500

Entry = Suggestion | Callable[[], Suggestion]
"""What may be put: a row, or what makes one, which is then called on the writer's thread."""


class Ledger:
    """Writes suggestions to ``folder`` on a thread of its own.

    A suggestion that is put again replaces what was known of it. ``put`` and ``close`` are called
    from one thread, and return at once.
    """

    def __init__(self, folder: Path) -> None:
        self._path = path_in(folder)
        self._entries: SimpleQueue[Entry | None] = SimpleQueue()
        self._writer: threading.Thread | None = None
        self._has_failed = False

    def put(self, entry: Entry) -> None:
        """Have a row written soon; the file is made when there is something to write."""
        if self._writer is None:
            self._writer = threading.Thread(target=self._write, daemon=True, name="ledger")
            self._writer.start()
        self._entries.put(entry)

    def close(self, seconds: float = 2.0) -> None:
        """Write what is left, waiting no longer than ``seconds``."""
        if self._writer is not None:
            self._entries.put(None)
            self._writer.join(seconds)

    def _write(self) -> None:
        unpruned = _PRUNE_EVERY
        for entries in _batches(self._entries):
            rows = [entry if isinstance(entry, Suggestion) else entry() for entry in entries]
            unpruned += len(rows)
            try:
                with _opened(self._path) as connection:
                    _put(connection, rows)
                    if unpruned >= _PRUNE_EVERY:
                        _prune(connection)
                        unpruned = 0
            except (OSError, sqlite3.Error, UsageError) as error:
                if not self._has_failed:
                    log.warning("the ledger cannot be written: %s", error)
                self._has_failed = True


def path_in(folder: Path) -> Path:
    """Return where the ledger of a folder lies; it need not exist."""
    return folder / "feedback.sqlite3"


def suggestions_since(folder: Path, at: float = 0.0) -> list[Suggestion]:
    """Return the suggestions from ``at`` (seconds since the epoch) on, oldest first.

    Raises :class:`~codegen_lsp.errors.UsageError` when the ledger cannot be read.
    """
    path = path_in(folder)
    if not path.exists():
        return []
    try:
        with _opened(path) as connection:
            # A table's and its columns' names are no values.
            query = f"SELECT {_COLUMNS} FROM suggestions WHERE at >= ? ORDER BY at, rowid"  # noqa: S608 - ours
            return [_suggestion(row) for row in connection.execute(query, (at,))]
    except (OSError, sqlite3.Error, ValueError) as error:
        raise UsageError(
            f"the ledger {path} cannot be read ({error})",
            advice="`codegen stats --reset` begins a new one",
        ) from error


def erase(folder: Path) -> None:
    """Forget everything; raises :class:`~codegen_lsp.errors.UsageError` when that cannot be."""
    path = path_in(folder)
    try:
        for suffix in ("", "-journal"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path} cannot be removed", advice=error.strerror) from error


_NAMES = tuple(field.name for field in fields(Suggestion))
_COLUMNS = ", ".join(f'"{name}"' for name in _NAMES)
_TABLE = f"CREATE TABLE IF NOT EXISTS suggestions ({_COLUMNS}, PRIMARY KEY (id))"
_PUT = (
    f"INSERT INTO suggestions ({_COLUMNS}) VALUES ({', '.join('?' * len(_NAMES))}) "  # noqa: S608 - the names are ours
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f'"{name}" = excluded."{name}"' for name in _NAMES[1:])
)
_PRUNE = (
    "DELETE FROM suggestions WHERE rowid <= (SELECT rowid FROM suggestions "
    "ORDER BY rowid DESC LIMIT 1 OFFSET ?)"
)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the ledger for one transaction.

    Raises ``OSError``, ``sqlite3.Error``, and :class:`~codegen_lsp.errors.UsageError` for a ledger
    that a later version has written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with closing(sqlite3.connect(path, timeout=_LOCK_SECONDS)) as connection, connection:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > _FORMAT:
            raise UsageError(f"the ledger {path} was written by a later version")
        if found < _FORMAT:
            connection.execute(_TABLE)
            _add_columns(connection)
            connection.execute("CREATE INDEX IF NOT EXISTS by_time ON suggestions (at)")
            connection.execute(f"PRAGMA user_version = {_FORMAT}")
        yield connection


def _add_columns(connection: sqlite3.Connection) -> None:
    """Add the columns that an older version's table lacks."""
    known = {row[1] for row in connection.execute("PRAGMA table_info (suggestions)")}
    for name in _NAMES:
        if name not in known:
            connection.execute(f'ALTER TABLE suggestions ADD COLUMN "{name}"')


def _put(connection: sqlite3.Connection, rows: Iterable[Suggestion]) -> None:
    connection.executemany(_PUT, [astuple(row) for row in rows])


def _prune(connection: sqlite3.Connection, most: int = MOST_ROWS) -> None:
    connection.execute(_PRUNE, (most,))


def _suggestion(row: tuple[Any, ...]) -> Suggestion:
    found = dict(zip(_NAMES, row, strict=True))
    found["outcome"] = Outcome(found["outcome"])
    found["source"] = Source(found["source"])
    found["shown"] = bool(found["shown"])
    return Suggestion(**found)


def _batches(entries: "SimpleQueue[Entry | None]") -> Iterator[list[Entry]]:
    """Yield what came within :data:`GATHER_SECONDS`, until the None that ends it.

    Sleeps meanwhile: to be woken by each entry would take the interpreter from whoever put it.
    """
    while (first := entries.get()) is not None:
        if entries.empty():
            time.sleep(GATHER_SECONDS)
        batch: list[Entry | None] = [first, *(entries.get() for _ in range(entries.qsize()))]
        ended = None in batch
        yield [entry for entry in batch if entry is not None]
        if ended:
            return
