"""Places of a suspected function that the model is to fill again: its lines, and between them.

A bug is mostly in one line, or one line is missing. A model that rewrites the whole function tends
to repeat the bug with the rest; asked for the one line, with all others given, it cannot.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from agent.mutations.mutants import Places
from agent.mutations.statements import is_text
from agent.sources import AnyFunction, Source
from codegen_lsp.syntax.definitions import Definition

_LONGEST_LINES = 3
"""A statement with more lines is no single line that could be filled again."""

_LEAST_SUSPICION = 0.1

_SAYS_SOMETHING = re.compile(r"\w")


class Hole(NamedTuple):
    """The lines ``first`` to ``last`` (from one) are taken out; none where ``last`` is before."""

    first: int
    last: int
    suspicion: float

    @property
    def is_gap(self) -> bool:
        """Whether nothing is taken out."""
        return self.last < self.first


def holes(source: Source, target: Definition, suspicion: Mapping[int, float]) -> list[Hole]:
    """Return the holes of the function ``target``: first its lines, then the gaps between them.

    The most suspicious come first in each part. ``suspicion`` maps lines to 0 to 1.
    """
    text_lines = Places(source.document.text).lines
    if source.language == "python":
        function = source.function_node(target)
        spans = sorted(set(_spans(function, text_lines))) if function is not None else []
    else:
        spans = [(number, number) for number in _code_lines(target, text_lines)]
    lines = [Hole(first, last, _suspicion(suspicion, first, last)) for first, last in spans]
    gaps = [Hole(first, first - 1, _suspicion(suspicion, first, first)) for first, _ in spans]
    if spans:
        end = max(last for _, last in spans)
        gaps.append(Hole(end + 1, end, _suspicion(suspicion, end, end)))
    return [
        *sorted(lines, key=lambda hole: -hole.suspicion),
        *sorted(gaps, key=lambda hole: -hole.suspicion),
    ]


def _suspicion(known: Mapping[int, float], first: int, last: int) -> float:
    if not known:
        return 1.0
    return max(known.get(line, _LEAST_SUSPICION) for line in range(first, last + 1))


def _code_lines(target: Definition, lines: Sequence[str]) -> Iterator[int]:
    """Yield the lines between the first and the last of a function that say more than a bracket."""
    for number in range(target.first_line + 2, target.last_line + 1):
        line = lines[number - 1].strip()
        if _SAYS_SOMETHING.search(line) and not line.startswith(("//", "/*", "*")):
            yield number


def _spans(function: AnyFunction, lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the lines of the statements; of compound ones those of the header."""
    for node in ast.walk(function):
        if not isinstance(node, ast.stmt) or node is function or is_text(node):
            continue
        first, last = node.lineno, node.end_lineno or node.lineno
        body = getattr(node, "body", None)
        if isinstance(body, list) and body:
            last = body[0].lineno - 1
        starts_line = not lines[first - 1].encode()[: node.col_offset].strip()
        if starts_line and first <= last < first + _LONGEST_LINES:
            yield first, last
