"""What a text defines, as somebody who uses it needs it: headers, fields, first lines of docs.

One line for each definition, so that a file is told in some tens of tokens. Works for every
language of the parser; what a field is stands in ``queries/members/<language>.scm``. Headers are
source text on one line, its comments included.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from tree_sitter import Node, Query, QueryCursor

from codegen_lsp.syntax.definitions import Kind, definition_nodes, with_decorators
from codegen_lsp.syntax.tree import SyntaxTree, grammar

LONGEST_HEADER = 240
"""Code points of a header; what a definition with more parameters needs most comes first."""

LONGEST_FIELD = 96
"""Code points of a field: its name and type are wanted, hardly ever its whole value."""

LONGEST_SUMMARY = 96
"""Code points of the first line of a docstring."""

_PYTHON_DOC = re.compile(r'\s*[rRuU]?("""|\'\'\'|"|\')\s*(?P<text>[^\n]*)')
_COMMENT = re.compile(r"^\s*(?:///?!?|/?\*+[*/]?)\s?")
_WORDS = re.compile(r"[\w\s]*")
_GO_RECEIVER = re.compile(r"func\s*\([^)]*?\*?(\w+)(?:\[[^\]]*\])?\)")
_TELLING = ("@property", "@staticmethod", "@classmethod", "@dataclass", "@cached_property")
"""Decorators that say how a definition is used; others are left out."""


class ItemKind(StrEnum):
    """What an item of an outline is."""

    FUNCTION = "function"
    CLASS = "class"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """One definition; lines count from zero, both ends are included, decorators belong to it.

    ``qualified_name`` is dotted from the outermost definition (``Stack.push``). ``header`` is its
    source up to the body, on one line; ``summary`` the first line of its docstring or of the
    comment above it, without markers, empty where there is none.
    """

    kind: ItemKind
    name: str
    qualified_name: str
    first_line: int
    last_line: int
    header: str
    summary: str = ""

    @property
    def owner(self) -> str:
        """The qualified name of what it stands in; empty at the top."""
        return self.qualified_name.rpartition(".")[0]


def outline(tree: SyntaxTree) -> list[OutlineItem]:
    """Return what a text defines, outer before inner, in the order of the text."""
    found = [
        *((Kind(each.kind), each.node, each.name, each.body) for each in definition_nodes(tree)),
        *((None, node, name, None) for node, name in _fields(tree)),
    ]
    found.sort(key=lambda item: (item[1].start_byte, -item[1].end_byte))
    items: list[OutlineItem] = []
    enclosing: list[tuple[int, str]] = []
    for kind, node, name_node, body in found:
        while enclosing and enclosing[-1][0] <= node.start_byte:
            enclosing.pop()
        name = _text(tree, name_node)
        owner = enclosing[-1][1] if enclosing else ""
        if kind is None or body is None:
            owner = owner.removesuffix(".__init__")
            items.append(_field(tree, node, name, owner))
            continue
        if tree.language == "go" and (receiver := _GO_RECEIVER.match(_text(tree, node)[:200])):
            owner = receiver[1]
        qualified = f"{owner}.{name}" if owner else name
        enclosing.append((node.end_byte, qualified))
        outer = with_decorators(node)
        items.append(
            OutlineItem(
                kind=ItemKind(kind.value),
                name=name,
                qualified_name=qualified,
                first_line=outer.start_point.row,
                last_line=node.end_point.row,
                header=_header(tree, outer, node, body),
                summary=_summary(tree, outer, body),
            )
        )
    return items


@cache
def _members(language: str) -> Query:
    name = "typescript" if language == "tsx" else language
    source = files("codegen_lsp.syntax").joinpath("queries", "members", f"{name}.scm")
    return Query(grammar(language), source.read_text("utf-8"))


def _fields(tree: SyntaxTree) -> list[tuple[Node, Node]]:
    matches = QueryCursor(_members(tree.language)).matches(tree.tree.root_node)
    return [(captures["field"][0], captures["name"][0]) for _, captures in matches]


def _field(tree: SyntaxTree, node: Node, name: str, owner: str) -> OutlineItem:
    line = _on_one_line(_text(tree, node).partition("\n")[0], LONGEST_FIELD)
    return OutlineItem(
        kind=ItemKind.FIELD,
        name=name,
        qualified_name=f"{owner}.{name}" if owner else name,
        first_line=node.start_point.row,
        last_line=node.end_point.row,
        header=line.rstrip(",;{( "),
    )


def _header(tree: SyntaxTree, outer: Node, node: Node, body: Node) -> str:
    start = node.start_byte
    before = tree.source[tree.source.rfind(b"\n", 0, start) + 1 : start]
    if outer is node and before.strip() and b"}" not in before and b";" not in before:
        start -= len(before.lstrip())  # `const`, `export`: what stands before it on its line
    header = tree.source[start : body.start_byte].decode("utf-8", "replace")
    if tree.language == "python":
        header = _without_comments(header)
    telling = [
        f"{text} "
        for child in (outer.children if outer is not node else ())
        if child.type == "decorator" and (text := _text(tree, child)).startswith(_TELLING)
    ]
    return _on_one_line("".join(telling) + header, LONGEST_HEADER)


def _without_comments(header: str) -> str:
    if "#" not in header:
        return header
    return "\n".join(re.sub(r"\s#\s.*$", "", line) for line in header.split("\n"))


def _summary(tree: SyntaxTree, outer: Node, body: Node) -> str:
    if tree.language == "python":
        text = tree.source[body.start_byte : body.start_byte + 400].decode("utf-8", "replace")
        found = _PYTHON_DOC.match(text)
        line = found["text"] if found is not None else ""
        if found is not None and not line.strip():  # the text begins on the next line
            line = text[found.end() :].lstrip().partition("\n")[0]
        line = line.partition('"""')[0].partition("'''")[0]
        if found is not None and len(found[1]) == 1:
            line = line.partition(found[1])[0]
        return line.strip()[:LONGEST_SUMMARY]
    return _comment_above(tree.source, outer.start_byte)


def _comment_above(source: bytes, offset: int) -> str:
    """Return the first line that says something in the comment that ends just above."""
    *lines, beside = source[max(0, offset - 1000) : offset].decode("utf-8", "replace").split("\n")
    said = ""
    for line in reversed(lines) if _WORDS.fullmatch(beside) else ():
        stripped = line.strip()
        if not stripped.startswith(("//", "/*", "*")):
            break
        text = _COMMENT.sub("", stripped).removesuffix("*/").strip()
        said = text or said
        if stripped.startswith("/*"):
            break
    return said[:LONGEST_SUMMARY]


def _on_one_line(text: str, most: int) -> str:
    line = " ".join(text.split())
    line = line.replace("( ", "(").replace(", )", ")").replace(" )", ")")
    return line if len(line) <= most else f"{line[:most]}…"


def _text(tree: SyntaxTree, node: Node) -> str:
    return tree.source[node.start_byte : node.end_byte].decode("utf-8", "replace")
