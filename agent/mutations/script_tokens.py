"""Small changes to the tokens of a function that is not Python: operators, names, numbers.

Only syntax is at hand (see ``scripts.py``), so a change here is a token or an expression in the
place of another; :mod:`agent.mutations.expressions` has the richer catalogue for Python. JavaScript
is what it is tried on.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby

from tree_sitter import Node

from agent.mutations.mutants import Edit
from agent.sources import Source
from codegen_lsp.syntax.definitions import Definition
from codegen_lsp.syntax.tree import parse

_LIKELY, _POSSIBLE, _UNLIKELY, _RARE = 1.0, 0.6, 0.4, 0.2

_OPERATORS: Mapping[str, tuple[str, ...]] = {
    "<": ("<=", ">"),
    "<=": ("<", ">="),
    ">": (">=", "<"),
    ">=": (">", "<="),
    "===": ("!==",),
    "!==": ("===",),
    "==": ("!=",),
    "!=": ("==",),
    "+": ("-", "*"),
    "-": ("+",),
    "*": ("+", "/", "**"),
    "/": ("*", "%"),
    "%": ("/",),
    "**": ("*",),
    "&&": ("||",),
    "||": ("&&",),
    "&": ("|", "^"),
    "|": ("&", "^"),
    "^": ("&", "|"),
    "++": ("--",),
    "--": ("++",),
    "+=": ("-=", "*=", "="),
    "-=": ("+=", "="),
    "*=": ("+=", "/=", "="),
    "/=": ("*=",),
    "true": ("false",),
    "false": ("true",),
    "break": ("continue",),
    "continue": ("break",),
}
_PROPERTIES = (
    ("min", "max"),
    ("floor", "ceil", "round", "trunc"),
    ("push", "unshift", "concat"),
    ("pop", "shift"),
    ("every", "some"),
    ("indexOf", "lastIndexOf"),
    ("startsWith", "endsWith"),
    ("toUpperCase", "toLowerCase"),
    ("filter", "map"),
    ("slice", "splice", "substring"),
)
_TURNED = frozenset(("-", "/", "%", "<", ">", "<=", ">=", "**"))
_STATEMENTS = frozenset(("expression_statement", "if_statement", "return_statement"))
_BOUNDS = frozenset(("subscript_expression", "arguments", "binary_expression"))
_MOST_NAMES = 8


def script_edits(source: Source, target: Definition) -> Iterator[Edit]:
    """Yield changes to single tokens and expressions of ``target``, in the order of the text."""
    text = source.document.text
    tree = parse(text, source.language)
    start, end = (len(text[:index].encode()) for index in (target.start, target.end))
    nodes = [node for node in _within(tree.tree.root_node, start, end) if node.start_byte > start]
    names = _names(nodes)
    for node in nodes:
        first = len(tree.source[: node.start_byte].decode("utf-8", "replace"))
        old = tree.source[node.start_byte : node.end_byte].decode("utf-8", "replace")
        for new, what, weight in _changes(node, old, names, tree.source):
            yield Edit(first, first + len(old), new, node.start_point[0] + 1, what, weight)


def _within(root: Node, start: int, end: int) -> Iterator[Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        if node.end_byte <= start or node.start_byte >= end:
            continue
        yield node
        stack.extend(reversed(node.children))


def _names(nodes: list[Node]) -> list[str]:
    """Return the names that the function uses as variables, the most used first."""
    found = sorted(
        node.text.decode("utf-8", "replace")
        for node in nodes
        if node.type == "identifier" and node.text is not None
    )
    counted = [(len(list(group)), name) for name, group in groupby(found)]
    return [name for _, name in sorted(counted, reverse=True)[:_MOST_NAMES]]


def _changes(
    node: Node, old: str, names: list[str], source: bytes
) -> Iterator[tuple[str, str, float]]:
    if not node.children:
        yield from _tokens(node, old, names)
    elif node.type == "binary_expression":
        yield from _binary(node, source)
    elif node.type == "parenthesized_expression" and _is_condition(node):
        yield f"(!{old})", "a condition turned round", _POSSIBLE
    elif node.type in _STATEMENTS:
        yield "", "a statement left out", _RARE


def _tokens(node: Node, old: str, names: list[str]) -> Iterator[tuple[str, str, float]]:
    parent = node.parent.type if node.parent is not None else ""
    for other in _OPERATORS.get(old, ()):
        yield other, f"{other} for {old}", _LIKELY
    if node.type == "property_identifier":
        for family in _PROPERTIES:
            if old in family:
                yield from (
                    (other, f"{other} for {old}", _LIKELY) for other in family if other != old
                )
    if node.type == "number" and old.isdigit():
        for other in (str(int(old) + 1), str(int(old) - 1)):
            yield other, "another number", _POSSIBLE
    if node.type == "identifier":
        if parent in _BOUNDS:
            yield f"{old} - 1", "off by one", _UNLIKELY
            yield f"{old} + 1", "off by one", _UNLIKELY
        if parent != "call_expression":
            yield from ((other, "another variable", _UNLIKELY) for other in names if other != old)


def _binary(node: Node, source: bytes) -> Iterator[tuple[str, str, float]]:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    if left is None or right is None or operator is None:
        return
    one, other, sign = (
        source[part.start_byte : part.end_byte].decode("utf-8", "replace")
        for part in (left, right, operator)
    )
    yield one, "an operand left out", _POSSIBLE
    yield other, "an operand left out", _POSSIBLE
    if sign in _TURNED:
        yield f"{other} {sign} {one}", "operands swapped", _POSSIBLE


def _is_condition(node: Node) -> bool:
    return node.parent is not None and node.parent.type in {"if_statement", "while_statement"}
