"""The index of a project on disk: what each of its files defines, imports and mentions.

A SQLite file in the user's cache folder, one for each root. It is a cache and nothing else: one of
another version, or one that cannot be read, is thrown away and made anew. It holds data only, which
is bound to types when it is read; nothing in it is ever run. One process writes it
(:mod:`codegen_lsp.project.indexer`); others read at the same time without waiting for it, which is
what SQLite's write-ahead log is for.
"""

import contextlib
import hashlib
import logging
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codegen_lsp.project.ignored import SourceFile
from codegen_lsp.syntax.imports import Import
from codegen_lsp.syntax.outline import ItemKind, OutlineItem

log = logging.getLogger(__name__)

FORMAT = 1

MOST_INDEXES = 32
"""Indexes that are kept in one folder; those unused longest go first."""

_LOCK_SECONDS = 5.0

_TABLES = """
CREATE TABLE files (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, language TEXT NOT NULL,
    mtime INTEGER NOT NULL, size INTEGER NOT NULL, lines INTEGER NOT NULL
);
CREATE TABLE items (
    file INTEGER NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
    qualified TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    header TEXT NOT NULL, summary TEXT NOT NULL, PRIMARY KEY (file, number)
) WITHOUT ROWID;
CREATE INDEX items_by_name ON items (name);
CREATE TABLE imports (
    file INTEGER NOT NULL, number INTEGER NOT NULL, bound TEXT NOT NULL, module TEXT NOT NULL,
    name TEXT, PRIMARY KEY (file, number)
) WITHOUT ROWID;
CREATE TABLE words (word TEXT NOT NULL, file INTEGER NOT NULL, PRIMARY KEY (word, file))
    WITHOUT ROWID;
CREATE INDEX words_by_file ON words (file);
"""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the index holds of one file; ``words`` are its identifiers."""

    file: SourceFile
    lines: int
    items: tuple[OutlineItem, ...] = ()
    imports: tuple[Import, ...] = ()
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A definition somewhere in the project; ``path`` is relative to its root."""

    path: str
    item: OutlineItem


@dataclass(frozen=True, slots=True)
class Size:
    """How much an index holds."""

    files: int = 0
    lines: int = 0


def path_of(root: Path, folder: Path) -> Path:
    """Return where the index of ``root`` lies in the cache ``folder``; it need not exist."""
    name = hashlib.sha256(str(root.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return folder / f"{name}.sqlite3"


class IndexWriter:
    """The index as its one writer has it."""

    def __init__(self, path: Path) -> None:
        """Open the index, made anew where it cannot be used; raises ``OSError``."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._connection = _prepared(path)
        except sqlite3.Error as error:
            log.info("the index is made anew: %s", error)
            remove(path)
            try:
                self._connection = _prepared(path)
            except sqlite3.Error as again:
                raise OSError(f"{path} cannot be written ({again})") from again
        path.touch()
        _forget_oldest(path.parent)

    def stamps(self) -> dict[str, tuple[int, int]]:
        """Return the mtime and size of each file as it was read."""
        rows = self._connection.execute("SELECT path, mtime, size FROM files")
        return {path: (mtime, size) for path, mtime, size in rows}

    def put(self, facts: Sequence[FileFacts], gone: Iterable[str] = ()) -> None:
        """Replace what is known of these files, and forget those that are ``gone``.

        Raises ``OSError`` when that cannot be written.
        """
        try:
            with self._connection as connection:
                paths = [*gone, *(each.file.path for each in facts)]
                for path in paths:
                    _drop(connection, path)
                for each in facts:
                    _add(connection, each)
        except sqlite3.Error as error:
            raise OSError(f"the index cannot be written ({error})") from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class IndexReader:
    """The index as everyone else sees it, from any thread; what cannot be read is not there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def size(self) -> Size:
        """Say how much there is."""
        rows = self._rows("SELECT COUNT(*), COALESCE(SUM(lines), 0) FROM files")
        return Size(*rows[0]) if rows else Size()

    def stamp(self, path: str) -> tuple[int, int] | None:
        """Return the mtime and size of a file as it was read."""
        rows = self._rows("SELECT mtime, size FROM files WHERE path = ?", path)
        return (int(rows[0][0]), int(rows[0][1])) if rows else None

    def outline(self, path: str) -> list[OutlineItem]:
        """Return what a file defines, in its order."""
        rows = self._rows(
            f"SELECT path, {_ITEM} FROM items JOIN files ON files.id = file "  # noqa: S608 - our columns
            "WHERE path = ? ORDER BY number",
            path,
        )
        return [_found(row).item for row in rows]

    def imports(self, path: str) -> list[Import]:
        """Return what a file imports, in its order."""
        rows = self._rows(
            "SELECT bound, module, name FROM imports JOIN files ON files.id = file "
            "WHERE path = ? ORDER BY number",
            path,
        )
        return [Import(str(bound), str(module), name) for bound, module, name in rows]

    def definitions(self, name: str, *, most: int = 20) -> list[Found]:
        """Return what is called ``name`` in the project, the first ``most`` by path."""
        rows = self._rows(
            f"SELECT path, {_ITEM} FROM items JOIN files ON files.id = file "  # noqa: S608 - our columns
            "WHERE items.name = ? ORDER BY path, number LIMIT ?",
            name,
            most,
        )
        return [_found(row) for row in rows]

    def files_with(self, word: str, *, most: int) -> list[str]:
        """Return the files that mention ``word``; one more than ``most`` says there are others."""
        rows = self._rows(
            "SELECT path FROM words JOIN files ON files.id = file WHERE word = ? LIMIT ?",
            word,
            most + 1,
        )
        return [str(row[0]) for row in rows]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._drop_connection()

    def _rows(self, query: str, *values: str | int) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = _opened_to_read(self._path)
                if self._connection is None:
                    return []
                return self._connection.execute(query, values).fetchall()
            except sqlite3.Error as error:
                log.info("the index cannot be read: %s", error)
                self._drop_connection()
                return []

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def remove(path: Path) -> None:
    """Remove an index; raises ``OSError``."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


_ITEM = "kind, items.name, qualified, first, last, header, summary"


def _found(row: tuple[Any, ...]) -> Found:
    path, kind, name, qualified, first, last, header, summary = row
    item = OutlineItem(
        kind=ItemKind(str(kind)),
        name=str(name),
        qualified_name=str(qualified),
        first_line=int(first),
        last_line=int(last),
        header=str(header),
        summary=str(summary),
    )
    return Found(str(path), item)


def _prepared(path: Path) -> sqlite3.Connection:
    """Open an index to write, with its tables; raises ``sqlite3.Error``."""
    connection = sqlite3.connect(path, timeout=_LOCK_SECONDS)
    try:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found not in {0, FORMAT}:
            raise sqlite3.DatabaseError(f"its format is {found}, not {FORMAT}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")  # a cache: what is lost is made again
        if not found:
            connection.executescript(
                f"BEGIN IMMEDIATE;{_TABLES}PRAGMA user_version={FORMAT};COMMIT"
            )
        _check(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection) -> None:
    """Raise ``sqlite3.DatabaseError`` when the file is damaged."""
    said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
        raise sqlite3.DatabaseError(said)


def _opened_to_read(path: Path) -> sqlite3.Connection | None:
    """Open an index to read; None when there is none of this format yet."""
    if not path.exists():
        return None
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=ro", uri=True, timeout=0.1, check_same_thread=False
    )
    with contextlib.suppress(sqlite3.Error):
        if connection.execute("PRAGMA user_version").fetchone()[0] == FORMAT:
            return connection
    connection.close()
    return None


def _drop(connection: sqlite3.Connection, path: str) -> None:
    found = connection.execute("SELECT id FROM files WHERE path = ?", (path,)).fetchone()
    if found is None:
        return
    for table in ("items", "imports", "words"):
        connection.execute(f"DELETE FROM {table} WHERE file = ?", found)  # noqa: S608 - our names
    connection.execute("DELETE FROM files WHERE id = ?", found)


def _add(connection: sqlite3.Connection, facts: FileFacts) -> None:
    file = facts.file
    row = (file.path, file.language, file.mtime, file.size, facts.lines)
    number = connection.execute(
        "INSERT INTO files (path, language, mtime, size, lines) VALUES (?, ?, ?, ?, ?)", row
    ).lastrowid
    connection.executemany(
        "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                *(number, at, item.kind.value, item.name, item.qualified_name),
                *(item.first_line, item.last_line, item.header, item.summary),
            )
            for at, item in enumerate(facts.items)
        ),
    )
    connection.executemany(
        "INSERT INTO imports VALUES (?, ?, ?, ?, ?)",
        ((number, at, each.bound, each.module, each.name) for at, each in enumerate(facts.imports)),
    )
    connection.executemany(
        "INSERT INTO words VALUES (?, ?)", ((word, number) for word in facts.words)
    )


def _forget_oldest(folder: Path) -> None:
    with contextlib.suppress(OSError):
        found = sorted(folder.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)
        for path in found[:-MOST_INDEXES]:
            remove(path)
