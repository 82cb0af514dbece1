"""Where in a passage a claim's quote stands: what every review filter and the final finding share.

Review filters are pure functions of a claim (what the model says) and the passage it was asked
about; they return the claim, another claim, or a :class:`~codegen_lsp.filters.place.Dropped` whose
reason says why nothing is reported.
"""

import re

from codegen_lsp.context.changed_code import Passage
from codegen_lsp.document.text import Position, Span
from codegen_lsp.filters.place import Dropped

_SHORTEST_PART = 6
"""A quote shorter than this, in characters without white space, must be a whole line."""

_COPIED_MARK = re.compile(r"^\+(?![+=])\s*")


def quoted_span(quote: str, passage: Passage) -> Span | Dropped:
    """Return where ``quote`` stands on lines that were asked about.

    White space counts for nothing. A whole line is preferred to a part of one, and that to several
    lines that were run together; of several equal places the first is meant.
    """
    wanted = _plain(without_mark(quote))
    if not wanted:
        return Dropped("it quotes nothing")
    added = sorted(passage.added)
    line = _line_with(wanted, passage, added)
    if line is not None:
        return _span_in_line(passage, line, without_mark(quote))
    block = _block_with(wanted, passage, added)
    if block is not None:
        return block
    shown = [number for lines in passage.shown for number in lines]
    if _line_with(wanted, passage, shown) is not None:
        return Dropped("it is about a line that was not changed")
    return Dropped("it quotes code that is not there")


def without_mark(code: str) -> str:
    """Return code without white space around it and the sign that marked it in the prompt."""
    return _COPIED_MARK.sub("", code.strip())


def same_code(one: str, other: str) -> bool:
    """Say whether two pieces of code differ in white space alone."""
    return _plain(one) == _plain(other)


def _line_with(wanted: str, passage: Passage, numbers: list[int]) -> int | None:
    document = passage.file.document
    plain = {number: _plain(document.line(number - 1)) for number in numbers}
    whole = next((number for number in numbers if plain[number] == wanted), None)
    if whole is not None or len(wanted) < _SHORTEST_PART:
        return whole
    return next((number for number in numbers if wanted in plain[number]), None)


def _block_with(wanted: str, passage: Passage, added: list[int]) -> Span | None:
    """Find two or three added lines in a row that are the quote when they are joined."""
    document = passage.file.document
    for first in added:
        joined = _plain(document.line(first - 1))
        for last in (first + 1, first + 2):
            if not joined or last not in passage.added:
                break
            joined += _plain(document.line(last - 1))
            if joined == wanted:
                start, end = document.line(first - 1), document.line(last - 1)
                indent = len(start) - len(start.lstrip())
                return Span(Position(first - 1, indent), Position(last - 1, len(end.rstrip())))
    return None


def _span_in_line(passage: Passage, number: int, quote: str) -> Span:
    """Mark the quote where it stands literally, else all of the line but its white space."""
    text = passage.file.document.line(number - 1)
    start = text.find(quote)
    end = start + len(quote)
    if start < 0:
        start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return Span(Position(number - 1, start), Position(number - 1, end))


def _plain(text: str) -> str:
    return "".join(text.split())
