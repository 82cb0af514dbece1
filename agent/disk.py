"""How much a command has written, so that it can be stopped before the disk is full.

The limit on the size of one file does not bound how many there are. Folders are measured now and
then, at a cost that stays a small share of the time.
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path

MAX_WRITTEN_BYTES = 2 * 1024**3
"""What the folders of a command may grow by, on the disk."""

MAX_FILES = 200_000
"""Files that may be added."""

_BLOCK_BYTES = 512  # st_blocks counts in these, whatever the file system's own are
_EVERY_SECONDS = 0.5
_SHARE = 20
"""Measuring takes at most one part in so many of the time."""


class DiskWatch:
    """Watches ``folders`` from now on; ``full`` says whether too much was written in them."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.full = False
        self._folders = folders
        self._first = _measured(folders)
        self._next = time.monotonic() + _EVERY_SECONDS

    def look(self) -> bool:
        """Say whether too much was written; measures only when it is time to."""
        began = time.monotonic()
        if began < self._next:
            return self.full
        used, files = _measured(self._folders)
        now = time.monotonic()
        self._next = now + max(_EVERY_SECONDS, _SHARE * (now - began))
        first_used, first_files = self._first
        self.full = used - first_used > MAX_WRITTEN_BYTES or files - first_files > MAX_FILES
        return self.full


def _measured(folders: Sequence[Path]) -> tuple[int, int]:
    """Return the bytes on the disk and the number of entries below ``folders``.

    No link is followed. What cannot be looked into, or goes away meanwhile, counts nothing.
    """
    used = files = 0
    pending = [str(folder) for folder in folders]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    status = entry.stat(follow_symlinks=False)
                    used += status.st_blocks * _BLOCK_BYTES
                    files += 1
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
        except OSError:
            continue
    return used, files
