"""Which definitions and imports in a draft define again what the same place defines already.

In one list of statements, of a module, class or function, a second ``def``, ``class`` or import of
a name takes the first one away, or says nothing (ruff's F811). What stands in a branch counts as
another thing. So does what a decorator may have put elsewhere: overloads, setters, registered
functions. A decorator that is a mere name, but for ``overload``, puts nothing elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from codegen_lsp.syntax.insertion import Insertion
from codegen_lsp.syntax.scopes import known_scopes
from codegen_lsp.syntax.tree import SyntaxTree

_DEFINITIONS = frozenset({"function_definition", "class_definition"})
_IMPORTS = frozenset({"import_statement", "import_from_statement"})


@dataclass(frozen=True, slots=True)
class Redefinition:
    """A definition or import of ``name`` at a byte offset of the insertion's tree."""

    name: str
    start: int
    is_import: bool


@dataclass(frozen=True, slots=True)
class _Binding:
    name: bytes
    at: int
    statement: Node

    @property
    def is_import(self) -> bool:
        return self.statement.type in _IMPORTS

    @property
    def head(self) -> range:
        """The bytes from the start of the statement to the end of what says what is bound."""
        end = self.statement.end_byte if self.is_import else self.at + len(self.name)
        return range(self.statement.start_byte, end)


def redefinitions(insertion: Insertion) -> Iterator[Redefinition]:
    """Yield what the draft of a Python ``insertion`` defines or imports again, in order."""
    new = [*_bindings(insertion.tree, range(insertion.start, insertion.end))]
    for number, binding in enumerate(new):
        owner = _owner(binding.statement)
        if owner is None or not binding.name.strip(b"_"):
            continue
        others = [
            *(each for each in new[:number] if _owner(each.statement) == owner),
            *_elsewhere(insertion, binding, owner),
        ]
        if any(binding.name == other.name for other in others):
            name = binding.name.decode("utf-8", "replace")
            yield Redefinition(name, binding.statement.start_byte, binding.is_import)


def _elsewhere(insertion: Insertion, binding: _Binding, owner: Node) -> Iterator[_Binding]:
    """Yield other bindings of the name in the same list of statements: of the buffer itself."""
    yield from _in_changed(insertion, owner)
    start = None if _is_module(owner) else insertion.known_offset(owner.start_byte)
    if start is None and not _is_module(owner):
        return  # the draft's own
    scopes, near, known = known_scopes(insertion.known), insertion.near, insertion.known.tree
    scope = scopes.top if start is None else scopes.at(start, owner.type)
    first, *_ = binding.name.split(b".")  # what `import os.path` binds
    for at in () if scope is None else scope.names.get(first, ()):
        for other in _bindings(known, range(at, at + len(first))):
            if other.head.start <= near.end and other.head.stop >= near.start:
                continue  # it is not in the buffer any more, or not as it was
            there = _owner(other.statement)
            if there is not None and start == (None if _is_module(there) else there.start_byte):
                yield other


def _in_changed(insertion: Insertion, owner: Node) -> Iterator[_Binding]:
    """Yield the bindings in what the known tree lacks, but for the draft."""
    draft = range(insertion.start, insertion.end)
    for part in insertion.changed:
        for other in _bindings(insertion.tree, part):
            is_of_draft = other.at < draft.stop and other.at + len(other.name) > draft.start
            if not is_of_draft and _owner(other.statement) == owner:
                yield other


def _is_module(owner: Node) -> bool:
    return owner.parent is None


def _owner(statement: Node) -> Node | None:
    """Return the module, class or function whose list holds ``statement`` itself; else None."""
    around = statement.parent
    if around is not None and around.type == "decorated_definition":
        if not all(
            map(_only_wraps, [each for each in around.children if each.type == "decorator"])
        ):
            return None
        around = around.parent
    if around is None or around.type == "module":
        return around
    owner = around.parent
    is_body = around.type == "block" and owner is not None and owner.type in _DEFINITIONS
    return owner if is_body else None


def _only_wraps(decorator: Node) -> bool:
    name = decorator.named_children[0] if decorator.named_children else decorator
    return name.type == "identifier" and name.text != b"overload"


def _bindings(tree: SyntaxTree, part: range) -> Iterator[_Binding]:
    """Yield the names that definitions and imports bind in a ``part`` of the text, in order."""
    stack = [tree.tree.root_node]
    while stack:
        node = stack.pop()
        if node.end_byte <= part.start or node.start_byte >= part.stop:
            continue
        if node.type in _IMPORTS:
            yield from _imported(node, part)
            continue
        name = node.child_by_field_name("name") if node.type in _DEFINITIONS else None
        if name is not None and name.start_byte < part.stop and name.end_byte > part.start:
            yield _Binding(name.text or b"", name.start_byte, node)
        stack.extend(reversed(node.children))


def _imported(statement: Node, part: range) -> Iterator[_Binding]:
    for imported in statement.children_by_field_name("name"):
        bound = imported.child_by_field_name("alias") or imported
        if bound.start_byte < part.stop and bound.end_byte > part.start:
            yield _Binding(bound.text or b"", bound.start_byte, statement)
