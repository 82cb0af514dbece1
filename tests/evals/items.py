"""The items of a data file, in an order that depends on nothing but their ids."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codegen_lsp.errors import UnreadableFile, UsageError
from tests.evals.kind import Fields


def load_items(path: Path, needs: Sequence[str]) -> list[Fields]:
    """Read JSON lines and sort them by the SHA-256 of their ``id``.

    Raises :class:`~codegen_lsp.errors.UnreadableFile`, and
    :class:`~codegen_lsp.errors.UsageError` for a line that is no item of this kind, and for two
    items with one id.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"the items cannot be read: {error}") from error
    items = [
        _item(line, f"{path.name}:{number}", needs)
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]
    if len({item["id"] for item in items}) < len(items):
        raise UsageError(f"{path.name} has two items with one id")
    return sorted(items, key=lambda item: rank(item["id"]))


def rank(name: str) -> str:
    """Return the place of ``name`` in an order that has nothing to do with what it names."""
    return hashlib.sha256(name.encode()).hexdigest()


def _item(line: str, place: str, needs: Sequence[str]) -> Fields:
    try:
        fields: Any = json.loads(line)
    except ValueError as error:
        raise UsageError(f"{place} is no JSON ({error})") from error
    wanted = ("id", *needs)
    missing = [name for name in wanted if not isinstance(fields, dict) or name not in fields]
    if missing:
        raise UsageError(
            f"{place} is no item of this kind: it has no {', '.join(missing)}",
            advice="look whether the data file fits the kind",
        )
    item: Fields = fields
    return item
