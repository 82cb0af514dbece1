"""The examples that a docstring gives of its function: what is called, and what comes of it.

Two ways of writing them are understood: sessions of the interactive interpreter (``>>>``, as
:mod:`doctest` reads them), and calls with literal arguments that say their value on the same line::

    area(2, 3) == 6          area(2, 3) = 6          area(2, 3) -> 6
    area(2, 3) => 6          area(2, 3) returns 6    area(2, 3)  # => 6

A function that was renamed may still be called by its former name there. Examples in prose are
found by :mod:`agent.prose_examples`. Pure: nothing is run here.
"""

import ast
import builtins
import doctest
import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.literal_text import is_literal, literal_at
from agent.prose_examples import Inputs, calls_in_prose

MOST = 20
"""Examples of one docstring that are looked at."""

_SAYS = re.compile(
    r"\s*(?:#\s*)?(?:={1,3}>?|-{1,2}>|➞|→|⇒|(?:should\s+)?(?:be|returns?|equals?)\b:?)\s*(?=\S)"
)
_CALL = re.compile(r"(?<![\w.])([^\W\d]\w*)\(")

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
        if not text:
            continue
        former = _former_name(text, tree)
        examples = examples_in(text, function.name, former=former, inputs=_inputs_of(function))
        if examples.total:
            return examples
    return None


def examples_in(
    docstring: str, name: str, *, former: str | None = None, inputs: Inputs | None = None
) -> Examples:
    """Return the examples in the ``docstring`` of the function called ``name``.

    ``former`` is a name that it had before. Prose is only understood where ``inputs`` are known.
    """
    try:
        steps = doctest.DocTestParser().get_examples(docstring)
    except ValueError:  # a session that is indented inconsistently is no session
        steps = []
    inside = {number for step in steps for number in _lines_of(step)}
    prose = [
        line
        for number, line in enumerate(docstring.split("\n"))
        if number not in inside and len(line) <= _LONGEST_LINE
    ]
    found = [each for line in prose for known in (name, former) for each in _calls(line, known)]
    calls = [CallExample(name + arguments, value) for arguments, value in found]
    if inputs is not None:
        calls += [
            CallExample(name + given, value) for given, value in calls_in_prose(prose, inputs)
        ]
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


def _calls(line: str, name: str | None) -> Iterator[tuple[str, str]]:
    """Yield the arguments of the calls of ``name`` in ``line`` that say their value, and that."""
    if name is None:
        return
    for match in re.finditer(rf"(?<![\w.]){re.escape(name)}\(", line):
        end = _end_of_call(line, match.start(), match.end())
        says = _SAYS.match(line, end) if end else None
        value = literal_at(line[says.end() :]) if says else None
        if value is not None:
            yield line[match.end() - 1 : end], value


def _former_name(docstring: str, tree: ast.Module) -> str | None:
    """Return the only name called in ``docstring`` that nothing in the module stands for."""
    called = set(_CALL.findall(docstring)) - set(vars(builtins))
    if not called:
        return None
    for node in ast.walk(tree):
        if isinstance(node, _Function | ast.ClassDef):
            called.discard(node.name)
        elif isinstance(node, ast.Name):
            called.discard(node.id)
        elif isinstance(node, ast.alias):
            called.discard((node.asname or node.name).partition(".")[0])
    return called.pop() if len(called) == 1 else None


def _inputs_of(function: _Function) -> Inputs | None:
    """Return the parameters of a plain function; None for a method and where others are needed."""
    arguments = function.args
    names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    if None in arguments.kw_defaults or names[:1] in (["self"], ["cls"]) or not names:
        return None
    return Inputs(tuple(names), len(names) - len(arguments.defaults))


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
    return all(map(is_literal, [*call.args, *(keyword.value for keyword in call.keywords)]))
