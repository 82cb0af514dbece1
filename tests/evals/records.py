"""Answers on disk, one JSON line each: written as they come, and found again after a kill."""

import json
import os
from pathlib import Path
from typing import Any

from codegen_lsp.errors import UnreadableFile, UsageError
from tests.evals.kind import Fields


def read_records(path: Path) -> dict[str, Fields]:
    """Return the records of a file by their ids, in its order.

    A last line without an end was being written when the run was killed, and does not count.
    Raises :class:`~codegen_lsp.errors.UnreadableFile` for a file that is none of ours.
    """
    records: dict[str, Fields] = {}
    for number, line in enumerate(_whole_lines(path).split(b"\n")[:-1], 1):
        try:
            record: dict[str, Any] = json.loads(line)
            records[record["id"]] = record
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableFile(f"line {number} of {path} is no record of an answer") from error
    return records


def resume_records(path: Path, made_by: Fields) -> dict[str, Fields]:
    """Make ``path`` ready for more records, and return those it has.

    Raises :class:`~codegen_lsp.errors.UsageError` when they were not ``made_by`` the same.
    """
    if not path.exists():
        path.touch()
        return {}
    records = read_records(path)
    for record in records.values():
        other = {name: record.get(name) for name in made_by}
        if other != dict(made_by):
            raise UsageError(
                f"{path} has answers of {_named(other)}, not of {_named(made_by)}",
                advice="name another --output",
            )
    os.truncate(path, len(_whole_lines(path)))
    return records


def append_record(path: Path, record: Fields) -> None:
    """Add one record, and see that it is on the disk."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _whole_lines(path: Path) -> bytes:
    """Return what the file holds up to its last line end."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"the answers cannot be read: {error}") from error
    return data[: data.rfind(b"\n") + 1]


def _named(made_by: Fields) -> str:
    return ", ".join(f"{name} {value}" for name, value in made_by.items())
