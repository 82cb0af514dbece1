"""Which files make up the user's state: what git lists, as it is on disk now.

Reads only. Tracked files and untracked ones that are not ignored; a file that is tracked and no
longer there is simply not part of the state. Whatever could lead out of the tree is left out.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codegen_lsp.git.repository import Repository

_CACHES = "__pycache__"
_POINTER = b"version https://git-lfs.github.com/spec/v1\n"
_POINTER_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Listed:
    """A file or link, relative to the repository's top, and its ``size`` in bytes.

    ``left_out`` says why it is not copied, None when it is. ``is_pointer`` says that it stands for
    a large file which Git LFS has not fetched.
    """

    path: str
    size: int
    left_out: str | None
    is_pointer: bool = False


def list_files(repository: Repository) -> Iterator[Listed]:
    """Yield the files of the working tree by name; ``repository.root`` must have no links in it.

    Raises :class:`~codegen_lsp.errors.GitError` when git cannot list them.
    """
    listing = repository.run("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for path in sorted(set(os.fsdecode(listing).split("\0")) - {""}):
        full = repository.root / path
        if _CACHES in full.parts:
            continue
        try:
            status = full.lstat()
            left_out = _why_not(full, status.st_mode, repository.root)
        except (FileNotFoundError, NotADirectoryError):
            continue  # deleted, before or just now
        yield Listed(path, status.st_size, left_out, _is_pointer(full, status))


def _why_not(path: Path, mode: int, top: Path) -> str | None:
    if path.parent.resolve() != path.parent:
        return "it lies behind a symbolic link"
    if stat.S_ISDIR(mode):
        return "a repository of its own (a submodule)"
    if stat.S_ISLNK(mode):
        return None if _stays_within(path, top) else "a symbolic link that leaves the tree"
    return None if stat.S_ISREG(mode) else "neither a file nor a link"


def _is_pointer(path: Path, status: os.stat_result) -> bool:
    """Say whether a file is a pointer of Git LFS (its specification bounds them to 1024 bytes)."""
    if not stat.S_ISREG(status.st_mode) or status.st_size >= _POINTER_BYTES:
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_POINTER)) == _POINTER
    except OSError:
        return False  # copying it will say why


def _stays_within(link: Path, top: Path) -> bool:
    target = link.readlink()
    return not target.is_absolute() and (link.parent / target).resolve().is_relative_to(top)
