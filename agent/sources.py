"""The source files of a project, and what a name in a Python one of them means.

Answers are found by reading, never by importing: imports lead to files, files to definitions. It
resolves what tests usually say (a function or class imported by name, a module's attribute, a
method by its bare name) and leaves out what would need types. See ``suspects.py`` for the use.
"""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from codegen_lsp.document.read import read_document
from codegen_lsp.document.text import Document
from codegen_lsp.errors import UnreadableFile
from codegen_lsp.syntax.definitions import Definition, Kind, definitions
from codegen_lsp.syntax.tree import parse

_MAX_HOPS = 5

SUFFIXES = frozenset({".py", ".js", ".mjs", ".cjs"})
"""The files that are read as sources."""

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file: ``path`` is relative to the top of the tree."""

    path: PurePosixPath
    document: Document

    @cached_property
    def definitions(self) -> list[Definition]:
        """The functions and classes in it."""
        return definitions(parse(self.document.text, self.language))

    @property
    def language(self) -> str:
        """The language it is written in."""
        return self.document.language or "python"

    @cached_property
    def syntax(self) -> ast.Module | None:
        """Its syntax tree, or None when Python cannot parse it."""
        return parse_quietly(self.document.text) if self.language == "python" else None

    @cached_property
    def imports(self) -> dict[str, tuple[str, str | None]]:
        """What its imports bind: name to module, and the name taken from it if there is one.

        A relative module keeps its leading dots.
        """
        found: dict[str, tuple[str, str | None]] = {}
        for node in ast.walk(self.syntax) if self.syntax else ():
            if isinstance(node, ast.Import):
                for alias in node.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    found[name] = (alias.name if alias.asname else name, None)
            elif isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                for alias in node.names:
                    found[alias.asname or alias.name] = (module, alias.name)
        return found

    def outermost_function(self, line: int) -> Definition | None:
        """Return the outermost function (not class) around ``line``, from one; or None."""
        around = [each for each in self.definitions if each.contains_line(line - 1)]
        return next((each for each in around if each.kind is Kind.FUNCTION), None)

    def named(self, qualified_name: str) -> Definition | None:
        """Return the definition of that dotted name, the last one if there are several."""
        found = [each for each in self.definitions if each.qualified_name == qualified_name]
        return found[-1] if found else None

    def function_node(self, definition: Definition) -> AnyFunction | None:
        """Return the syntax of a function that :attr:`definitions` gave."""
        for node in ast.walk(self.syntax) if self.syntax else ():
            if (
                isinstance(node, AnyFunction)
                and node.name == definition.name
                and definition.contains_line(node.lineno - 1)
            ):
                return node
        return None


@dataclass(frozen=True)
class Place:
    """A definition and the file it is in."""

    source: Source
    definition: Definition


@dataclass
class Sources:
    """Reads and remembers the files of the project at ``folder`` below ``tree``."""

    tree: Path
    folder: PurePosixPath
    _known: dict[PurePosixPath, Source | None] = field(default_factory=dict)

    def read(self, path: PurePosixPath) -> Source | None:
        """Return a source file of the project, or None when there is none of that name."""
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def _read(self, path: PurePosixPath) -> Source | None:
        inside = not path.is_absolute() and path.is_relative_to(self.folder)
        full = self.tree / path
        if not inside or ".." in path.parts or path.suffix not in SUFFIXES or full.is_symlink():
            return None
        try:
            return Source(path, read_document(full))
        except UnreadableFile:
            return None  # a name that an import could have meant, but did not

    def resolve(self, source: Source, name: str, hops: int = _MAX_HOPS) -> Place | None:
        """Return what a global ``name`` of ``source`` is, wherever in the project it is defined."""
        own = source.named(name)
        if own is not None:
            return Place(source, own)
        if name not in source.imports or hops == 0:
            return None
        module, taken = source.imports[name]
        if taken is None:
            return None
        return self._from_module(source, module, taken, hops)

    def resolve_attribute(self, source: Source, base: str, name: str) -> Place | None:
        """Return what ``base.name`` is when ``base`` is an imported module or a class."""
        place = self.resolve(source, base)
        if place is not None:
            method = place.source.named(f"{place.definition.qualified_name}.{name}")
            return Place(place.source, method) if method else None
        if base not in source.imports:
            return None
        module, taken = source.imports[base]
        if taken is not None:
            module = f"{module}{taken}" if module.endswith(".") else f"{module}.{taken}"
        return self._from_module(source, module, name, _MAX_HOPS)

    def imported(self, source: Source) -> Iterator[Source]:
        """Yield the files of the project that ``source`` imports directly."""
        seen: set[PurePosixPath] = set()
        for module, taken in source.imports.values():
            names = [module] if taken is None else [module, f"{module.rstrip('.')}.{taken}"]
            for name in names:
                found = self._module(source, name)
                if found is not None and found.path not in seen:
                    seen.add(found.path)
                    yield found

    def _from_module(self, source: Source, module: str, name: str, hops: int) -> Place | None:
        found = self._module(source, module)
        return self.resolve(found, name, hops - 1) if found else None

    def _module(self, source: Source, module: str) -> Source | None:
        """Return the file of a module as ``source`` would import it."""
        bare = module.lstrip(".")
        level = len(module) - len(bare)
        if level:
            parents = [source.path.parent, *source.path.parent.parents]
            roots = parents[level - 1 : level]
        else:
            roots = [self.folder, self.folder / "src", *self._above(source.path)]
        parts = [part for part in bare.split(".") if part]
        for root in roots:
            base = root.joinpath(*parts)
            for path in (base.with_suffix(".py") if parts else base, base / "__init__.py"):
                if path.suffix == ".py" and (found := self.read(path)) is not None:
                    return found
        return None

    def _above(self, path: PurePosixPath) -> list[PurePosixPath]:
        return [parent for parent in path.parents if parent.is_relative_to(self.folder)]


def first_line(node: ast.stmt) -> int:
    """Return the first line of a statement, from one, its decorators included."""
    if isinstance(node, AnyFunction | ast.ClassDef):
        return min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return node.lineno


def parse_quietly(text: str) -> ast.Module | None:
    """Parse Python, without the warnings that odd code gives; None when it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
