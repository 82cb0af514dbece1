"""What a Python function or class promises: its parameters, what it gives back, what it raises.

Read from the syntax tree, so it works on a buffer that does not run. A class stands for its
constructor: its parameters are those of its own ``__init__``. What the body does is read in
:mod:`codegen_lsp.syntax.body_facts`, where a docstring goes in
:mod:`codegen_lsp.syntax.docstring_place`; whether a docstring agrees with all this is decided in
:mod:`codegen_lsp.syntax.agreement`.
"""

from dataclasses import dataclass

from tree_sitter import Node, Query, QueryCursor

from codegen_lsp.syntax.body_facts import BodyFacts, body_facts
from codegen_lsp.syntax.definitions import Kind
from codegen_lsp.syntax.docstring_place import (
    DocstringPlace,
    code_point_index,
    docstring_place,
    node_text,
)
from codegen_lsp.syntax.parameters import Parameter, ParameterKind, parameters_of
from codegen_lsp.syntax.tree import SyntaxTree, grammar

_QUERY = "[(function_definition) (class_definition)] @definition"
_STATIC = frozenset({"staticmethod", "abstractstaticmethod"})
_PROPERTIES = frozenset({"property", "cached_property", "abstractproperty"})
_ACCESSORS = frozenset({"setter", "deleter", "getter"})
_NO_VALUE = frozenset({"None", "NoReturn", "Never"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One function or class, as its callers see it.

    ``qualified_name`` is dotted from the outermost definition (``Stack.push``). ``parameters`` are
    in order, without the receiver of a method. ``returns`` is the return annotation as written.
    ``decorators`` are dotted names without arguments. ``line`` counts from zero and is that of the
    ``def`` or ``class``; ``start`` to ``end`` are the code point indices of the whole definition,
    decorators included, ``header_end`` is just after the header's colon.
    """

    kind: Kind
    name: str
    qualified_name: str
    parameters: tuple[Parameter, ...]
    returns: str | None
    facts: BodyFacts
    place: DocstringPlace
    decorators: tuple[str, ...]
    line: int
    start: int
    end: int
    header_end: int
    is_async: bool = False
    is_method: bool = False
    in_function: bool = False
    has_error: bool = False
    """Whether it has a syntax error and may be misread; the methods of a class do not count."""
    has_constructor: bool = False
    """For a class: whether it has an ``__init__`` of its own."""
    constructor_documented: bool = False
    """For a class: whether that ``__init__`` has a docstring, which then names the parameters."""

    @property
    def is_property(self) -> bool:
        """Whether it is read like an attribute."""
        return any(_last(name) in _PROPERTIES for name in self.decorators)

    @property
    def is_accessor(self) -> bool:
        """Whether it is the setter or deleter of a property, whose docstring nobody sees."""
        return any("." in name and _last(name) in _ACCESSORS for name in self.decorators)

    @property
    def is_overload(self) -> bool:
        """Whether it is an overload: a signature without an implementation."""
        return any(_last(name) == "overload" for name in self.decorators)

    @property
    def is_public(self) -> bool:
        """Whether others may call it: no leading underscore on the way, not local to a function."""
        return not self.in_function and not any(
            part.startswith("_") for part in self.qualified_name.split(".")
        )

    @property
    def gives_value(self) -> bool:
        """Whether a caller gets a value; a body without code is taken at its annotation's word."""
        if self.facts.is_stub:
            return self.returns is not None and self.returns.strip("\"'") not in _NO_VALUE
        return self.facts.returns_value and not self.facts.yields


def signatures(tree: SyntaxTree) -> list[Signature]:
    """Return the functions and classes of a Python text in the order of their first lines."""
    captured = QueryCursor(Query(grammar("python"), _QUERY)).captures(tree.tree.root_node)
    nodes = sorted(captured.get("definition", []), key=lambda node: node.start_byte)
    return [_signature(tree, node) for node in nodes if node.child_by_field_name("body")]


def _signature(tree: SyntaxTree, node: Node) -> Signature:
    owners = _owners(node)
    outer = _with_decorators(node)
    decorators = tuple(
        _decorator_name(tree, child) for child in outer.children if child.type == "decorator"
    )
    is_class = node.type == "class_definition"
    is_method = not is_class and bool(owners) and owners[-1].type == "class_definition"
    initialiser = _initialiser(tree, node) if is_class else None
    name = _name(tree, node)
    returns = node.child_by_field_name("return_type")
    colon = next(child for child in reversed(node.children) if child.type == ":")
    return Signature(
        kind=Kind.CLASS if is_class else Kind.FUNCTION,
        name=name,
        qualified_name=".".join([*(_name(tree, owner) for owner in owners), name]),
        parameters=_parameters(tree, initialiser if is_class else node, decorators),
        returns=None if returns is None else " ".join(node_text(tree, returns).split()),
        facts=BodyFacts() if is_class else body_facts(tree, node),
        place=docstring_place(tree, node),
        decorators=decorators,
        line=node.start_point.row,
        start=code_point_index(tree, tree.source.rfind(b"\n", 0, outer.start_byte) + 1),
        end=code_point_index(tree, node.end_byte),
        header_end=code_point_index(tree, colon.end_byte),
        is_async=any(child.type == "async" for child in node.children),
        is_method=is_method,
        in_function=any(owner.type == "function_definition" for owner in owners),
        has_error=_has_error(node, initialiser),
        has_constructor=initialiser is not None,
        constructor_documented=initialiser is not None
        and docstring_place(tree, initialiser).literal is not None,
    )


def _parameters(
    tree: SyntaxTree, function: Node | None, decorators: tuple[str, ...]
) -> tuple[Parameter, ...]:
    """Return the parameters without the receiver.

    A function outside a class whose first parameter is called ``self`` is attached to one later.
    """
    found = parameters_of(tree, function) if function is not None else []
    if function is None or not found or any(_last(name) in _STATIC for name in decorators):
        return tuple(found)
    owners = _owners(function)
    is_method = bool(owners) and owners[-1].type == "class_definition"
    first = found[0]
    has_receiver = is_method or first.name == "self" or "classmethod" in decorators
    positional = first.label == first.name and first.kind is not ParameterKind.KEYWORD_ONLY
    return tuple(found[1:] if has_receiver and positional else found)


def _has_error(node: Node, initialiser: Node | None) -> bool:
    if node.type == "function_definition":
        return node.has_error
    in_header = any(child.has_error for child in node.children if child.type != "block")
    return in_header or (initialiser is not None and initialiser.has_error)


def _owners(node: Node) -> list[Node]:
    """Return the definitions around ``node``, outermost first."""
    owners: list[Node] = []
    parent = node.parent
    while parent is not None:
        if parent.type in {"class_definition", "function_definition"}:
            owners.append(parent)
        parent = parent.parent
    return owners[::-1]


def _initialiser(tree: SyntaxTree, node: Node) -> Node | None:
    """Return the ``__init__`` of a class, the last one when there are overloads."""
    body = node.child_by_field_name("body")
    found = None
    for statement in body.named_children if body is not None else []:
        inner = statement.child_by_field_name("definition") or statement
        if inner.type == "function_definition" and _name(tree, inner) == "__init__":
            found = inner
    return found


def _with_decorators(node: Node) -> Node:
    parent = node.parent
    return parent if parent is not None and parent.type == "decorated_definition" else node


def _decorator_name(tree: SyntaxTree, decorator: Node) -> str:
    return node_text(tree, decorator).lstrip("@").partition("(")[0].strip()


def _name(tree: SyntaxTree, definition: Node) -> str:
    name = definition.child_by_field_name("name")
    return "" if name is None else node_text(tree, name)


def _last(dotted: str) -> str:
    return dotted.rpartition(".")[2]
