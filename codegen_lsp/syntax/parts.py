"""The parts of a stretch of code, tokens and what is made of them, as plain values.

For those who look at code in any language without walking a tree themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from codegen_lsp.syntax.tree import parse


@dataclass(frozen=True, slots=True)
class Part:
    """One node of the tree.

    ``start`` is its index in the text, in code points, ``line`` the one it begins in, from one.
    ``kind`` and ``parent`` are names of the grammar. ``operands`` are the texts of left side, sign
    and right side of a binary expression, None for all else.
    """

    text: str
    start: int
    line: int
    kind: str
    parent: str
    is_token: bool
    operands: tuple[str, str, str] | None = None


def parts_of(text: str, language: str, start: int, end: int) -> list[Part]:
    """Return the parts within ``text[start:end]``, outer before inner, in the order of the text.

    ``language`` must be in :data:`~codegen_lsp.syntax.tree.LANGUAGES`.
    """
    tree = parse(text, language)
    first, last = (len(text[:index].encode("utf-8", "surrogatepass")) for index in (start, end))
    found = []
    for node in _within(tree.tree.root_node, first, last):
        before = tree.source[first : node.start_byte].decode("utf-8", "surrogatepass")
        found.append(
            Part(
                text=_text(node, tree.source),
                start=start + len(before),
                line=node.start_point[0] + 1,
                kind=node.type,
                parent=node.parent.type if node.parent is not None else "",
                is_token=not node.children,
                operands=_operands(node, tree.source),
            )
        )
    return found


def _within(root: Node, start: int, end: int) -> Iterator[Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        if node.end_byte <= start or node.start_byte >= end:
            continue
        if start <= node.start_byte and node.end_byte <= end:
            yield node
        stack.extend(reversed(node.children))


def _operands(node: Node, source: bytes) -> tuple[str, str, str] | None:
    if node.type != "binary_expression":
        return None
    left, sign, right = map(node.child_by_field_name, ("left", "operator", "right"))
    if left is None or sign is None or right is None:
        return None
    return _text(left, source), _text(sign, source), _text(right, source)


def _text(node: Node, source: bytes) -> str:
    return source[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")
