"""Reads what our plugins in the user's pytest wrote: one JSON object a line.

The tests can write there too, so this is data of unknown quality: what has another form is left
out, and so is what lies behind a symbolic link.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MAX_BYTES = 64 * 1024 * 1024
"""What is beyond this in a file is not read."""


def records_in(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects in the file ``path``; none when there is no such file."""
    if path.is_symlink() or not path.is_file():
        return
    with path.open("rb") as file:
        lines = file.read(MAX_BYTES).splitlines()
    for line in lines:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue  # the last line of a process that was ended
        if isinstance(record, dict):
            yield record
