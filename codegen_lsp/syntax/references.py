"""Names that a text uses, and what binds a name: as offsets."""

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node, QueryCursor

from codegen_lsp.syntax.scopes import Scope, query_of
from codegen_lsp.syntax.tree import SyntaxTree


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that is used, at byte offsets of the tree's text."""

    name: bytes
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a name is bound: a byte offset into the known tree's text, or into that of this one."""

    scope: Scope
    in_known: bool
    offset: int


def references(tree: SyntaxTree, part: range) -> Iterator[Reference]:
    """Yield the names of variables that are used in ``part`` of the text, a range of bytes."""
    cursor = QueryCursor(query_of(tree.language, "references"))
    cursor.set_byte_range(part.start, part.stop)
    captured = cursor.captures(tree.tree.root_node)
    if "reference" not in captured:
        return
    cursor = QueryCursor(query_of(tree.language, "locals"))
    cursor.set_byte_range(part.start, part.stop)
    bound = cursor.captures(tree.tree.root_node)
    others = {
        node.id
        for name, nodes in (*captured.items(), *bound.items())
        if name not in {"reference", "error", "scope", "outside", "star"}
        for node in nodes
    }
    errors = captured.get("error", [])
    for node in captured["reference"]:
        if node.id not in others and _touches(node, part) and not _is_within(node, errors):
            start, end = node.start_byte, node.end_byte
            yield Reference(tree.source[start:end], start, end)


def _touches(node: Node, part: range) -> bool:
    return node.start_byte < part.stop and node.end_byte > part.start


def _is_within(node: Node, errors: list[Node]) -> bool:
    return any(
        error.start_byte <= node.start_byte and node.end_byte <= error.end_byte for error in errors
    )
