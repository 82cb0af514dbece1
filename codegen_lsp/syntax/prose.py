"""Which lines of a text are no code: comments and what stands inside strings of several lines."""

from tree_sitter import Node

from codegen_lsp.syntax.tree import SyntaxTree


def prose_lines(tree: SyntaxTree) -> frozenset[int]:
    """Return the lines, from zero, on which only a comment, a docstring or string text stands.

    The first and last line of a string count as code, unless the string is a statement of its own.
    """
    found: set[int] = set()
    stack = [tree.tree.root_node]
    while stack:
        node = stack.pop()
        if "comment" in node.type or "string" in node.type:
            found.update(_lines(tree, node))
        else:
            stack.extend(node.children)
    return frozenset(found)


def _lines(tree: SyntaxTree, node: Node) -> range:
    first, last = node.start_point.row, node.end_point.row
    if node.end_point.column == 0 and last > first:  # some grammars count the line end in
        last -= 1
    alone = not tree.source[_line_start(tree, node) : node.start_byte].strip()
    statement = node.parent is not None and node.parent.type == "expression_statement"
    if alone and (statement or "comment" in node.type):
        return range(first, last + 1)
    return range(first + 1, last)


def _line_start(tree: SyntaxTree, node: Node) -> int:
    return tree.source.rfind(b"\n", 0, node.start_byte) + 1
