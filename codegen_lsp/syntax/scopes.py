"""Which names are bound in which scope of a text, for languages with ``queries/*-locals.scm``.

What these queries capture:

- ``scope``      a node whose bindings are not seen outside it
- ``outside``    a part of a scope that is evaluated around it, such as a default value
- ``binding``    an identifier that is bound in the innermost scope around it
- ``hoisted``    one that is bound in the innermost function around it
- ``name``       one that is bound around the innermost scope: the name of a function or class
- ``type``       a type parameter of the innermost scope, which its outside parts see as well
- ``walrus``     one that is bound in the innermost scope that is no comprehension
- ``global``     one that is bound in the outermost scope
- ``star``       an import of names that are not told
- ``error``      a part that does not follow the grammar: each word in it may be a binding

Whether a name is bound *before* it is used is not asked here; ``own_value.py`` knows the one case
that is certain.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from weakref import WeakKeyDictionary

from tree_sitter import Node, Query, QueryCursor

from codegen_lsp.syntax.known_trees import KnownTree
from codegen_lsp.syntax.tree import SyntaxTree, grammar

SCOPED_LANGUAGES = frozenset({"python", "javascript", "typescript", "tsx"})
"""The languages whose scopes are known."""

CLASS = "class_definition"
"""The type of a scope that scopes within it do not see."""

_COMPREHENSIONS = frozenset(
    ("list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression")
)
_FUNCTIONS = frozenset(
    (
        *("function_definition", "lambda"),
        *("function_declaration", "function_expression", "arrow_function", "method_definition"),
        *("generator_function_declaration", "generator_function", "class_static_block"),
    )
)
_WORD = re.compile(rb"[^\W\d]\w*")


@dataclass(slots=True, eq=False)
class Scope:
    """The bytes ``start:end`` of a text, and where in it each name is bound.

    ``kind`` is the type of its node. ``types`` are its type parameters. Those of ``around`` are
    seen from here, but for a class's.
    """

    kind: str
    start: int
    end: int
    around: "Scope | None" = None
    names: dict[bytes, list[int]] = field(default_factory=dict)
    types: set[bytes] = field(default_factory=set)

    @property
    def is_comprehension(self) -> bool:
        """Whether it belongs to an expression that sees the class it stands in."""
        return self.kind in _COMPREHENSIONS

    @property
    def is_function(self) -> bool:
        """Whether a declaration that is hoisted stops here."""
        return self.kind in _FUNCTIONS or self.around is None

    def bind(self, name: bytes, offset: int) -> None:
        """Note that ``name`` is bound at a byte offset."""
        self.names.setdefault(name, []).append(offset)


class Scopes:
    """The scopes of a text, or of parts of it, outer before inner."""

    def __init__(self, source: bytes, kind: str) -> None:
        self.top = Scope(kind, 0, len(source))
        self.stars: list[int] = []
        self._source = source
        self._ordered = [self.top]
        self._starts = [0]
        self._outside: list[tuple[int, int]] = []
        self._by_place: dict[tuple[int, str], Scope] = {}

    def add(self, captures: dict[str, list[Node]]) -> None:
        """Take in what a query captured; what was taken in before counts once."""
        self._add_scopes(captures.get("scope", ()))
        self._outside += [(node.start_byte, node.end_byte) for node in captures.get("outside", ())]
        self.stars += [node.start_byte for node in captures.get("star", ())]
        for name, offset in self._named(captures.get("binding", ())):
            self.innermost(offset).bind(name, offset)
        for name, offset in self._named(captures.get("hoisted", ())):
            _outwards(self.innermost(offset), lambda scope: scope.is_function).bind(name, offset)
        for name, offset in self._named(captures.get("name", ())):
            (self.innermost(offset).around or self.top).bind(name, offset)
        for name, offset in self._named(captures.get("type", ())):
            self.innermost(offset).types.add(name)
        for name, offset in self._named(captures.get("walrus", ())):
            scope = _outwards(self.innermost(offset), lambda scope: not scope.is_comprehension)
            scope.bind(name, offset)
        for name, offset in self._named(captures.get("global", ())):
            self.top.bind(name, offset)
        for node in captures.get("error", ()):
            for match in _WORD.finditer(self._source, node.start_byte, node.end_byte):
                self.top.bind(match.group(), match.start())

    def innermost(self, offset: int) -> Scope:
        """Return the innermost scope that holds the byte at ``offset``."""
        scope = self._ordered[bisect_right(self._starts, offset) - 1]
        while scope.end <= offset and scope.around is not None:
            scope = scope.around
        return scope

    def at(self, start: int, kind: str) -> Scope | None:
        """Return the scope of this kind that begins at the byte offset ``start``."""
        return self._by_place.get((start, kind))

    def visible(self, offset: int) -> Iterator[tuple[Scope, bool]]:
        """Yield the scopes that are seen from a byte offset, inner before outer.

        With each, whether only its type parameters are seen.
        """
        regions = [region for region in self._outside if region[0] <= offset < region[1]]
        headers = {id(self.innermost(start)) for start, _ in regions}
        scope: Scope | None = self.innermost(offset)
        sees_class = True
        while scope is not None:
            is_header = id(scope) in headers
            if sees_class or is_header or scope.kind != CLASS:
                yield scope, is_header
            sees_class = sees_class and (is_header or scope.is_comprehension)
            scope = scope.around

    def binds(self, name: bytes, offset: int) -> bool:
        """Say whether a scope that is seen from a byte offset binds ``name``."""
        return any(
            name in scope.types or (name in scope.names and not types_only)
            for scope, types_only in self.visible(offset)
        )

    def _named(self, nodes: Iterable[Node]) -> Iterator[tuple[bytes, int]]:
        for node in nodes:
            start = node.start_byte
            yield self._source[start : node.end_byte], start

    def _add_scopes(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            key = (node.start_byte, node.type)
            if key not in self._by_place:
                scope = Scope(node.type, node.start_byte, node.end_byte)
                self._by_place[key] = scope
                self._ordered.append(scope)
        self._ordered.sort(key=lambda scope: (scope.start, -scope.end, scope is not self.top))
        self._starts = [scope.start for scope in self._ordered]
        open_scopes: list[Scope] = []
        for scope in self._ordered:
            while open_scopes and open_scopes[-1].end <= scope.start:
                open_scopes.pop()
            scope.around = open_scopes[-1] if open_scopes else None
            open_scopes.append(scope)


def scopes_of(tree: SyntaxTree, parts: Iterable[range] | None = None) -> Scopes:
    """Return the scopes of a text, or those that ``parts`` (in bytes) of it touch.

    The language must be in :data:`SCOPED_LANGUAGES`. A whole text of 1,000 lines takes 8 ms.
    """
    root = tree.tree.root_node
    scopes = Scopes(tree.source, root.type)
    query = locals_query(tree.language)
    if parts is None:
        scopes.add(QueryCursor(query).captures(root))
        return scopes
    found: dict[str, dict[int, Node]] = {}
    for part in parts:
        cursor = QueryCursor(query)
        cursor.set_byte_range(part.start, part.stop)
        for name, nodes in cursor.captures(root).items():
            found.setdefault(name, {}).update((node.id, node) for node in nodes)
    scopes.add({name: list(nodes.values()) for name, nodes in found.items()})
    return scopes


def known_scopes(known: KnownTree) -> Scopes:
    """Return the scopes of a known tree, which are kept as long as it is."""
    found = _kept.get(known)
    if found is None:
        found = _kept[known] = scopes_of(known.tree)
    return found


@cache
def locals_query(language: str) -> Query:
    """Return the query for scopes and bindings."""
    return query_of(language, "locals")


@cache
def query_of(language: str, purpose: str) -> Query:
    """Return the query of ``queries/*-<purpose>.scm`` for a language."""
    folder = files("codegen_lsp.syntax").joinpath("queries")
    parts = (folder.joinpath(f"{part}-{purpose}.scm") for part in _PARTS[language])
    source = "".join(part.read_text("utf-8") for part in parts if part.is_file())
    return Query(grammar(language), source)


_PARTS = {
    "python": ("python",),
    "javascript": ("ecmascript", "javascript", "jsx"),
    "typescript": ("ecmascript", "typescript"),
    "tsx": ("ecmascript", "typescript", "jsx"),
}
"""What the query for a language is put together from."""


def _outwards(scope: Scope, is_wanted: Callable[[Scope], bool]) -> Scope:
    while not is_wanted(scope) and scope.around is not None:
        scope = scope.around
    return scope


_kept: WeakKeyDictionary[KnownTree, Scopes] = WeakKeyDictionary()
