"""Functions and classes in a text: where each begins and ends, and which one encloses a line.

What counts as a definition is written in ``queries/<language>.scm``: a node captured as
``@function`` or ``@class``, with its ``@name`` and its ``@body``.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from tree_sitter import Node, Query, QueryCursor

from codegen_lsp.syntax.tree import SyntaxTree, grammar


class Kind(StrEnum):
    """What a definition defines."""

    FUNCTION = "function"
    CLASS = "class"


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition, decorators included.

    Lines count from zero and both ends are included. Indices are code points into the text:
    ``start`` to ``end`` is the whole definition from its first line's first character (indentation
    and decorators included), ``body_start`` where its body begins.
    ``qualified_name`` is dotted from the outermost definition (``Stack.push``).
    """

    kind: Kind
    name: str
    qualified_name: str
    first_line: int
    last_line: int
    start: int
    end: int
    body_start: int

    def contains_line(self, line: int) -> bool:
        """Say whether ``line`` (from zero) lies within."""
        return self.first_line <= line <= self.last_line


@cache
def _query(language: str) -> Query:
    name = "typescript" if language == "tsx" else language  # they name these nodes alike
    source = files("codegen_lsp.syntax").joinpath("queries", f"{name}.scm").read_text("utf-8")
    return Query(grammar(language), source)


class DefinitionNodes(NamedTuple):
    """The nodes of one definition: the whole without its decorators, its name and its body."""

    kind: Kind
    node: Node
    name: Node
    body: Node


def definition_nodes(tree: SyntaxTree) -> list[DefinitionNodes]:
    """Return the nodes of all definitions, outer before inner, in the order of the text."""
    found: dict[int, DefinitionNodes] = {}
    for _, captures in QueryCursor(_query(tree.language)).matches(tree.tree.root_node):
        for kind in Kind:
            for node in captures.get(kind.value, []):
                name, body = captures["name"][0], captures["body"][0]
                found[node.id] = DefinitionNodes(kind, node, name, body)
    return sorted(found.values(), key=lambda item: (item.node.start_byte, -item.node.end_byte))


def definitions(tree: SyntaxTree) -> list[Definition]:
    """Return the definitions of a text, outer before inner, in the order of their first lines."""
    ordered = definition_nodes(tree)
    indices = _code_point_indices(tree.source, ordered)
    result: list[Definition] = []
    enclosing: list[tuple[Node, str]] = []
    for kind, node, name_node, body in ordered:
        while enclosing and enclosing[-1][0].end_byte <= node.start_byte:
            enclosing.pop()
        name = _text(tree, name_node)
        qualified = f"{enclosing[-1][1]}.{name}" if enclosing else name
        enclosing.append((node, qualified))
        outer = with_decorators(node)
        result.append(
            Definition(
                kind=kind,
                name=name,
                qualified_name=qualified,
                first_line=outer.start_point.row,
                last_line=node.end_point.row,
                start=indices[_line_start(tree.source, outer.start_byte)],
                end=indices[node.end_byte],
                body_start=indices[body.start_byte],
            )
        )
    return result


def enclosing_definition(found: list[Definition], line: int) -> Definition | None:
    """Return the innermost definition that contains ``line`` (from zero), or None."""
    around = [definition for definition in found if definition.contains_line(line)]
    return around[-1] if around else None


def with_decorators(node: Node) -> Node:
    """Return the node of a definition with the decorators it has in Python."""
    parent = node.parent
    return parent if parent is not None and parent.type == "decorated_definition" else node


def _text(tree: SyntaxTree, node: Node) -> str:
    return tree.source[node.start_byte : node.end_byte].decode("utf-8", "replace")


def _line_start(source: bytes, offset: int) -> int:
    return source.rfind(b"\n", 0, offset) + 1


def _code_point_indices(source: bytes, found: list[DefinitionNodes]) -> dict[int, int]:
    """Map the byte offsets that definitions speak of to code point indices, in one pass."""
    offsets = {0}
    for _, node, _, body in found:
        start = _line_start(source, with_decorators(node).start_byte)
        offsets.update((start, node.end_byte, body.start_byte))
    ordered = sorted(offsets)
    indices, index = {0: 0}, 0
    for previous, offset in pairwise(ordered):
        index += len(source[previous:offset].decode("utf-8", "surrogatepass"))
        indices[offset] = index
    return indices
