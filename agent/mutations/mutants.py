"""Mutants of a suspected function: cheap candidates that need no model.

A mutant is the file with one small change, made in its text so that everything else stays as it
was written. Those on suspicious lines with a likely slip come first; those that are the same
program as another, or as the function was, are left out. None is believed before it is tested.
"""

import ast
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from agent.answer import function_node
from agent.mutations.expressions import swaps
from agent.mutations.names import names_of
from agent.mutations.statements import is_text, line_changes
from agent.rewrite import normalised
from agent.sources import AnyFunction, Source
from codegen_lsp.syntax.definitions import Definition
from codegen_lsp.syntax.tree import parse

MAX_MUTANTS = 400
"""Mutants of one function; more are of the unlikely kinds."""

_LEAST_SUSPICION = 0.1
"""What a line has that no failing test ran: evidence can be wrong."""

_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Mutant:
    """The whole new ``text`` of the file; ``key`` is equal for those that are the same program.

    ``line`` (from one) is where it differs, ``what`` says how, and ``by_model`` whether the model
    wrote that.
    """

    text: str
    key: str
    line: int
    what: str
    score: float
    by_model: bool = False


class Edit(NamedTuple):
    """Replace the text from ``start`` to ``end``, in code points, by ``text``.

    ``line`` (from one) is where that is; ``weight`` says how likely the change is, above 0 to 1.
    """

    start: int
    end: int
    text: str
    line: int
    what: str
    weight: float
    by_model: bool = False


def mutants(source: Source, target: Definition, suspicion: Mapping[int, float]) -> list[Mutant]:
    """Return mutants of the function ``target``, the likeliest first.

    ``suspicion`` maps lines, from one, to how suspicious they are, 0 to 1; empty when nothing is
    known, and then all are alike.
    """
    function = source.function_node(target)
    return [] if function is None else made_by(_edits(source, function), source, target, suspicion)


def made_by(
    edits: Iterable[Edit], source: Source, target: Definition, suspicion: Mapping[int, float]
) -> list[Mutant]:
    """Return what ``edits`` make of ``target``, the likeliest first, like :func:`mutants`."""
    text, language = source.document.text, source.language
    own = _key(text[target.start : target.end], language)
    is_whole = not parse(text, language).has_error
    found: dict[str, Mutant] = {}
    # Sorting is stable: equals stay in the order of the text.
    for edit in sorted(edits, key=lambda edit: -_score(edit, suspicion)):
        if not target.start <= edit.start <= edit.end <= target.end:
            continue
        changed = text[target.start : edit.start] + edit.text + text[edit.end : target.end]
        key = _key(changed, language)
        if key is None or key == own or key in found:
            continue
        whole = text[: target.start] + changed + text[target.end :]
        if language != "python" and is_whole and parse(whole, language).has_error:
            continue
        score = _score(edit, suspicion)
        found[key] = Mutant(whole, key, edit.line, edit.what, score, edit.by_model)
        if len(found) == MAX_MUTANTS:
            break
    return list(found.values())


def _key(function: str, language: str) -> str | None:
    """Return what is equal for texts of a function that are the same program; None for none."""
    text = textwrap.dedent(function.replace("\r\n", "\n"))
    if language == "python" and function_node(text) is None:
        return None
    return normalised(text, language=language)


def _score(edit: Edit, suspicion: Mapping[int, float]) -> float:
    known = suspicion.get(edit.line, _LEAST_SUSPICION) if suspicion else 1.0
    return edit.weight * known


def _edits(source: Source, function: AnyFunction) -> Iterator[Edit]:
    places = Places(source.document.text)
    names = names_of(function)
    for parent, node in _expressions(function):
        for swap in swaps(node, parent, names):
            start = places.index(swap.node.lineno, swap.node.col_offset)
            end = places.index(
                swap.node.end_lineno or swap.node.lineno, swap.node.end_col_offset or 0
            )
            yield Edit(start, end, swap.text, swap.node.lineno, swap.what, swap.weight)
    for change in line_changes(function, places.lines):
        start, end = places.index(change.first, 0), places.end_of(change.last)
        text = places.line_end.join(change.lines)
        yield Edit(start, end, text, change.first, change.what, change.weight)


def _expressions(function: AnyFunction) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Yield the expressions of the body with their parents; no docstring, no f-string's parts.

    Within f-strings Python 3.11 gives no true positions.
    """
    pending: list[ast.AST] = [statement for statement in function.body if not is_text(statement)]
    while pending:
        parent = pending.pop(0)
        for child in ast.iter_child_nodes(parent):
            if isinstance(child, ast.expr):
                yield parent, child
            if not isinstance(child, ast.JoinedStr):
                pending.append(child)


class Places:
    """The lines of a text, and where they are in it, in code points.

    Positions that are asked for are those of :mod:`ast`: lines from one, columns in UTF-8 bytes.
    """

    def __init__(self, text: str) -> None:
        self.line_end = "\r\n" if "\r\n" in text else "\n"
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self.lines = [
            line.removesuffix("\r").removeprefix(_BYTE_ORDER_MARK) for line in self._lines
        ]
        self._mark = 1 if text.startswith(_BYTE_ORDER_MARK) else 0

    def index(self, line: int, column: int) -> int:
        """Return the index of a column."""
        before = self.lines[line - 1].encode()[:column].decode("utf-8", "replace")
        return self._starts[line - 1] + len(before) + (self._mark if line == 1 else 0)

    def end_of(self, line: int) -> int:
        """Return the index of the end of a line, its line end not included."""
        mark = self._mark if line == 1 else 0
        return self._starts[line - 1] + mark + len(self.lines[line - 1])
