"""Measuring what reading, writing and checking guesses cost on this machine: about a second."""

import time
from collections.abc import Generator

from codegen_lsp.model.llama.native import MAX_OUTPUTS, MICRO_BATCH_TOKENS, Row, Status
from codegen_lsp.model.llama.slots import Slots
from codegen_lsp.model.speed import Speed, StepTimes

_WIDTHS = (1, 1, 1, 2, 4, 8, MAX_OUTPUTS)
_START = 64
_MOVED = 32


def calibrate(slots: Slots, times: StepTimes) -> Generator[None, None, Speed]:
    """Time decodes in a sequence of their own, which is left empty; fill ``times``.

    An interrupted decode is made again. Returns the speed.
    """
    sequence = slots.context.sequences - 1
    try:
        reading = yield from _timed(slots, sequence, MICRO_BATCH_TOKENS, logits=False)
        seen: dict[int, float] = {}
        for width in _WIDTHS:
            taken = yield from _timed(slots, sequence, width, logits=True)
            seen[width] = min(taken, seen.get(width, taken))
        times.replace(seen.items())
        moved = yield from _moved(slots, sequence)
    finally:
        slots.context.remove(sequence, 0)
    return Speed(
        reading=MICRO_BATCH_TOKENS * 1000 / reading,
        token_ms=seen[1],
        move_ms=max(0.0, moved - seen[1]),
    )


def _timed(
    slots: Slots, sequence: int, width: int, *, logits: bool
) -> Generator[None, None, float]:
    """Return the milliseconds that a decode of ``width`` tokens takes."""
    context = slots.context
    while True:
        start = context.length(sequence)
        rows = [Row(at % 1000, start + at, sequence, logits=logits) for at in range(width)]
        began = time.perf_counter()
        status = context.decode(rows)
        taken = (time.perf_counter() - began) * 1000
        if status is Status.DONE:
            return taken
        context.remove(sequence, start)
        if status is Status.NO_ROOM:
            slots.make_room()
        yield


def _moved(slots: Slots, sequence: int) -> Generator[None, None, float]:
    """Return the milliseconds of a decode that has to move cells first."""
    context = slots.context
    length = context.length(sequence)
    if not context.can_shift or length <= _START + _MOVED:
        return 0.0
    context.remove(sequence, length - _MOVED, length - _MOVED + 1)
    context.shift(sequence, length - _MOVED + 1, length, -1)
    return (yield from _timed(slots, sequence, 1, logits=True))
