"""How fast a model runs on this machine, as measured; everything that is chosen by speed asks here.

Times are kept by the width of a batch, since they do not grow in proportion: on two cores the 1.5B
takes 33 ms for one token, 96 for four in one batch, 276 for sixteen.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

TYPICAL = ((1, 33.0), (2, 56.0), (4, 96.0), (8, 220.0), (16, 276.0))
"""Milliseconds by width, for the 1.5B on two cores."""

_FRESH = 0.2
"""The share of a new measurement in the running mean."""


@dataclass(frozen=True, slots=True)
class Speed:
    """What a model does on this machine.

    ``reading`` is in tokens a second, in batches; ``token_ms`` is what one token takes to write;
    ``move_ms`` is what moving a cached suffix adds to a keystroke.
    """

    reading: float
    token_ms: float
    move_ms: float = 0.0

    @property
    def writing(self) -> float:
        """Tokens written in a second."""
        return 1000 / self.token_ms if self.token_ms else 0.0


class StepTimes:
    """Milliseconds that a batch takes, by its width in tokens: a running mean of what was seen.

    Until ``seen``, the first measurements, are known, :data:`TYPICAL` stands in for them, scaled by
    the first one.
    """

    def __init__(self, seen: Iterable[tuple[int, float]] | None = None) -> None:
        self._is_typical = seen is None
        self._seen = dict(TYPICAL if seen is None else sorted(seen))

    def add(self, width: int, milliseconds: float) -> None:
        """Take in one measurement."""
        if self._is_typical:
            scale = milliseconds / self(width)
            self._seen = {each: scale * typical for each, typical in self._seen.items()}
            self._is_typical = False
        old = self._seen.get(width)
        new = milliseconds if old is None else old + _FRESH * (milliseconds - old)
        self._seen = dict(sorted({**self._seen, width: new}.items()))

    def replace(self, seen: Iterable[tuple[int, float]]) -> None:
        """Put measurements in the place of what was typical or seen by the way."""
        self._is_typical = False
        self._seen = dict(sorted(seen))

    def best_width(self, tokens: int) -> int:
        """Return how wide batches must be for ``tokens`` to take the least time in all.

        Kernels have widths they like: on two cores two batches of four are quicker than one of
        eight, and one of sixteen is quicker than four of four.
        """
        return min(range(1, tokens + 1), key=lambda width: -(-tokens // width) * self(width))

    def __call__(self, width: int) -> float:
        """Return the milliseconds for ``width`` tokens, on the line between the nearest seen."""
        if width in self._seen:
            return self._seen[width]
        widths = list(self._seen)
        right = min(max(bisect_left(widths, width), 1), len(widths) - 1)
        low, high = widths[right - 1], widths[right]
        slope = (self._seen[high] - self._seen[low]) / (high - low)
        return self._seen[low] + slope * (width - low)
