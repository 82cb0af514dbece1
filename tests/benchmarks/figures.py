"""Arithmetic on measurements, and the text tables that show them.

Knows nothing of models or editors.
"""

import math
import sys
from collections.abc import Iterable, Sequence
from statistics import median


def percentile(values: Iterable[float], share: float) -> float | None:
    """Return the value below which ``share`` (0 to 1) of ``values`` lie; None if there are none.

    Between two values it is interpolated linearly.
    """
    ordered = sorted(values)
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    below, above = ordered[math.floor(place)], ordered[math.ceil(place)]
    return below + (above - below) * (place - math.floor(place))


def mean(values: Sequence[float]) -> float | None:
    """Return the arithmetic mean, or None of nothing."""
    return sum(values) / len(values) if values else None


def middle(values: Iterable[float | None]) -> float | None:
    """Return the median of what was measured; None when nothing was."""
    known = [value for value in values if value is not None]
    return median(known) if known else None


def ratio(ours: float | None, theirs: float | None) -> float | None:
    """Return ``ours / theirs``; None where one of them is missing or the second is 0."""
    if ours is None or not theirs:
        return None
    return ours / theirs


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Lay out rows under a head: the first column to the left, the others to the right."""
    cells = [list(head), *([_cell(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    return "\n".join([lines[0], "-" * (sum(widths) + 2 * len(widths) - 2), *lines[1:]])


def say(text: str) -> None:
    """Show a result on standard output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def progress(text: str) -> None:
    """Say on standard error what is being done."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 10 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
