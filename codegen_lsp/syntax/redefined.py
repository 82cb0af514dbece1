"""Which definitions and imports in a draft define again what the same place defines already.

In one list of statements a second definition or import of a name takes the first one away, or says
nothing (ruff's F811); of ``const``, ``let`` and ``class`` in JavaScript it is an error. What stands
in a branch counts as another thing in Python. So does what a decorator may have put elsewhere:
overloads, setters, registered functions. A decorator that is a mere name, but for ``overload``,
puts nothing elsewhere. A JavaScript class may have a method, a getter and a setter of one name,
static and not, each of them once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from codegen_lsp.syntax.insertion import Insertion
from codegen_lsp.syntax.scopes import Scope, known_scopes
from codegen_lsp.syntax.tree import SyntaxTree

_PYTHON_DEFINITIONS = frozenset({"function_definition", "class_definition"})
_METHOD = "method_definition"
_NAMED = _PYTHON_DEFINITIONS | {
    _METHOD,
    "function_declaration",
    "generator_function_declaration",
    "class_declaration",
}
"""Statements that define what their field ``name`` says."""

_IMPORTS = frozenset({"import_statement", "import_from_statement"})
_FILES = frozenset({"module", "program"})
_COMPUTED = frozenset({"computed_property_name", "string", "number"})
_ROLES = frozenset({"get", "set", "static"})


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

    def is_same(self, other: "_Binding") -> bool:
        """Say whether one of the two takes the other one's place."""
        return self.name == other.name and self.roles == other.roles

    @property
    def roles(self) -> frozenset[str]:
        """What a JavaScript method is beside its name: a getter, a setter, static."""
        if self.statement.type != _METHOD:
            return frozenset()
        return frozenset(each.type for each in self.statement.children) & _ROLES

    @property
    def is_import(self) -> bool:
        return self.statement.type in _IMPORTS

    @property
    def head(self) -> range:
        """The bytes from the start of the statement to the end of what says what is bound."""
        end = self.statement.end_byte if self.is_import else self.at + len(self.name)
        return range(self.statement.start_byte, end)


def redefinitions(insertion: Insertion) -> Iterator[Redefinition]:
    """Yield what the draft of an ``insertion`` defines or imports again, in order.

    For Python, JavaScript and TypeScript.
    """
    new = [*_bindings(insertion.tree, range(insertion.start, insertion.end))]
    for number, binding in enumerate(new):
        owner = _owner(binding.statement)
        if owner is None or not binding.name.strip(b"_"):
            continue
        others = [
            *(each for each in new[:number] if _owner(each.statement) == owner),
            *_in_changed(insertion, owner),
            *_in_known(insertion, binding, owner),
        ]
        if any(binding.is_same(other) for other in others):
            name = binding.name.decode("utf-8", "replace")
            yield Redefinition(name, binding.statement.start_byte, binding.is_import)


def _in_changed(insertion: Insertion, owner: Node) -> Iterator[_Binding]:
    """Yield the bindings of ``owner`` in what the known tree lacks, but for the draft."""
    draft = range(insertion.start, insertion.end)
    for part in insertion.changed:
        for other in _bindings(insertion.tree, part):
            is_of_draft = other.at < draft.stop and other.at + len(other.name) > draft.start
            if not is_of_draft and _owner(other.statement) == owner:
                yield other


def _in_known(insertion: Insertion, binding: _Binding, owner: Node) -> Iterator[_Binding]:
    """Yield those of that name in ``owner`` that the known tree has and the buffer still does."""
    start = 0 if owner.type in _FILES else insertion.known_offset(owner.start_byte)
    if start is None:
        return  # the draft's own
    near, known = insertion.near, insertion.known.tree
    first, *_ = binding.name.split(b".")  # what `import os.path` binds
    for at in _offsets(insertion, first, owner, start):
        for other in _bindings(known, range(at, at + len(first))):
            there = _owner(other.statement)
            is_as_it_was = other.head.start > near.end or other.head.stop < near.start
            if there is not None and is_as_it_was and there.type == owner.type:
                is_here = owner.type in _FILES or there.start_byte == start
                yield from (other,) if is_here else ()


def _offsets(insertion: Insertion, name: bytes, owner: Node, start: int) -> Iterator[int]:
    """Yield where the known tree binds ``name`` around the statements of ``owner``."""
    if owner.type == "class_body":
        yield from _methods(insertion.known.tree, name, start)
        return
    scopes = known_scopes(insertion.known)
    scope: Scope | None = scopes.top
    if owner.type not in _FILES:
        scope = scopes.at(start, owner.type)
    while scope is not None:
        yield from scope.names.get(name, ())
        scope = scope.around


def _methods(tree: SyntaxTree, name: bytes, start: int) -> Iterator[int]:
    """Yield where the JavaScript class whose body begins at ``start`` has methods of that name."""
    token = tree.tree.root_node.descendant_for_byte_range(start, start + 1)
    body = None if token is None else token.parent
    for method in () if body is None else body.named_children:
        found = method.child_by_field_name("name") if method.type == _METHOD else None
        if found is not None and found.text == name:
            yield found.start_byte


def _owner(statement: Node) -> Node | None:
    """Return what the list of statements that holds ``statement`` itself belongs to.

    A file; in Python a class or function, in JavaScript any block and the body of a class. None for
    everything else.
    """
    around = statement.parent
    if around is not None and around.type == "decorated_definition":
        if not all(_only_wraps(each) for each in around.children if each.type == "decorator"):
            return None
        around = around.parent
    elif around is not None and around.type == "export_statement":
        around = around.parent
    if around is None or around.type in _FILES or around.type in {"statement_block", "class_body"}:
        return around
    owner = around.parent
    is_body = around.type == "block" and owner is not None and owner.type in _PYTHON_DEFINITIONS
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
        for name in _names(node):
            if name.start_byte < part.stop and name.end_byte > part.start:
                yield _Binding(name.text or b"", name.start_byte, node)
        if node.type not in _IMPORTS:
            stack.extend(reversed(node.children))


def _names(statement: Node) -> Iterator[Node]:
    """Yield the nodes of the names that ``statement`` defines or imports; of no other node."""
    if statement.type in _NAMED:
        name = statement.child_by_field_name("name")
        yield from () if name is None or name.type in _COMPUTED else (name,)
    elif statement.type == "lexical_declaration":
        for each in statement.named_children:
            name = each.child_by_field_name("name")
            if name is not None and name.type == "identifier":
                yield name
    elif statement.type in _IMPORTS:
        for imported in statement.children_by_field_name("name"):
            yield imported.child_by_field_name("alias") or imported
        for each in statement.named_children:
            if each.type == "import_clause":
                yield from _of_clause(each)


def _of_clause(clause: Node) -> Iterator[Node]:
    """Yield the names that ``import a, { b, c as d } from`` or ``import * as e from`` binds."""
    for each in clause.named_children:
        if each.type == "identifier":
            yield each
        elif each.type == "import_specifier":
            name = each.child_by_field_name("alias") or each.child_by_field_name("name")
            yield from () if name is None else (name,)
        else:
            yield from _of_clause(each)
