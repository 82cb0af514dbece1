"""One project as features ask about it: what its files define, and what stands behind an import.

Answers come from the stored index where that is as new as the file, else from the file itself. What
is not known yet is not waited for.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from codegen_lsp.document.language import language_of_path
from codegen_lsp.document.read import read_document
from codegen_lsp.errors import UnreadableFile
from codegen_lsp.project.background import BackgroundIndexer
from codegen_lsp.project.environment import Environment, environment_of
from codegen_lsp.project.modules import find_module
from codegen_lsp.project.scripts import find_script
from codegen_lsp.project.stored_index import IndexReader, path_of
from codegen_lsp.syntax.imports import Import, imports
from codegen_lsp.syntax.outline import OutlineItem, outline
from codegen_lsp.syntax.tree import parse, parses

MOST_STEPS = 5
"""So many modules are gone through for a name that each imports from the next."""

_MOST_OUTLINES = 64
_MOST_PARSED_BYTES = 256 * 1024
"""A larger file is not parsed while somebody waits, even in the background."""


@dataclass(frozen=True, slots=True)
class Outlined:
    """What a file defines and imports."""

    path: Path
    items: tuple[OutlineItem, ...]
    imports: tuple[Import, ...] = ()

    def named(self, name: str) -> tuple[OutlineItem, ...]:
        """Return what is called ``name`` at the top, each followed by its members."""
        inner = f"{name}."
        return tuple(
            item
            for item in self.items
            if item.qualified_name == name or item.qualified_name.startswith(inner)
        )


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind an imported name: a file, and the name there (None: the whole file)."""

    outlined: Outlined
    name: str | None

    @property
    def items(self) -> tuple[OutlineItem, ...]:
        """The definition and its members; all of the file for a module."""
        return self.outlined.items if self.name is None else self.outlined.named(self.name)


class Project:
    """The project in the folder ``root``; safe to use from several threads.

    ``cache`` is the folder for indexes. Nothing is started before :meth:`start`.
    """

    def __init__(self, root: Path, cache: Path) -> None:
        self.root = root.resolve()
        database = path_of(self.root, cache)
        self.index = IndexReader(database)
        self._indexer = BackgroundIndexer(self.root, database)
        self._lock = threading.Lock()
        self._outlines: OrderedDict[tuple[Path, int, int], Outlined] = OrderedDict()

    def start(self) -> None:
        """Begin to bring the index up to date in the background; raises ``OSError``."""
        self._indexer.start()

    def changed(self, path: Path) -> None:
        """Have a file read again that was saved, made or removed."""
        self._indexer.changed(path)

    def rescan(self) -> None:
        """Have everything that has changed on disk read again."""
        self._indexer.rescan()

    @property
    def is_indexed(self) -> bool:
        """Whether the index is up to date, as far as anybody has told of changes."""
        return self._indexer.is_done

    def wait(self, seconds: float) -> bool:
        """Wait for the index, for those who have the time; say whether it is up to date."""
        return self._indexer.wait(seconds)

    def close(self) -> None:
        """End the work in the background."""
        self._indexer.close()
        self.index.close()

    @property
    def environment(self) -> Environment:
        """The Python environment; takes up to 100 ms the first time."""
        return environment_of(self.root)

    def shown(self, path: Path) -> str:
        """Return a path as a reader of the project would write it, with slashes."""
        folders = (self.root, *self.environment.search_path) if path.suffix[:3] == ".py" else ()
        for folder in folders or (self.root,):
            if path.is_relative_to(folder):
                return path.relative_to(folder).as_posix()
        return path.name

    def is_own(self, path: Path) -> bool:
        """Say whether a file is the project's own, not an installed package's."""
        return path.is_relative_to(self.root) and "site-packages" not in path.parts

    def is_standard(self, module: str) -> bool:
        """Say whether a module is one of Python's own."""
        return module.partition(".")[0] in self.environment.stdlib

    def outlined(self, path: Path) -> Outlined | None:
        """Return what a file defines and imports; None when it cannot be read or parsed."""
        try:
            stat = path.stat()
        except OSError:
            return None
        key = (path, stat.st_mtime_ns, stat.st_size)
        with self._lock:
            known = self._outlines.get(key)
        if known is None:
            known = self._indexed(*key) or _read(path, stat.st_size)
        if known is not None:
            with self._lock:
                self._outlines[key] = known
                self._outlines.move_to_end(key)
                while len(self._outlines) > _MOST_OUTLINES:
                    self._outlines.popitem(last=False)
        return known

    def behind(self, imported: Import, importer: Path) -> Behind | None:
        """Follow an imported name to the file that defines it; None when it is not to be found."""
        find = self._finder(importer)
        for _ in range(MOST_STEPS):
            module, name = imported.module, imported.name
            if name is not None and (inner := find(_joined(module, name), importer)) is not None:
                module_file, name = inner, None
            else:
                found = find(module, importer)
                if found is None:
                    return None
                module_file = found
            outlined = self.outlined(module_file)
            if outlined is None:
                return None
            if name is None or outlined.named(name):
                return Behind(outlined, name)
            passed_on = next((each for each in outlined.imports if each.bound == name), None)
            if passed_on is None:
                return None
            imported, importer = passed_on, module_file
        return None

    def _finder(self, importer: Path) -> Callable[[str, Path], Path | None]:
        if importer.suffix[:3] == ".py":
            return self._find_python
        return _find_script

    def _find_python(self, module: str, importer: Path) -> Path | None:
        found = find_module(module, self.environment, importer)
        return found if isinstance(found, Path) and found.is_file() else None

    def _indexed(self, path: Path, mtime: int, size: int) -> Outlined | None:
        """Return what the index says of a file, if it was read as it is now."""
        if not path.is_relative_to(self.root):
            return None
        relative = path.relative_to(self.root).as_posix()
        if self.index.stamp(relative) != (mtime, size):
            return None
        items, named = self.index.outline(relative), self.index.imports(relative)
        return Outlined(path, tuple(items), tuple(named))


def _find_script(module: str, importer: Path) -> Path | None:
    return find_script(module, importer)


def _joined(module: str, name: str) -> str:
    return f"{module}{name}" if module.endswith(".") else f"{module}.{name}"


def _read(path: Path, size: int) -> Outlined | None:
    language = language_of_path(path)
    if language is None or not parses(language) or size > _MOST_PARSED_BYTES:
        return None
    try:
        tree = parse(read_document(path).text, language)
    except UnreadableFile:
        return None
    return Outlined(path, tuple(outline(tree)), tuple(imports(tree)))
