"""From measured speed to how much a completion may read and write: the latency budget.

A suggestion should arrive within a target. Warm, a keystroke costs a handful of tokens whatever the
window is, so the window is bounded by the cold case: the cursor jumps, and everything is read. The
context is no larger than that needs, because moving the cached suffix costs time for every cell of
it. What cannot be had within the target is never shown half: a line is shown when it is whole.
"""

from dataclasses import dataclass

from codegen_lsp.model.speed import Speed

COLD_TARGETS = 12
"""Reading a whole window may take as long as this many targets: 4.8 s with the default."""

CONTEXT_TARGETS = 6
"""Reading what other files say may take as long as this many targets; nobody waits for it."""

WRITING_TARGETS = 6
"""Writing a whole suggestion, most of it after its first line is shown, may take this many."""

SMALLEST_WINDOW, LARGEST_WINDOW, WINDOW_STEP = 256, 2048, 128
"""In tokens. The step keeps the choice the same when a measurement varies by a tenth."""

SMALLEST_CONTEXT, LARGEST_CONTEXT = 128, 1024
"""In tokens: a few signatures, and what still pays with the time that its cells cost each key."""

SHORTEST, LONGEST, LENGTH_STEP = 16, 128, 16
"""Bounds of a suggestion's length in tokens."""

PREFIX_SHARE = 0.75
"""The share of the window before the cursor."""

SHORTEST_LINE = 4
"""A model that writes fewer tokens than this within the target cannot keep up with typing."""

UNMEASURED = Speed(reading=105.0, token_ms=33.0, move_ms=10.0)
"""What is assumed until something was measured: the 1.5B on two cores."""

_SPARE_CELLS = 128
_CELL_STEP = 256
_KEYSTROKE_TOKENS = 2


@dataclass(frozen=True, slots=True)
class Budget:
    """What a completion may cost, in tokens; ``cells`` is the size of the context for it.

    ``context`` is how much of other files is told, beside the window. ``line_tokens`` is how many
    tokens are written within ``target_ms`` of a warm keystroke whose first token comes after
    ``keystroke_ms``; ``cold_ms`` is what reading a whole window takes.
    """

    target_ms: int
    window_before: int
    window_after: int
    context: int
    max_tokens: int
    line_tokens: int
    cells: int
    keystroke_ms: float = 0.0
    cold_ms: float = 0.0

    @property
    def keeps_up(self) -> bool:
        """Whether a short line arrives within the target."""
        return self.line_tokens >= SHORTEST_LINE


def budget_for(speed: Speed | None, target_ms: int) -> Budget:
    """Choose a budget for a model of this ``speed``, or for :data:`UNMEASURED`."""
    if speed is None or not speed.reading or not speed.token_ms:
        speed = UNMEASURED
    window = _stepped(speed.reading * target_ms * COLD_TARGETS / 1000, WINDOW_STEP)
    window = min(max(window, SMALLEST_WINDOW), LARGEST_WINDOW)
    context = _stepped(speed.reading * target_ms * CONTEXT_TARGETS / 1000, WINDOW_STEP)
    context = min(max(context, SMALLEST_CONTEXT), LARGEST_CONTEXT)
    longest = _stepped(target_ms * WRITING_TARGETS / speed.token_ms, LENGTH_STEP)
    longest = min(max(longest, SHORTEST), LONGEST)
    keystroke_ms = (1 + _KEYSTROKE_TOKENS) * speed.token_ms + speed.move_ms
    before = int(window * PREFIX_SHARE)
    cells = context + window + longest + _SPARE_CELLS
    return Budget(
        target_ms=target_ms,
        window_before=before,
        window_after=window - before,
        context=context,
        max_tokens=longest,
        line_tokens=max(0, int((target_ms - keystroke_ms) / speed.token_ms)),
        cells=-(-cells // _CELL_STEP) * _CELL_STEP,
        keystroke_ms=keystroke_ms,
        cold_ms=window * 1000 / speed.reading,
    )


def _stepped(value: float, step: int) -> int:
    return round(value / step) * step
