"""Where the docstring of a Python function or class stands, or would stand.

Knows the shapes a definition can have (a body on the header's line, comments before the first
statement, tabs, CRLF), so that a docstring put in is always the first statement and nothing else
moves. What the docstring says is no concern of this module.
"""

import re
from dataclasses import dataclass

from tree_sitter import Node

from codegen_lsp.syntax.tree import SyntaxTree

_STRINGS = frozenset({"string", "concatenated_string"})
_BLANK_LINES = re.compile(r"(?:[ \t\f]*\r?\n)+")
_TYPE_COMMENT = re.compile(rb"[ \t]*#[ \t]*type:[^\n]*\n")
_OPENS_DEFINITION = re.compile(r"[ \t]*(?:def|class|async|@)")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocstringPlace:
    """Replace ``start`` to ``end`` (code point indices) by ``before`` + literal + ``after``.

    ``indent`` is the white space that the docstring's own lines begin with; line ends in ``before``
    and ``after`` are those of the text. ``literal`` is the source of the docstring that is there,
    None when there is none.
    """

    start: int
    end: int
    indent: str
    before: str = ""
    after: str = ""
    literal: str | None = None

    @property
    def step(self) -> str:
        """One level of indentation, in the manner of ``indent``."""
        return "\t" if "\t" in self.indent else "    "


def code_point_index(tree: SyntaxTree, offset: int) -> int:
    """Return the code point index of a byte offset."""
    return len(tree.source[:offset].decode("utf-8", "surrogatepass"))


def node_text(tree: SyntaxTree, node: Node) -> str:
    """Return the source of a node."""
    return tree.source[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")


def docstring_place(tree: SyntaxTree, definition: Node) -> DocstringPlace:
    """Find the place in a ``function_definition`` or ``class_definition`` node that has a body."""
    colon = next(child for child in reversed(definition.children) if child.type == ":")
    statements = [
        child
        for child in definition.children_by_field_name("body")[0].named_children
        if child.type != "comment"
    ]
    docstring = _docstring_node(tree, statements[0]) if statements else None
    first = docstring or (statements[0] if statements else definition.children[-1])
    gap = tree.source[colon.end_byte : first.start_byte]
    if b"\n" not in gap or gap.lstrip(b" \t").startswith(b"\\"):
        return _on_header_line(tree, definition, colon.end_byte, first, docstring)
    indent = _leading(tree.source, first.start_byte)
    if docstring is not None:
        return DocstringPlace(
            start=code_point_index(tree, docstring.start_byte),
            end=code_point_index(tree, docstring.end_byte),
            indent=indent,
            literal=node_text(tree, docstring),
        )
    return _below_header(tree, definition, colon.end_byte, indent)


def _docstring_node(tree: SyntaxTree, statement: Node) -> Node | None:
    """Return the expression that Python takes for a docstring: no f-string, no bytes."""
    if statement.type != "expression_statement" or statement.child_count != 1:
        return None
    expression = inner = statement.children[0]
    while inner.type == "parenthesized_expression" and inner.named_child_count == 1:
        inner = inner.named_children[0]
    if inner.type not in _STRINGS:
        return None
    parts = inner.named_children if inner.type == "concatenated_string" else [inner]
    starts = [node_text(tree, part.children[0]) for part in parts if part.type == "string"]
    return None if any(set(start.lower()) & set("bft") for start in starts) else expression


def _on_header_line(
    tree: SyntaxTree, definition: Node, colon_end: int, first: Node, docstring: Node | None
) -> DocstringPlace:
    """Move a body that stands on the header's line to lines of its own."""
    outer = _leading(tree.source, definition.start_byte)
    indent = outer + ("\t" if "\t" in outer else "    ")
    line_end = _line_end(tree.source)
    last = docstring.end_byte if docstring is not None else first.start_byte
    return DocstringPlace(
        start=code_point_index(tree, colon_end),
        end=code_point_index(tree, last),
        indent=indent,
        before=line_end + indent,
        after="" if docstring is not None else line_end + indent,
        literal=None if docstring is None else node_text(tree, docstring),
    )


def _below_header(
    tree: SyntaxTree, definition: Node, colon_end: int, indent: str
) -> DocstringPlace:
    """Put the docstring on the line after the header, before any comments but one on types.

    Blank lines that followed the header are taken out of a function, unless a definition follows
    them, and a class gets one: as formatters have it.
    """
    start = tree.source.index(b"\n", colon_end) + 1
    if type_comment := _TYPE_COMMENT.match(tree.source, start):
        start = type_comment.end()
    line_end = _line_end(tree.source)
    rest = tree.source[start : definition.end_byte].decode("utf-8", "surrogatepass")
    blank = _BLANK_LINES.match(rest)
    is_class = definition.type == "class_definition"
    skipped = blank.end() if blank is not None else 0
    if is_class or _OPENS_DEFINITION.match(rest, skipped):
        skipped = 0
    index = code_point_index(tree, start)
    return DocstringPlace(
        start=index,
        end=index + skipped,
        indent=indent,
        before=indent,
        after=line_end * 2 if is_class and blank is None else line_end,
    )


def _leading(source: bytes, offset: int) -> str:
    """Return the white space that the line of ``offset`` begins with."""
    line = source[source.rfind(b"\n", 0, offset) + 1 : offset]
    return line[: len(line) - len(line.lstrip(b" \t"))].decode("ascii")


def _line_end(source: bytes) -> str:
    first = source.find(b"\n")
    return "\r\n" if first > 0 and source[first - 1 : first] == b"\r" else "\n"
