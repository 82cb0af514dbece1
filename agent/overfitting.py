"""Whether a change fixes the function, or only answers the test.

A rewrite that compares with the test's own input, or hands back the test's own expected value,
passes and is no fix. That is seen on the syntax tree: literals of the test which the function did
not have before, in the places where such a rewrite needs them. Literals too common to tell
anything are not counted, nor those that the function's own text (docstring included) speaks of.
"""

import ast
from collections.abc import Iterable, Iterator

from agent.answer import function_node
from agent.sources import AnyFunction, parse_quietly

_COMMON = frozenset(map(repr, (0, 1, -1, 2, 10, 0.0, 1.0, True, False, None, "", " ", [], (), {})))
_ONE_CHARACTER = 3  # with its quotes
_FEW = 2
"""A display of as few common literals is as common as they are: ``[[]]``, ``(0, 1)``."""


def literals_of(tests: Iterable[str]) -> frozenset[str]:
    """Return the literals in the texts of tests, as representations: numbers, texts, displays."""
    found: set[str] = set()
    for text in tests:
        module = parse_quietly(text)
        for node in ast.walk(module) if module else ():
            found.update(_literal(node))
    return frozenset(found)


def special_case(before: str, after: str, literals: frozenset[str]) -> str | None:
    """Say which of the test's ``literals`` the function ``after`` answers by itself, or None.

    ``before`` is the function as it was; both are texts of one function, not indented.
    """
    old, new = function_node(before), function_node(after)
    if old is None or new is None:
        return None
    known = {text for node in ast.walk(old) for text in _literal(node)}
    for text in _telling(new):
        if text in literals and text not in known and text.strip("'\"") not in before:
            return text
    return None


def _telling(function: AnyFunction) -> Iterator[str]:
    """Yield the literals that a special case is made of: compared with, looked up, given back."""
    for node in ast.walk(function):
        match node:
            case ast.Compare(left=left, ops=operators, comparators=others):
                if any(
                    isinstance(each, ast.Eq | ast.NotEq | ast.In | ast.Is) for each in operators
                ):
                    for part in (left, *others):
                        yield from _with_elements(part)
            case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value):
                yield from _given(value)
            case ast.MatchValue(value=value):
                yield from _literal(value)
            case ast.Dict(keys=keys):
                for key in keys:
                    if key is not None:
                        yield from _literal(key)


def _given(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.IfExp):
        yield from _given(value.body)
        yield from _given(value.orelse)
    else:
        yield from _literal(value)


def _with_elements(value: ast.expr) -> Iterator[str]:
    """Yield a literal, and those in it: ``x in (3, 5)`` compares with 3."""
    yield from _literal(value)
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        for part in value.elts:
            yield from _literal(part)


def _literal(node: ast.AST) -> Iterator[str]:
    """Yield the representation of a literal that says something, if ``node`` is one."""
    if not isinstance(node, ast.Constant | ast.UnaryOp | ast.List | ast.Tuple | ast.Set | ast.Dict):
        return
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError):
        return
    if not _is_common(value):
        yield repr(value)


def _is_common(value: object) -> bool:
    """Say whether a value is too common to tell anything."""
    if isinstance(value, list | tuple | set):
        return len(value) <= _FEW and all(map(_is_common, value))
    text = repr(value)
    return text in _COMMON or (isinstance(value, str | bytes) and len(text) <= _ONE_CHARACTER)
