"""Unified diffs: writing one from two texts, and reading one into hunks.

The only importer of ``unidiff``. Whether a diff *applies* is decided here against given texts;
where the texts come from is the business of ``git.py`` and the command line.
"""

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codegen_lsp.errors import GitError

if TYPE_CHECKING:
    from unidiff.patch import Hunk as UnidiffHunk
    from unidiff.patch import PatchedFile

_GIT_HEADER = ("diff --git ", "new file mode ", "deleted file mode ")
_NO_LINE_END = "\\ No newline at end of file\n"


def unified_diff(before: str, after: str, path: str) -> str:
    """Return a unified diff that ``git apply`` and ``patch -p1`` take; empty when nothing changed.

    ``path`` is relative to the repository, with forward slashes. Both texts keep their line ends.
    """
    lines = difflib.unified_diff(
        _lines(before), _lines(after), fromfile=f"a/{path}", tofile=f"b/{path}"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_LINE_END}" for line in lines)


def _lines(text: str) -> list[str]:
    r"""Split at LF only, as git does; a CR before it stays part of the line."""
    pieces = text.split("\n")
    return [f"{piece}\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])


@dataclass(frozen=True, slots=True)
class Hunk:
    """One hunk of a diff, in terms of the new file.

    Line numbers count from one, and texts are without line ends. ``lines`` holds the new side of
    the hunk, context included; ``added`` says which of them are new. ``removed`` maps a line number
    of the new file to the old lines that stood before it.
    """

    lines: dict[int, str]
    added: frozenset[int]
    removed: dict[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """The hunks of one file; ``path`` is the new path, relative to the repository.

    ``is_text`` is False for binary files, symbolic links and submodules, which have no hunks here.
    """

    path: str
    hunks: tuple[Hunk, ...]
    is_new: bool = False
    is_text: bool = True


def parse_diff(text: str) -> list[FileDiff]:
    """Read a unified diff; files that it deletes are left out.

    A diff that was saved with CRLF line ends throughout is taken as well. Raises
    :class:`~codegen_lsp.errors.GitError` when it is no unified diff.
    """
    from unidiff.errors import UnidiffParseError
    from unidiff.patch import PatchSet

    try:
        patch = PatchSet(_readable(text))
    except UnidiffParseError as error:
        raise GitError(f"the diff cannot be read ({str(error).strip()})") from error
    if text.strip() and not patch:
        raise GitError("the diff cannot be read (it has no file headers)")
    return [_file_diff(file) for file in patch if not file.is_removed_file]


def whole_file_hunk(text: str) -> Hunk:
    """Return the hunk that adds every line of ``text``."""
    lines = dict(enumerate(new_side(text), 1))
    return Hunk(lines=lines, added=frozenset(lines), removed={})


def first_mismatch(hunks: tuple[Hunk, ...], text: str) -> int | None:
    """Return the first line, from one, at which ``text`` is not the new side of ``hunks``.

    White space at line ends that a CRLF conversion could have changed does not count.
    """
    there = new_side(text)
    for hunk in hunks:
        for number, line in hunk.lines.items():
            if number > len(there) or there[number - 1] != line:
                return number
    return None


def new_side(text: str) -> list[str]:
    """Return the lines of ``text`` as a diff counts them: split at LF alone, without line ends."""
    return [line.removesuffix("\n").rstrip("\r") for line in _lines(text)]


def _readable(text: str) -> str:
    """Return a diff as unidiff takes it: LF line ends, no header that can be read two ways.

    ``diff --git a/x b/y b/x b/y`` does not say where the first name ends; the ``---`` and ``+++``
    lines below it do.
    """
    lines = _lines(text)
    if lines and all(line.endswith("\r\n") for line in lines):
        lines = [line.replace("\r\n", "\n") for line in lines]
    kept: list[str] = []
    ambiguous = False
    for line in lines:
        if line.startswith("diff --git "):
            ambiguous = line.count(" b/") > 1
        if not (ambiguous and line.startswith(_GIT_HEADER)):
            kept.append(line)
    return "".join(kept)


def _file_diff(file: "PatchedFile") -> FileDiff:
    is_text = not (file.is_binary_file or file.is_symlink or file.is_submodule)
    return FileDiff(
        path=_unquoted(file.path),
        hunks=tuple(_hunk(hunk) for hunk in file) if is_text else (),
        is_new=file.is_added_file,
        is_text=is_text,
    )


def _hunk(hunk: "UnidiffHunk") -> Hunk:
    lines: dict[int, str] = {}
    added: set[int] = set()
    removed: dict[int, list[str]] = {}
    following = hunk.target_start + (1 if hunk.target_length == 0 else 0)
    for line in hunk:
        value = line.value.removesuffix("\n").rstrip("\r")
        if line.is_removed:
            removed.setdefault(following, []).append(value)
        elif line.target_line_no is not None:
            lines[line.target_line_no] = value
            following = line.target_line_no + 1
            if line.is_added:
                added.add(line.target_line_no)
    return Hunk(
        lines=lines,
        added=frozenset(added),
        removed={number: tuple(gone) for number, gone in removed.items()},
    )


_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPES = {
    b"a": b"\a",
    b"b": b"\b",
    b"f": b"\f",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"v": b"\v",
}


def _unquoted(path: str) -> str:
    """Undo git's quoting of unusual paths: double quotes, backslashes and octal bytes."""
    if not (len(path) > 1 and path.startswith('"') and path.endswith('"')):
        return path

    def plain(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return bytes([int(code, 8) & 0xFF]) if len(code) > 1 else _ESCAPES.get(code, code)

    return _ESCAPE.sub(plain, path[1:-1].encode()).decode("utf-8", "surrogateescape")
