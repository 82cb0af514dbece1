"""What the body of a Python function does that its documentation must say.

Only the function's own statements count: what a nested function, lambda or class does happens when
*that* is called. Whether a called function raises is not known here.
"""

import builtins
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from codegen_lsp.syntax.tree import SyntaxTree

_OTHER_SCOPES = frozenset({"function_definition", "class_definition", "lambda"})
_CATCHES_ALL = frozenset({"Exception", "BaseException"})


@dataclass(frozen=True, slots=True)
class BodyFacts:
    """Facts of one body.

    ``raises`` are the exceptions named in ``raise`` statements that no handler around them catches,
    each once, in the order of first appearance; dotted as written. ``is_stub`` says that the body
    does nothing: ``...``, ``pass``, a docstring, or nothing but raising ``NotImplementedError``.
    """

    returns_value: bool = False
    yields: bool = False
    raises: tuple[str, ...] = ()
    is_stub: bool = False


def body_facts(tree: SyntaxTree, function: Node) -> BodyFacts:
    """Read the facts of a ``function_definition`` node."""
    body = function.child_by_field_name("body")
    if body is None:
        return BodyFacts(is_stub=True)
    own = list(_own_nodes(body))
    raises = (_raised(tree, node) for node in own if node.type == "raise_statement")
    return BodyFacts(
        returns_value=any(_returns_value(node) for node in own),
        yields=any(node.type == "yield" and node.is_named for node in own),
        raises=tuple(dict.fromkeys(name for name in raises if name is not None)),
        is_stub=all(_does_nothing(tree, node) for node in body.named_children),
    )


def _own_nodes(body: Node) -> Iterator[Node]:
    """Walk the nodes below ``body`` in source order, leaving out other scopes."""
    stack = [body]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(child for child in reversed(node.children) if child.type not in _OTHER_SCOPES)


def _returns_value(node: Node) -> bool:
    return (
        node.type == "return_statement"
        and bool(node.named_children)
        and node.named_children[0].type != "none"
    )


def _does_nothing(tree: SyntaxTree, statement: Node) -> bool:
    if statement.type == "raise_statement":
        return (_dotted(tree, _exception(statement)) or "").endswith("NotImplementedError")
    if statement.type == "expression_statement":
        return [child.type for child in statement.named_children] in (["ellipsis"], ["string"])
    return statement.type in {"pass_statement", "comment"}


def _raised(tree: SyntaxTree, statement: Node) -> str | None:
    """Name the exception that ``statement`` raises, or None when that is not known or it is caught.

    A name counts as an exception's when its last part begins with a capital: ``raise error`` may
    hold anything.
    """
    name = _dotted(tree, _exception(statement))
    if (
        name is None
        or not name.rpartition(".")[2][:1].isupper()
        or _is_caught(tree, statement, name)
    ):
        return None
    return name.removeprefix("self.").removeprefix("cls.")


def _exception(statement: Node) -> Node | None:
    raised = statement.named_children[0] if statement.named_children else None
    if raised is not None and raised.type == "call":
        return raised.child_by_field_name("function")
    return raised


def _dotted(tree: SyntaxTree, node: Node | None) -> str | None:
    """Return the text of an identifier or a dotted name; None for anything else."""
    inner = node
    while inner is not None and inner.type == "attribute":
        inner = inner.child_by_field_name("object")
    if node is None or inner is None or inner.type != "identifier":
        return None
    text = tree.source[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")
    return "".join(text.split())


def _is_caught(tree: SyntaxTree, statement: Node, name: str) -> bool:
    """Say whether a ``try`` around ``statement`` keeps ``name`` from leaving the function."""
    inner, outer = statement, statement.parent
    while outer is not None and outer.type not in _OTHER_SCOPES:
        if outer.type == "try_statement" and outer.child_by_field_name("body") == inner:
            handlers = [node for node in outer.named_children if node.type.startswith("except")]
            catching = next((node for node in handlers if _catches(tree, node, name)), None)
            if catching is not None and not _raises_again(catching):
                return True
        inner, outer = outer, outer.parent
    return False


def _catches(tree: SyntaxTree, handler: Node, name: str) -> bool:
    heads = [node for node in handler.named_children if node.type not in {"block", "comment"}]
    if not heads:
        return True
    caught = heads[0].named_children[0] if heads[0].type == "as_pattern" else heads[0]
    listed = caught.named_children if caught.type == "tuple" else [caught]
    return any(_covers(_dotted(tree, node), name) for node in listed)


def _covers(caught: str | None, raised: str) -> bool:
    if caught is None:
        return False
    if caught in _CATCHES_ALL or caught.rpartition(".")[2] == raised.rpartition(".")[2]:
        return True
    parent, child = getattr(builtins, caught, None), getattr(builtins, raised, None)
    return isinstance(parent, type) and isinstance(child, type) and issubclass(child, parent)


def _raises_again(handler: Node) -> bool:
    return any(
        node.type == "raise_statement" and not node.named_children
        for child in handler.children
        for node in _own_nodes(child)
    )
