r"""The text around the cursor, within a budget, cut so that it changes rarely.

The engine keeps what it has read; a window that slides by a line at a time would throw that away at
each new line. Its upper edge therefore moves in steps of :data:`STEP_LINES` lines. Budgets are in
tokens but tokens are known only to the model, so they are estimated at
:data:`CHARACTERS_PER_TOKEN`. Line ends are LF in the window, whatever the document uses.
"""

from dataclasses import dataclass

from codegen_lsp.document.text import Document, Position, with_lf

CHARACTERS_PER_TOKEN = 3.2
"""Code points of source code per token of Qwen's vocabulary: 3.1-3.6 over the standard library."""

STEP_LINES = 16
"""The window's first line is a multiple of this, unless that leaves too little."""


@dataclass(frozen=True, slots=True)
class Window:
    """What the model sees: text around the cursor, and the lines it spans (from zero)."""

    prefix: str
    suffix: str
    first_line: int
    last_line: int


def window_around(
    document: Document, position: Position, *, before_tokens: int, after_tokens: int
) -> Window:
    """Cut a window around ``position``.

    Raises :class:`~codegen_lsp.errors.InvalidPosition` for a position outside the document.
    """
    index = document.index(position)
    first = _first_line(document, position, int(before_tokens * CHARACTERS_PER_TOKEN))
    last = _last_line(document, position, int(after_tokens * CHARACTERS_PER_TOKEN))
    start = document.index(Position(first, 0))
    end = document.index(Position(last, 0)) + len(document.line_with_end(last))
    prefix, suffix = document.text[start:index], document.text[index:end]
    return Window(
        prefix=_fit(with_lf(prefix), int(before_tokens * CHARACTERS_PER_TOKEN), keep_end=True),
        suffix=_fit(with_lf(suffix), int(after_tokens * CHARACTERS_PER_TOKEN), keep_end=False),
        first_line=first,
        last_line=last,
    )


def _first_line(document: Document, position: Position, budget: int) -> int:
    """Return the first line that fits, rounded so that it stays the same while lines are added."""
    first, left = position.line, budget - position.column
    while first > 0 and len(document.line_with_end(first - 1)) <= left:
        first -= 1
        left -= len(document.line_with_end(first))
    rounded = -(-first // STEP_LINES) * STEP_LINES
    return rounded if rounded <= position.line else first


def _last_line(document: Document, position: Position, budget: int) -> int:
    last = position.line
    left = budget - len(document.line_with_end(last)) + position.column
    while last + 1 < document.line_count and len(document.line_with_end(last + 1)) <= left:
        last += 1
        left -= len(document.line_with_end(last))
    return last


def _fit(text: str, budget: int, *, keep_end: bool) -> str:
    """Cut a text whose single line is longer than the budget, on the side far from the cursor."""
    if len(text) <= budget:
        return text
    return text[len(text) - budget :] if keep_end else text[:budget]
