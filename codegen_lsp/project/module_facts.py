"""What a module offers: read from its source or stub with ``ast``, never by importing it.

Facts err on one side. What could be there counts as there, whatever branch binds it, and
``is_complete`` is False where code may add what cannot be read: then nobody may say that something
is missing. How names of one module lead to another is for :mod:`codegen_lsp.project.classes`.
"""

import ast
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from codegen_lsp.project.source_pieces import Piece, pieces_of

_T = TypeVar("_T")

_ADDS_GLOBALS = re.compile(
    r"\bglobals\(\)\s*(?:\.update\b|\.setdefault\b|\[[^\]\n]*\]\s*=|[,)\n])"
    r"|=\s*globals\(\)|\bvars\(\)|\bexec\([^\n]*globals\(\)|\b_convert_?\("
    r"|\bsys\.modules\[__name__\]|^def __getattr__|^exec\(|^\s*locals\(\)",
    re.MULTILINE,
)
"""Ways to bind names in a module that its source does not show."""

_ADDS_ATTRIBUTES = re.compile(
    r"\bsetattr\(|\b__dict__\b|\bvars\(|\b__getattr(?:ibute)?__\b|\blocals\(\)|\bexec\("
)
"""The same for the attributes of a class and its objects."""

_ANY_ATTRIBUTE = re.compile(r"(?<![\w.])(\w+)\.(\w+)")
_GLOBAL = re.compile(r"^\s+global\s+([\w, ]+)", re.MULTILINE)

_PLAIN_CLASS_DECORATORS = frozenset(
    ("dataclass", "total_ordering", "final", "runtime_checkable", "unique", "deprecated")
)
_PLAIN_DECORATORS = frozenset(
    (
        *("staticmethod", "classmethod", "abstractmethod", "cache", "lru_cache"),
        *("contextmanager", "asynccontextmanager", "override", "final", "deprecated"),
    )
)
"""Decorators that leave alone by which names a function takes its arguments."""

_MOST_MENDED = 3
_EMPTY_BLOCK = re.compile(r"expected an indented block after .* on line (\d+)$")

_PLAIN_METACLASSES = frozenset(("ABCMeta", "abc.ABCMeta", "type"))


@dataclass(frozen=True, slots=True)
class FunctionFacts:
    """The names by which arguments may be given; None when any may, or nobody knows."""

    keywords: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """A class as its statement shows it.

    ``bases`` are dotted names, None one that is no name. ``members`` are the names in its body and
    the attributes that its methods use of their first argument; with what is known of methods.
    ``fields`` are the names with an annotation, in order; ``is_dataclass`` makes them arguments.
    """

    name: str
    bases: tuple[str | None, ...]
    members: Mapping[str, FunctionFacts | None]
    fields: tuple[str, ...]
    first_line: int
    last_line: int
    is_complete: bool = True
    is_dataclass: bool = False


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """The names of a module, with what is known of those that are bound only once.

    ``imports`` maps a name to the module it comes from and the name there, None for the module
    itself; ``stars`` are the modules all names of which are taken over. ``submodules`` are those
    of a package that have a file. ``public`` is ``__all__``, None without one. ``path`` is None for
    a module that has no source.
    """

    path: Path | None
    names: frozenset[str]
    imports: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)
    stars: tuple[str, ...] = ()
    classes: Mapping[str, ClassFacts] = field(default_factory=dict)
    functions: Mapping[str, FunctionFacts] = field(default_factory=dict)
    submodules: frozenset[str] = frozenset()
    public: frozenset[str] | None = None
    is_complete: bool = True


def read_facts(
    source: str, path: Path | None, submodules: frozenset[str] = frozenset()
) -> ModuleFacts | None:
    """Return what the module with this ``source`` offers; None when Python cannot read it.

    Takes 10 ms for 1,000 lines, most of it in Python's own parser, which lets no other thread run
    while it reads: so it gets one definition after the other.
    """
    found = _Module()
    for piece in pieces_of(source):
        if piece.tree is None:
            return None
        found.read(piece.tree.body, piece)
    once = {name for name, times in found.count.items() if times == 1}
    return ModuleFacts(
        path=path,
        names=frozenset(found.count),
        imports=MappingProxyType(_only(found.imports, once)),
        stars=tuple(found.stars),
        classes=MappingProxyType(_only(found.classes, once)),
        functions=MappingProxyType(_only(found.functions, once)),
        submodules=submodules,
        public=found.public,
        is_complete=not found.adds_globals,
    )


def mended(source: str) -> str:
    """Return ``source`` without the lines at which Python stops reading, three at most.

    For a text that is being written. Its other lines keep their numbers.
    """
    for _ in range(_MOST_MENDED):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(source, "<buffer>", "exec", flags=ast.PyCF_ONLY_AST, dont_inherit=True)
        except SyntaxError as error:
            lines = source.split("\n")
            empty = _EMPTY_BLOCK.search(error.msg)
            number = int(empty[1]) - 1 if empty else (error.lineno or 0) - 1
            if not 0 <= number < len(lines):
                break
            line = lines[number]
            kept = f"{line} " if empty else line[: len(line) - len(line.lstrip())]
            lines[number] = f"{kept}pass"
            source = "\n".join(lines)
        except (ValueError, RecursionError, MemoryError):
            break
        else:
            break
    return source


def _only(found: Mapping[str, _T], names: set[str]) -> dict[str, _T]:
    return {name: value for name, value in found.items() if name in names}


class _Module:
    """Collects what the statements at the top level bind, in all branches, piece by piece."""

    def __init__(self) -> None:
        self.adds_globals = False
        self.count: Counter[str] = Counter()
        self.imports: dict[str, tuple[str, str | None]] = {}
        self.stars: list[str] = []
        self.classes: dict[str, ClassFacts] = {}
        self.functions: dict[str, FunctionFacts] = {}
        self.public: frozenset[str] | None = None

    def read(self, statements: Iterable[ast.stmt], piece: Piece) -> None:
        self.adds_globals |= _ADDS_GLOBALS.search(piece.text) is not None
        for match in _GLOBAL.finditer(piece.text):
            self.count.update(name.strip() for name in match[1].split(","))
        for statement in _unfolded(statements):
            match statement:
                case ast.Import():
                    self._read_import(statement)
                case ast.ImportFrom():
                    self._read_import_from(statement)
                case ast.ClassDef():
                    self.count[statement.name] += 1
                    self.classes[statement.name] = _class_facts(statement, piece)
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self.count[statement.name] += 1
                    self.functions[statement.name] = _function_facts(statement)
                case _:
                    self.count.update(_bound(statement))
                    self._read_public(statement)

    def _read_import(self, statement: ast.Import) -> None:
        for alias in statement.names:
            name = alias.asname or alias.name.partition(".")[0]
            module = alias.name if alias.asname else name
            # ``import a.b`` and ``import a.c`` bind the same module twice.
            self.count[name] += self.imports.get(name) != (module, None)
            self.imports[name] = (module, None)

    def _read_import_from(self, statement: ast.ImportFrom) -> None:
        module = "." * statement.level + (statement.module or "")
        for alias in statement.names:
            if alias.name == "*":
                self.stars.append(module)
            else:
                name = alias.asname or alias.name
                self.count[name] += 1
                self.imports[name] = (module, alias.name)

    def _read_public(self, statement: ast.stmt) -> None:
        """Take ``__all__`` when it is written as one list; added to, it is not known."""
        if "__all__" not in _bound(statement):
            return
        value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
        is_list = isinstance(value, (ast.List, ast.Tuple)) and self.count["__all__"] == 1
        names = _strings(value) if is_list else None
        self.public = frozenset(names) if names is not None else None


def _class_facts(statement: ast.ClassDef, piece: Piece) -> ClassFacts:
    last_line = statement.end_lineno or statement.lineno
    source = piece.lines(statement.lineno, last_line)
    members: dict[str, FunctionFacts | None] = {}
    fields: list[str] = []
    count: Counter[str] = Counter()
    selves = {"self", "cls"}
    for inner in _unfolded(statement.body):
        if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
            count[inner.name] += 1
            members[inner.name] = _function_facts(inner)
            arguments = [*inner.args.posonlyargs, *inner.args.args]
            selves.update(argument.arg for argument in arguments[:1])
            continue
        names = [inner.name] if isinstance(inner, ast.ClassDef) else list(_bound(inner))
        count.update(names)
        members.update(dict.fromkeys(names))
        if "__slots__" in names and isinstance(inner, ast.Assign):
            members.update(dict.fromkeys(_strings(inner.value) or ()))
        if isinstance(inner, ast.AnnAssign):
            fields += names
    members.update((name, None) for name, times in count.items() if times > 1)
    for match in _ANY_ATTRIBUTE.finditer(source):
        if match[1] in selves:
            members.setdefault(match[2], None)
    decorators = [_decorator(node) for node in statement.decorator_list]
    keywords = {keyword.arg: _dotted(keyword.value) for keyword in statement.keywords}
    is_plain = (
        keywords.get("metaclass", "type") in _PLAIN_METACLASSES
        and None not in keywords
        and all(name in _PLAIN_CLASS_DECORATORS for name in decorators)
        and not _ADDS_ATTRIBUTES.search(source)
    )
    return ClassFacts(
        name=statement.name,
        bases=tuple(_dotted(base) for base in statement.bases),
        members=MappingProxyType(members),
        fields=tuple(fields),
        first_line=piece.first_line + statement.lineno - 1,
        last_line=piece.first_line + last_line - 1,
        is_complete=is_plain,
        is_dataclass="dataclass" in decorators,
    )


def _function_facts(statement: ast.FunctionDef | ast.AsyncFunctionDef) -> FunctionFacts:
    decorators = (_decorator(node) for node in statement.decorator_list)
    arguments = statement.args
    if arguments.kwarg is not None or not all(name in _PLAIN_DECORATORS for name in decorators):
        return FunctionFacts(None)
    named = [*arguments.args, *arguments.kwonlyargs]
    return FunctionFacts(frozenset(argument.arg for argument in named))


def _decorator(node: ast.expr) -> str | None:
    """Return the last name of a decorator, whatever it is called with."""
    dotted = _dotted(node.func if isinstance(node, ast.Call) else node)
    return dotted.rpartition(".")[2] if dotted is not None else None


def _dotted(node: ast.expr) -> str | None:
    """Return an expression of names and dots as text; of ``Base[T]`` it is ``Base``."""
    if isinstance(node, ast.Subscript):
        return _dotted(node.value)
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return None if before is None else f"{before}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else None


def _strings(node: ast.expr | None) -> list[str] | None:
    """Return the strings of a literal string, list or tuple; None when it is something else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Dict):
        return _strings(ast.Tuple([key for key in node.keys if key is not None]))
    if not isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return None
    found = [element.value for element in node.elts if isinstance(element, ast.Constant)]
    names = [value for value in found if isinstance(value, str)]
    return names if len(names) == len(node.elts) else None


def _unfolded(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements, each before those in its branches and loops."""
    for statement in statements:
        yield statement
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for part in ("body", "orelse", "finalbody"):
            yield from _unfolded(getattr(statement, part, ()))
        for part in ("handlers", "cases"):
            for branch in getattr(statement, part, ()):
                yield from _unfolded(branch.body)


def _bound(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement binds itself, not by the statements within it."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.Name, ast.MatchAs, ast.MatchStar, ast.MatchMapping)):
            yield from _bound_by(node)
        if isinstance(node, ast.Try):
            yield from (handler.name for handler in node.handlers if handler.name)
        elif not isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp)):
            inner = ast.iter_child_nodes(node)
            pending.extend(child for child in inner if not isinstance(child, ast.stmt))


def _bound_by(node: ast.Name | ast.MatchAs | ast.MatchStar | ast.MatchMapping) -> Iterator[str]:
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Store):
            yield node.id
        return
    name = node.rest if isinstance(node, ast.MatchMapping) else node.name
    if name is not None:
        yield name
