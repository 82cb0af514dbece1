"""Moving cells on the small model: whatever interrupts it, it is done once."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from codegen_lsp.model.llama.native import (
    LoadOptions,
    NativeContext,
    NativeModel,
    Row,
    Status,
)

pytestmark = pytest.mark.real_model

TOKENS = [100 + 37 * at % 5000 for at in range(480)]
GONE = 200
"""The token that is taken out; those behind it move up."""


@pytest.fixture(scope="module")
def native(small_model: Path) -> Iterator[NativeModel]:
    loaded = NativeModel(LoadOptions(small_model))
    yield loaded
    loaded.close()


@pytest.fixture(scope="module")
def undisturbed(native: NativeModel) -> NDArray[np.float32]:
    """Return the logits after a move that nothing interrupts."""
    logits, _ = _after_a_move(native, [])
    return logits


@pytest.mark.parametrize(
    "seconds", [[0.0], [0.0] * 3, [0.002], [0.004], [0.008], [0.02], [0.003] * 5], ids=str
)
def test_an_interrupted_move_is_done_once(
    native: NativeModel, undisturbed: NDArray[np.float32], seconds: list[float]
) -> None:
    logits, interrupted = _after_a_move(native, seconds)
    assert float(np.abs(logits - undisturbed).max()) < 0.01
    assert interrupted >= seconds.count(0.0), "a decode that moves cells still ends early"


def _after_a_move(
    native: NativeModel, interrupts: Sequence[float]
) -> tuple[NDArray[np.float32], int]:
    """Return the logits after a move, and how many decodes ended early before it.

    Each of these is interrupted after so many seconds; with 0.0 before it begins.
    """
    context = NativeContext(native, tokens=1024, sequences=2)
    try:
        for start in range(0, len(TOKENS), 120):
            rows = [Row(TOKENS[at], at, 0) for at in range(start, start + 120)]
            assert context.decode(rows) is Status.DONE
        context.remove(0, GONE, GONE + 1)
        context.shift(0, GONE + 1, len(TOKENS), -1)
        early = sum(_ends_early(context, seconds) for seconds in interrupts)
        context.remove(0, len(TOKENS) - 1)
        assert context.decode([_LAST]) is Status.DONE
        return context.logits(0).copy(), early
    finally:
        context.close()


_LAST = Row(77, len(TOKENS) - 1, 0, logits=True)


def _ends_early(context: NativeContext, seconds: float) -> bool:
    timer = threading.Timer(seconds, context.interrupt)
    if seconds:
        timer.start()
    else:
        context.interrupt()
    context.remove(0, len(TOKENS) - 1)
    ended = context.decode([_LAST])
    timer.cancel()
    if seconds:
        timer.join()
    context.clear_interrupt()
    return ended is Status.INTERRUPTED
