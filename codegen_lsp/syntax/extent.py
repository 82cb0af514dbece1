"""How much is being written at a place: a line, a statement, or a whole block.

The tree decides, with a name standing where the cursor is. In a comment or a string it is the line;
where a block holds nothing else yet, the block; else the statement, with the block it may open.
"""

from collections.abc import Iterator
from enum import StrEnum

from tree_sitter import Node

from codegen_lsp.syntax.problems import InsertionCheck
from codegen_lsp.syntax.surroundings import STATEMENT_LISTS


class Extent(StrEnum):
    """How much a suggestion may be; ``ALL`` is what fits between the text above and below."""

    LINE = "line"
    STATEMENT = "statement"
    BLOCK = "block"
    ALL = "all"


_FILES = frozenset(("module", "program", "source_file", "translation_unit"))
_TEXTS = ("comment", "string", "char_literal", "character_literal")
"""What the names of node types have in them, in all grammars, that are text and not code."""

_INDENT = "    "
_LOOKED_BACK = 2_000
"""Code points in which the line above is looked for."""


def extent_at(check: InsertionCheck, prefix: str) -> Extent:
    """Return how much is being written at the place of ``check``, after ``prefix``.

    On a blank line the statement is taken to stand where the one above does, or a step further in
    below a line that opens a block.
    """
    indent = _indent_to_add(prefix)
    tree = check.tree_with(indent + _NAME)
    offset = check.offset + len(indent)
    node = tree.tree.root_node.descendant_for_byte_range(offset, offset + len(_NAME))
    return Extent.STATEMENT if node is None else _extent_of(node)


_NAME = "x"


def _extent_of(node: Node) -> Extent:
    for inner, outer in _upwards(node):
        if any(text in inner.type for text in _TEXTS):
            return Extent.LINE
        if outer is not None and outer.type in STATEMENT_LISTS:
            others = [each for each in outer.named_children if _counts(each) and each != inner]
            is_empty = not others and outer.type not in _FILES
            return Extent.BLOCK if is_empty else Extent.STATEMENT
    return Extent.STATEMENT


def _upwards(node: Node) -> Iterator[tuple[Node, Node | None]]:
    """Yield the node and those around it, each with its parent."""
    current: Node | None = node
    while current is not None:
        yield current, current.parent
        current = current.parent


def _counts(statement: Node) -> bool:
    """Say whether a block with this in it is more than begun: comments and docstrings are not."""
    if statement.is_extra:
        return False
    only = statement.named_children if statement.type == "expression_statement" else []
    return [each.type for each in only] != ["string"]


def _indent_to_add(prefix: str) -> str:
    """Return what a blank last line lacks to be indented like the line above it."""
    start = prefix.rfind("\n") + 1
    line, above = prefix[start:], prefix[max(0, start - _LOOKED_BACK) : start].rstrip()
    if line.strip() or not above:
        return ""
    last = above.rpartition("\n")[2]
    indent = last[: len(last) - len(last.lstrip())]
    if last.endswith((":", "{")):
        indent += "\t" if "\t" in indent else _INDENT
    return indent[len(line) :]
