"""What changed between two states of a repository, as a change set.

Which files changed comes from git's raw listing, whose names are not quoted; which lines, from its
patch. The new text comes from the working tree or from the objects, never through a filter.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from codegen_lsp.document.changes import ChangedFile, ChangeSet, Skipped, changed_file
from codegen_lsp.document.diff import Hunk, first_mismatch, parse_diff, whole_file_hunk
from codegen_lsp.document.language import language_of_path
from codegen_lsp.document.read import MAX_BYTES, decode, read_document
from codegen_lsp.document.text import Document
from codegen_lsp.errors import GitError, UnreadableFile
from codegen_lsp.git.repository import Repository, commit_id, head_or_empty_tree, merge_base

_DIFF = (
    "diff",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-relative",
    "--ignore-submodules=all",
    "--find-renames",
)
_PATCH = ("--unified=3", "--inter-hunk-context=0", "--src-prefix=a/", "--dst-prefix=b/")
_REGULAR = frozenset({"100644", "100755"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the raw listing: the new side's mode, object id, and path."""

    mode: str
    object_id: str
    path: str
    is_new: bool


_Read = Callable[[_Entry], Document]


def working_tree_changes(repository: Repository, paths: Sequence[str] = ()) -> ChangeSet:
    """Return what is staged, not staged and not tracked, against HEAD.

    ``paths`` are relative to the root and restrict the answer; so in all functions here.
    """
    base = head_or_empty_tree(repository)
    return _with_working_tree(repository, base, "working tree against HEAD", paths)


def changes_since(repository: Repository, base: str, paths: Sequence[str] = ()) -> ChangeSet:
    """Return what changed from the merge base of ``base`` and HEAD to the working tree."""
    since = merge_base(repository, base, "HEAD")
    return _with_working_tree(repository, since, f"working tree against {base}", paths)


def staged_changes(repository: Repository, paths: Sequence[str] = ()) -> ChangeSet:
    """Return what is staged against HEAD: what a commit would record now."""
    base = head_or_empty_tree(repository)
    files = _changed(repository, ["--cached", base], paths, _blob_reader(repository))
    return _change_set(repository, "staged changes against HEAD", files)


def changes_between(repository: Repository, revisions: str, paths: Sequence[str] = ()) -> ChangeSet:
    """Return what changed in ``A..B``, or in ``A...B`` since their merge base; a side may be HEAD.

    Raises :class:`~codegen_lsp.errors.GitError` for revisions that do not exist.
    """
    dots = "..." if "..." in revisions else ".."
    one, other = (side or "HEAD" for side in revisions.split(dots, 1))
    old = merge_base(repository, one, other) if dots == "..." else commit_id(repository, one)
    sides = [old, commit_id(repository, other)]
    files = _changed(repository, sides, paths, _blob_reader(repository))
    return _change_set(repository, revisions, files)


def _with_working_tree(
    repository: Repository, base: str, title: str, paths: Sequence[str]
) -> ChangeSet:
    def read(entry: _Entry) -> Document:
        return read_document(repository.root / entry.path)

    files = list(_changed(repository, [base], paths, read))
    known = {file.path for file in files}
    new = [path for path in _untracked_paths(repository, paths) if path not in known]
    files += [_untracked(repository, path) for path in new]
    return _change_set(repository, title, files)


def _change_set(
    repository: Repository, title: str, files: Iterable[ChangedFile | Skipped]
) -> ChangeSet:
    ordered = sorted(files, key=lambda file: file.path)
    return ChangeSet(
        root=repository.root,
        title=title,
        files=tuple(file for file in ordered if isinstance(file, ChangedFile)),
        skipped=tuple(file for file in ordered if isinstance(file, Skipped)),
    )


def _changed(
    repository: Repository, sides: Sequence[str], paths: Sequence[str], read: _Read
) -> Iterator[ChangedFile | Skipped]:
    listing = repository.run(*_DIFF, "--raw", "-z", "--no-abbrev", *sides, "--", *paths)
    entries = list(_entries(listing))
    if not entries:
        return
    patch = repository.run(*_DIFF, "--patch", *_PATCH, *sides, "--", *paths)
    hunks = {file.path: file.hunks for file in parse_diff(patch.decode("utf-8", "replace"))}
    for entry in entries:
        yield _file(repository, entry, hunks.get(entry.path, ()), read)


def _entries(listing: bytes) -> Iterator[_Entry]:
    """Read ``:mode mode id id status NUL path NUL [new path NUL]``, leaving deletions out."""
    fields = iter(os.fsdecode(listing).split("\0")[:-1])
    for header in fields:
        _, mode, _, object_id, status = header.removeprefix(":").split(" ")
        path = next(fields)
        if status[0] in "RC":
            path = next(fields)
        if status[0] not in "DU":
            yield _Entry(mode, object_id, path, is_new=status[0] == "A")


def _file(
    repository: Repository, entry: _Entry, hunks: tuple[Hunk, ...], read: _Read
) -> ChangedFile | Skipped:
    if entry.mode not in _REGULAR:
        return Skipped(entry.path, "a symbolic link" if entry.mode == "120000" else "no file")
    if not _is_utf8(entry.path):
        return _unnameable(entry.path)
    if not hunks:
        return Skipped(entry.path, "binary, or only renamed or made executable")
    try:
        document = read(entry)
    except UnreadableFile as error:
        return Skipped(entry.path, _reason(error, repository.root / entry.path))
    if first_mismatch(hunks, document.text) is not None:
        return Skipped(entry.path, "it changed while it was read")
    return changed_file(entry.path, document, hunks, is_new=entry.is_new)


def _blob_reader(repository: Repository) -> _Read:
    def read(entry: _Entry) -> Document:
        path = repository.root / entry.path
        data = repository.run("cat-file", "blob", entry.object_id)
        if len(data) > MAX_BYTES:
            raise UnreadableFile(f"{path} is too large ({len(data):,} bytes)")
        return Document(decode(data, path), language_of_path(path), path)

    return read


def _untracked_paths(repository: Repository, paths: Sequence[str]) -> list[str]:
    output = repository.run("ls-files", "-z", "--others", "--exclude-standard", "--", *paths)
    return [path for path in os.fsdecode(output).split("\0")[:-1] if not path.endswith("/")]


def _untracked(repository: Repository, path: str) -> ChangedFile | Skipped:
    full = repository.root / path
    if full.is_symlink():
        return Skipped(path, "a symbolic link")
    if not _is_utf8(path):
        return _unnameable(path)
    try:
        document = read_document(full)
    except UnreadableFile as error:
        return Skipped(path, _reason(error, full))
    return changed_file(path, document, (whole_file_hunk(document.text),), is_new=True)


def _is_utf8(path: str) -> bool:
    """Say whether a path came from UTF-8; other bytes are lone surrogates, which nothing prints."""
    return not any("\ud800" <= character <= "\udfff" for character in path)


def _unnameable(path: str) -> Skipped:
    name = os.fsencode(path).decode("utf-8", "replace")
    return Skipped(name, "its name is not UTF-8")


def _reason(error: UnreadableFile, path: Path) -> str:
    return error.message.removeprefix(f"{path} ")


def relative_paths(repository: Repository, named: Sequence[Path]) -> list[str]:
    """Return ``named`` relative to the root, as the functions here take them.

    Raises :class:`~codegen_lsp.errors.GitError` for a path outside the repository.
    """
    root = repository.root.resolve()
    result = []
    for path in named:
        full = Path(os.path.abspath(path))  # noqa: PTH100 - a link in the repository stays itself
        inside = next((top for top in (repository.root, root) if full.is_relative_to(top)), None)
        if inside is None:
            raise GitError(f"{path} is outside the repository at {repository.root}")
        result.append(full.relative_to(inside).as_posix())
    return result
