"""What changed, as a value: the new text of each file, and which of its lines are new.

Made by ``git/`` from a repository, or by :func:`changes_from_diff` from a diff and the files it
speaks of; whoever reviews a change looks only at this.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from codegen_lsp.document.diff import FileDiff, Hunk, first_mismatch, parse_diff
from codegen_lsp.document.read import read_document
from codegen_lsp.document.text import Document
from codegen_lsp.errors import GitError, UnreadableFile

_LONE_CR = re.compile(r"\r(?!\n)")


@dataclass(frozen=True)
class ChangedFile:
    """One changed text file; ``path`` is relative to the root, with forward slashes.

    ``document`` holds the new text, under the file's absolute path.
    """

    path: str
    document: Document
    hunks: tuple[Hunk, ...]
    is_new: bool = False

    @cached_property
    def added(self) -> frozenset[int]:
        """The numbers, from one, of the lines that are new."""
        return frozenset(number for hunk in self.hunks for number in hunk.added)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A changed file that is left out, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class ChangeSet:
    """What is to be looked at: ``title`` says in words what was compared.

    ``root`` is the folder that all paths are relative to.
    """

    root: Path
    title: str
    files: tuple[ChangedFile, ...]
    skipped: tuple[Skipped, ...] = ()


def changed_file(
    path: str, document: Document, hunks: tuple[Hunk, ...], *, is_new: bool
) -> ChangedFile | Skipped:
    """Return a changed file, or why its lines cannot be named.

    Editors, ruff and a :class:`~codegen_lsp.document.text.Document` end a line at a lone CR, and
    git does not, so that they would not agree on line numbers.
    """
    if _LONE_CR.search(document.text):
        return Skipped(path, "it has a lone CR, at which git and editors count lines differently")
    return ChangedFile(path, document, hunks, is_new)


def selected_lines(path: str, document: Document, numbers: range) -> ChangedFile:
    """Return a file of which the lines ``numbers``, from zero, are to be looked at as if new."""
    lines = {number + 1: document.line(number) for number in numbers}
    return ChangedFile(path, document, (Hunk(lines, added=frozenset(lines), removed={}),))


def changes_from_diff(text: str, root: Path, *, title: str) -> ChangeSet:
    """Read a unified diff whose new side are the files under ``root``.

    Raises :class:`~codegen_lsp.errors.GitError` when the diff cannot be read, names a file outside
    ``root``, or is not what the files say.
    """
    files: list[ChangedFile] = []
    skipped: list[Skipped] = []
    for diff in parse_diff(text):
        found = _applied(diff, root) if diff.is_text else Skipped(diff.path, "not a text file")
        if isinstance(found, Skipped):
            skipped.append(found)
        else:
            files.append(found)
    return ChangeSet(root, title, tuple(files), tuple(skipped))


def _applied(diff: FileDiff, root: Path) -> ChangedFile | Skipped:
    advice = "give the diff that leads to the files as they are now"
    path = root / diff.path
    if not path.resolve().is_relative_to(root.resolve()):
        raise GitError(f"the diff names {diff.path}, which is outside {root}")
    if not path.is_file():
        raise GitError(f"the diff does not apply: there is no file {diff.path}", advice=advice)
    try:
        document = read_document(path)
    except UnreadableFile as error:
        return Skipped(diff.path, error.message.removeprefix(f"{path} "))
    wrong = first_mismatch(diff.hunks, document.text)
    if wrong is not None:
        raise GitError(f"the diff does not apply: {diff.path}, line {wrong}", advice=advice)
    return changed_file(diff.path, document, diff.hunks, is_new=diff.is_new)
