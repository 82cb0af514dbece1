"""Small changes to the tokens of a function that is not Python: operators, names, numbers.

Only syntax is at hand (see ``scripts.py``), so a change here is a token or an expression in the
place of another; :mod:`agent.mutations.expressions` has the richer catalogue for Python. JavaScript
is what it is tried on.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from agent.mutations.mutants import Edit
from agent.sources import Source
from codegen_lsp.syntax.definitions import Definition
from codegen_lsp.syntax.parts import Part, parts_of

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
_CONDITIONAL = frozenset(("if_statement", "while_statement"))
_MOST_NAMES = 8


def script_edits(source: Source, target: Definition) -> Iterator[Edit]:
    """Yield changes to single tokens and expressions of ``target``, in the order of the text."""
    found = parts_of(source.document.text, source.language, target.start, target.end)
    parts = [part for part in found if part.start > target.start]
    names = _names(parts)
    for part in parts:
        for new, what, weight in _changes(part, names):
            yield Edit(part.start, part.start + len(part.text), new, part.line, what, weight)


def _names(parts: list[Part]) -> list[str]:
    """Return the names that the function uses as variables, the most used first."""
    counted = Counter(part.text for part in parts if part.kind == "identifier")
    return [name for name, _ in counted.most_common(_MOST_NAMES)]


def _changes(part: Part, names: list[str]) -> Iterator[tuple[str, str, float]]:
    if part.is_token:
        yield from _tokens(part, names)
    elif part.operands is not None:
        left, sign, right = part.operands
        yield left, "an operand left out", _POSSIBLE
        yield right, "an operand left out", _POSSIBLE
        if sign in _TURNED:
            yield f"{right} {sign} {left}", "operands swapped", _POSSIBLE
    elif part.kind == "parenthesized_expression" and part.parent in _CONDITIONAL:
        yield f"(!{part.text})", "a condition turned round", _POSSIBLE
    elif part.kind in _STATEMENTS:
        yield "", "a statement left out", _RARE


def _tokens(part: Part, names: list[str]) -> Iterator[tuple[str, str, float]]:
    old = part.text
    for other in _OPERATORS.get(old, ()):
        yield other, f"{other} for {old}", _LIKELY
    for family in _PROPERTIES:
        if part.kind == "property_identifier" and old in family:
            others = (other for other in family if other != old)
            yield from ((other, f"{other} for {old}", _LIKELY) for other in others)
    if part.kind == "number" and old.isdigit():
        yield str(int(old) + 1), "another number", _POSSIBLE
        yield str(int(old) - 1), "another number", _POSSIBLE
    if part.kind == "identifier" and part.parent in _BOUNDS:
        yield f"{old} - 1", "off by one", _UNLIKELY
        yield f"{old} + 1", "off by one", _UNLIKELY
    if part.kind == "identifier" and part.parent != "call_expression":
        yield from ((other, "another variable", _UNLIKELY) for other in names if other != old)
