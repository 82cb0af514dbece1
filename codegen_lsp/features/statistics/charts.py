"""Charts as inline SVG: no scripts, no files from elsewhere, and readable without colour.

What was accepted is solid, the rest is hatched, and every bar has its number beside it. Colours and
the hatching are defined in ``page.html``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from codegen_lsp.feedback.statistics import Day

_WIDTH = 900
_LABELS = 170
_NUMBERS = 130
_ROW = 30
_BAR = 18
_PLOT_HEIGHT = 170
_LEFT = 40
_RIGHT = 16
_MOST_DATES = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One horizontal bar: ``share`` of the full width, and the words that say how much it is."""

    label: str
    share: float
    words: str


def bars(rows: Sequence[Row], title: str) -> str:
    """Draw one horizontal bar for each row, in a track as long as the whole."""
    room = _WIDTH - _LABELS - _NUMBERS
    parts = []
    for number, row in enumerate(rows):
        top = number * _ROW + (_ROW - _BAR) / 2
        middle = number * _ROW + _ROW / 2 + 4
        width = max(row.share * room, 2 if row.share else 0)
        label, words = escape(row.label), escape(row.words)
        place = f'x="{_LABELS}" y="{top:g}" height="{_BAR}" rx="3"'
        parts += [
            f'<text x="0" y="{middle:g}">{label}</text>',
            f'<rect class="track" {place} width="{room}"/>',
            f'<rect class="solid" {place} width="{width:.1f}"><title>{words}</title></rect>',
            f'<text x="{_WIDTH}" y="{middle:g}" text-anchor="end">{words}</text>',
        ]
    return _svg("".join(parts), len(rows) * _ROW, title)


def columns(days: Sequence[Day], title: str) -> str:
    """Draw one column a day: as high as what was shown, solid as far as that was accepted."""
    most = _round_up(max((day.shown for day in days), default=0))
    step = (_WIDTH - _LEFT - _RIGHT) / max(len(days), 1)
    width = min(step * 0.72, 46)
    parts = [_scale_line(value, most) for value in (0, most / 2, most)]
    every = -(-len(days) // _MOST_DATES)
    for number, day in enumerate(days):
        left = _LEFT + number * step + (step - width) / 2
        parts.append(_column(day, left, width, most))
        if (len(days) - 1 - number) % every == 0:
            parts.append(
                f'<text class="quiet" x="{left + width / 2:.1f}" y="{_PLOT_HEIGHT + 32}" '
                f'text-anchor="middle">{day.day:%d %b}</text>'
            )
    return _svg("".join(parts), _PLOT_HEIGHT + 40, title)


def key(solid: str, rest: str) -> str:
    """Return what tells solid from hatched."""
    return "".join(
        f'<span><svg viewBox="0 0 14 14" aria-hidden="true">'
        f'<rect class="{name}" x="1" y="1" width="12" height="12"/></svg>{escape(words)}</span>'
        for name, words in (("solid", solid), ("rest", rest))
    )


def _column(day: Day, left: float, width: float, most: float) -> str:
    if not day.shown:
        return ""
    shown, accepted = (_PLOT_HEIGHT * count / most for count in (day.shown, day.accepted))
    base = _PLOT_HEIGHT + 12
    return (
        f"<g><title>{day.day:%d %B %Y}: {day.shown} shown, {day.accepted} accepted</title>"
        f'<rect class="rest" x="{left:.1f}" y="{base - shown:.1f}" width="{width:.1f}" '
        f'height="{shown - accepted:.1f}"/>'
        f'<rect class="solid" x="{left:.1f}" y="{base - accepted:.1f}" width="{width:.1f}" '
        f'height="{accepted:.1f}"/></g>'
    )


def _scale_line(value: float, most: float) -> str:
    y = _PLOT_HEIGHT + 12 - _PLOT_HEIGHT * value / most
    return (
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="quiet" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:,.0f}</text>'
    )


def _round_up(value: int) -> int:
    """Return the next number that is easily halved: 2, 4, 10, 20, 40, and so on."""
    size = 1
    while True:
        for first in (2, 4, 10):
            if value <= first * size:
                return first * size
        size *= 10


def _svg(content: str, height: float, title: str) -> str:
    label = escape(title, quote=True)
    return f'<svg viewBox="0 0 {_WIDTH} {height:g}" role="img" aria-label="{label}">{content}</svg>'
