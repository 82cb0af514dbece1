"""The examples that a docstring gives of its function: what is called, and what comes of it.

Two ways of writing them are understood: sessions of the interactive interpreter (``>>>``, as
:mod:`doctest` reads them), and calls with literal arguments that say their value on the same line::

    area(2, 3) == 6          area(2, 3) = 6          area(2, 3) -> 6
    area(2, 3) => 6          area(2, 3) returns 6    area(2, 3)  # => 6

Pure: nothing is run here.
"""

import ast
import doctest
import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST = 20
"""Examples of one docstring that are looked at."""

_SAYS = re.compile(
    r"\s*(?:#\s*)?(?:={1,3}>?|-{1,2}>|➞|→|⇒|(?:should\s+)?(?:be|returns?|equals?)\b:?)\s*(?=\S)"
)
_GOES_ON = re.compile(r"\s*[-+*/%@&|^<>=]")
"""Behind a number, this makes it a part of a longer formula."""

_LONGEST_LINE = 400

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class CallExample:
    """``call`` is an expression, ``value`` the literal that it must equal; both as source text."""

    call: str
    value: str


@dataclass(frozen=True, slots=True)
class Examples:
    """The examples of one docstring.

    ``session`` is the docstring if it has ``>>>`` examples, else empty; ``steps`` counts those.
    """

    session: str
    steps: int
    calls: tuple[CallExample, ...]

    @property
    def total(self) -> int:
        """How many there are."""
        return self.steps + len(self.calls)


def examples_at(program: str, line: int) -> Examples | None:
    """Return the examples of the function around ``line`` (from 0) of a Python ``program``.

    The innermost function whose docstring has some counts; ``line`` must be behind that docstring.
    None where there is no such function, and where Python does not read the program.
    """
    try:
        tree = ast.parse(program)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for function in reversed(_around(tree, line + 1)):
        text = ast.get_docstring(function)
        examples = examples_in(text, function.name) if text else None
        if examples is not None and examples.total:
            return examples
    return None


def examples_in(docstring: str, name: str) -> Examples:
    """Return the examples in the ``docstring`` of the function called ``name``."""
    try:
        steps = doctest.DocTestParser().get_examples(docstring)
    except ValueError:  # a session that is indented inconsistently is no session
        steps = []
    inside = {number for step in steps for number in _lines_of(step)}
    prose = (
        line
        for number, line in enumerate(docstring.split("\n"))
        if number not in inside and len(line) <= _LONGEST_LINE
    )
    calls = [call for line in prose for call in _calls(line, name)]
    return Examples(
        session=docstring if 0 < len(steps) <= MOST else "",
        steps=len(steps) if len(steps) <= MOST else 0,
        calls=tuple(dict.fromkeys(calls))[:MOST],
    )


def _around(tree: ast.Module, line: int) -> list[_Function]:
    """Return the functions around ``line`` (from 1), outermost first, that have begun their body.

    The line must be behind the docstring: what stands in it is no code yet.
    """
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, _Function)
        and (node.body[0].end_lineno or node.lineno) < line <= (node.end_lineno or node.lineno)
    ]
    return sorted(found, key=lambda node: node.lineno)


def _lines_of(step: doctest.Example) -> range:
    source, want = step.source.count("\n"), step.want.count("\n")
    return range(step.lineno, step.lineno + source + want)


def _calls(line: str, name: str) -> Iterator[CallExample]:
    """Yield the calls of ``name`` in ``line`` that say their value."""
    for match in re.finditer(rf"(?<![\w.]){re.escape(name)}\(", line):
        end = _end_of_call(line, match.start(), match.end())
        says = _SAYS.match(line, end) if end else None
        value = _literal_at(line[says.end() :]) if says else None
        if value is not None:
            yield CallExample(line[match.start() : end], value)


def _end_of_call(line: str, start: int, inside: int) -> int:
    """Return where the call that begins at ``start`` ends; 0 if its arguments are no literals."""
    end = line.find(")", inside)
    while end >= 0:
        try:
            call = ast.parse(line[start : end + 1], mode="eval").body
        except (SyntaxError, ValueError):
            end = line.find(")", end + 1)
            continue
        return end + 1 if isinstance(call, ast.Call) and _has_literals(call) else 0
    return 0


def _has_literals(call: ast.Call) -> bool:
    return all(map(_is_literal, [*call.args, *(keyword.value for keyword in call.keywords)]))


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _literal_at(text: str) -> str | None:
    """Return the longest beginning of ``text`` that is a literal, if that is all that is meant."""
    for end in range(len(text), 0, -1):
        if text[end - 1].isalnum() and text[end : end + 1].isalnum():
            continue
        beginning = text[:end].strip()
        if beginning.endswith(","):
            continue
        try:
            ast.literal_eval(beginning)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            continue
        return None if _GOES_ON.match(text, end) else beginning
    return None
