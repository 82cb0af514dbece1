"""Which source files a project has: what ``.gitignore`` files leave, without asking git.

Each folder's ``.gitignore`` holds for what is below it, and the deepest one that says something
decides, as in git (gitignore(5)); ``.git/info/exclude`` comes before them all. Folders that hold no
source of the project are left out whatever such files say. Links are not followed, so that a walk
ends. The work is bounded in files and in bytes.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pathspec import GitIgnoreSpec

from codegen_lsp.document.language import language_of_path

NEVER = frozenset(
    (
        *(".git", ".hg", ".svn", "node_modules", "bower_components", "__pycache__"),
        *(".venv", "venv", ".tox", ".nox", ".mypy_cache", ".ruff_cache", ".pytest_cache"),
        *(".eggs", ".idea", ".vscode", ".gradle", ".next", ".terraform", "site-packages"),
    )
)
"""Folders by these names hold installed, made or kept things, never the project's own source."""

MOST_FILES = 20_000
"""Source files of a project that are looked at; beyond that, the deeper ones are left out."""

MOST_ENTRIES = 400_000
"""Folder entries that are looked at to find them."""

MOST_BYTES = 128 * 1024 * 1024
"""Bytes of all of them together."""

LARGEST_FILE = 512 * 1024
"""Files above this many bytes are generated or data."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A source file: ``path`` is relative to the root, with slashes; ``mtime`` in nanoseconds."""

    path: str
    language: str
    mtime: int
    size: int


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules of one ``.gitignore``; ``base`` is its folder, relative, with a slash or empty."""

    base: str
    spec: GitIgnoreSpec


class Ignored:
    """What is left out of the project in ``root``, as its files say now."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._outer = _rules(root / ".git" / "info" / "exclude", "")

    def walk(
        self,
        *,
        most_files: int = MOST_FILES,
        most_entries: int = MOST_ENTRIES,
        most_bytes: int = MOST_BYTES,
    ) -> Iterator[SourceFile]:
        """Yield the project's source files, those near the root first, within the bounds."""
        folders: list[tuple[str, tuple[_Rules, ...]]] = [("", self._outer)]
        entries_left, files_left, bytes_left = most_entries, most_files, most_bytes
        while folders:
            deeper: list[tuple[str, tuple[_Rules, ...]]] = []
            for folder, outer in folders:
                rules = (*outer, *_rules(self._root / folder / ".gitignore", folder))
                for entry in _entries(self._root / folder):
                    entries_left -= 1
                    path = f"{folder}{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name not in NEVER and not _is_ignored(rules, f"{path}/"):
                            deeper.append((f"{path}/", rules))
                        continue
                    found = _source(entry, path, rules)
                    if found is None:
                        continue
                    files_left, bytes_left = files_left - 1, bytes_left - found.size
                    if min(entries_left, files_left, bytes_left) < 0:
                        return
                    yield found
            folders = deeper

    def source_file(self, path: Path) -> SourceFile | None:
        """Return what the file ``path`` is to the project; None when it is no part of it."""
        try:
            relative = PurePosixPath(path.relative_to(self._root).as_posix())
            stat = path.lstat()
        except (ValueError, OSError):
            return None
        rules = self._outer
        for inner in list(reversed(relative.parents))[1:]:
            base = f"{inner.parent}/" if inner.parent.parts else ""
            rules = (*rules, *_rules(self._root / inner.parent / ".gitignore", base))
            if inner.name in NEVER or _is_ignored(rules, f"{inner}/"):
                return None
        base = f"{relative.parent}/" if relative.parent.parts else ""
        rules = (*rules, *_rules(self._root / relative.parent / ".gitignore", base))
        language = language_of_path(relative)
        if language is None or path.is_symlink() or stat.st_size > LARGEST_FILE:
            return None
        if _is_ignored(rules, str(relative)) or not path.is_file():
            return None
        return SourceFile(str(relative), language, stat.st_mtime_ns, stat.st_size)


def _entries(folder: Path) -> list["os.DirEntry[str]"]:
    """Return a folder's entries by name; none of a folder that cannot be read or is gone."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _source(entry: "os.DirEntry[str]", path: str, rules: tuple[_Rules, ...]) -> SourceFile | None:
    language = language_of_path(PurePosixPath(entry.name))
    if language is None:
        return None
    try:
        if not entry.is_file(follow_symlinks=False):
            return None
        stat = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    is_text = path.isascii() or path == path.encode("utf-8", "replace").decode()
    if stat.st_size > LARGEST_FILE or not is_text or _is_ignored(rules, path):
        return None
    return SourceFile(path, language, stat.st_mtime_ns, stat.st_size)


def _rules(file: Path, base: str) -> tuple[_Rules, ...]:
    """Return the rules in ``file``, which is not there as a rule."""
    try:
        lines = file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ()
    kept = [line for line in lines if _is_pattern(line)]
    return (_Rules(base, GitIgnoreSpec.from_lines(kept)),) if kept else ()


def _is_pattern(line: str) -> bool:
    """Say whether git takes this line for a pattern; one that it refuses is left out, as there."""
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return bool(line.strip()) and not line.startswith("#")


def _is_ignored(rules: tuple[_Rules, ...], path: str) -> bool:
    """Say whether the deepest rules that say something of ``path`` leave it out."""
    for each in reversed(rules):
        said = each.spec.check_file(path.removeprefix(each.base)).include
        if said is not None:
            return said
    return False
