"""Small changes to statements: what is missing, too much, in the wrong order or at the wrong depth.

They work on lines, since a statement's layout is part of the file; see ``expressions.py`` for the
rest of the catalogue.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from agent.sources import AnyFunction

_LIKELY, _POSSIBLE, _RARE = 1.0, 0.6, 0.3

_Loop = ast.For | ast.While | ast.AsyncFor
_Simple = ast.Assign | ast.AugAssign | ast.Expr | ast.Return
_AUGMENTED: Mapping[type[ast.operator], str] = {ast.Add: "+=", ast.Sub: "-=", ast.Mult: "*="}


class LineChange(NamedTuple):
    """Replace the lines ``first`` to ``last`` (from one, both included) by ``lines``."""

    first: int
    last: int
    lines: tuple[str, ...]
    what: str
    weight: float


_Rewording = tuple[str, str, float]


def line_changes(function: AnyFunction, lines: Sequence[str]) -> Iterator[LineChange]:
    """Yield the changes to statements of ``function``; ``lines`` are those of the whole file."""
    for node in ast.walk(function):
        for body in _bodies(node):
            if isinstance(node, ast.stmt) and body:
                yield from _in_block(node, body, lines)
            for statement in body:
                yield from _alone(statement, lines, is_generator=_yields(function))


def _in_block(
    parent: ast.stmt, body: Sequence[ast.stmt], lines: Sequence[str]
) -> Iterator[LineChange]:
    for one, other in pairwise(body):
        if _on_own_lines(one, lines) and _on_own_lines(other, lines):
            yield from _order(one, other, lines)
    last = body[-1]
    is_function = isinstance(parent, AnyFunction | ast.ClassDef)
    if not is_function and len(body) > 1 and _on_own_lines(last, lines):
        end = _end(last)
        moved = _reindented(_lines(last, lines), _indent(parent, lines))
        if end == _end(parent):
            yield LineChange(last.lineno, end, moved, "a statement one level out", _POSSIBLE)


def _order(one: ast.stmt, other: ast.stmt, lines: Sequence[str]) -> Iterator[LineChange]:
    if isinstance(one, _Simple) and isinstance(other, ast.Assign | ast.AugAssign | ast.Expr):
        gap = tuple(lines[_end(one) : other.lineno - 1])
        turned = (*_lines(other, lines), *gap, *_lines(one, lines))
        yield LineChange(one.lineno, _end(other), turned, "statements swapped", _POSSIBLE)
    if isinstance(one, _Loop | ast.If) and isinstance(other, _Simple):
        inner = _indent(one.body[-1], lines)
        moved = (
            *lines[one.lineno - 1 : other.lineno - 1],
            *_reindented(_lines(other, lines), inner),
        )
        yield LineChange(one.lineno, _end(other), moved, "a statement one level in", _RARE)


def _alone(
    statement: ast.stmt, lines: Sequence[str], *, is_generator: bool
) -> Iterator[LineChange]:
    if not _on_own_lines(statement, lines):
        return
    indent, own = _indent(statement, lines), _lines(statement, lines)
    first, last = statement.lineno, _end(statement)
    for text, what, weight in _rewordings(statement, own[0][len(indent) :], is_generator):
        yield LineChange(first, last, (f"{indent}{text}", *own[1:]), what, weight)
    if isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr | ast.Return | ast.If):
        yield LineChange(first, last, (f"{indent}pass",), "a statement left out", _RARE)


def _rewordings(statement: ast.stmt, line: str, is_generator: bool) -> Iterator[_Rewording]:  # noqa: FBT001 - a fact
    """Yield other texts of the first ``line`` of a statement, what changes, and the weight."""
    match statement:
        case ast.Expr(value=ast.Call()):
            yield f"return {line}", "a missing return", _POSSIBLE
            if is_generator:
                yield f"yield from {line}", "a missing yield from", _LIKELY
        case ast.Expr(value=ast.Yield(value=ast.Call())):
            yield line.replace("yield", "yield from", 1), "yield from for yield", _POSSIBLE
        case ast.Return(value=ast.expr()) if is_generator:
            yield line.replace("return", "yield", 1), "yield for return", _LIKELY
        case ast.Assign(targets=[ast.Name(id=name)]):
            for operator in _AUGMENTED.values():
                yield line.replace("=", operator, 1), f"{operator} for = on {name}", _POSSIBLE
        case ast.AugAssign():
            yield from _augmented(statement, line)
        case ast.Break() | ast.Continue():
            other = "continue" if isinstance(statement, ast.Break) else "break"
            yield other, f"{other} for {line}", _POSSIBLE
        case ast.If(orelse=[]) | ast.While(orelse=[]):
            yield from _other_word(line)


def _other_word(line: str) -> Iterator[_Rewording]:
    for word, other in (("if ", "while "), ("while ", "if ")):
        if line.startswith(word):
            yield other + line.removeprefix(word), f"{other.strip()} for {word.strip()}", _RARE


def _augmented(statement: ast.AugAssign, line: str) -> Iterator[_Rewording]:
    own = _AUGMENTED.get(type(statement.op))
    if own is not None:
        for operator in _AUGMENTED.values():
            if operator != own:
                yield line.replace(own, operator, 1), f"{operator} for {own}", _LIKELY
        yield line.replace(own, "=", 1), f"= for {own}", _POSSIBLE


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        body = getattr(node, name, None)
        if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
            yield [statement for statement in body if not is_text(statement)]


def is_text(statement: ast.stmt) -> bool:
    """Say whether a statement is a docstring, or a text that stands alone like one."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _yields(function: AnyFunction) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function))


def _on_own_lines(statement: ast.stmt, lines: Sequence[str]) -> bool:
    """Say whether nothing else stands on the lines of a statement, and no block hangs on it."""
    before = lines[statement.lineno - 1].encode()[: statement.col_offset]
    after = lines[_end(statement) - 1].encode()[statement.end_col_offset or 0 :].strip()
    return not before.strip() and (not after or after.startswith(b"#"))


def _lines(statement: ast.stmt, lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(lines[statement.lineno - 1 : _end(statement)])


def _end(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


def _indent(statement: ast.stmt, lines: Sequence[str]) -> str:
    line = lines[statement.lineno - 1]
    return line[: len(line) - len(line.lstrip())]


def _reindented(own: Sequence[str], indent: str) -> tuple[str, ...]:
    old = len(own[0]) - len(own[0].lstrip())
    return tuple(f"{indent}{line[old:]}" if line.strip() else line for line in own)
