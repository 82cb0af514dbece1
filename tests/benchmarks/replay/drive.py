"""Plays the keys to one arm, in the recorded rhythm. The rule is the same for all arms.

After a key with a pause below 150 ms the next one comes at its time, whether or not there was an
answer. After a longer pause the next key waits for the answer, if need be past its time, so that no
time to suggestion is cut off; whether the answer came *in time* is judged by the recorded pause.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.processes import Usage
from tests.benchmarks.replay.arm import Arm, Tokens
from tests.benchmarks.replay.files import OpenFile
from tests.benchmarks.replay.rhythm import PAUSE_MS
from tests.benchmarks.replay.typist import Key

PATIENCE_SECONDS = 60.0
"""An answer that takes longer than this ends the benchmark."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What happened after one key: ``waited_ms`` is None when no answer came before the next."""

    kind: str
    pause_ms: int
    waited_ms: float | None
    text: str
    rest: str | None

    @property
    def paused(self) -> bool:
        """Whether the user paused after this key."""
        return self.pause_ms >= PAUSE_MS

    @property
    def in_time(self) -> bool:
        """Whether there was something to see before the next key was due."""
        return bool(self.text) and self.waited_ms is not None and self.waited_ms <= self.pause_ms


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one arm; ``seconds`` is how long the measured part took."""

    moments: list[Moment]
    tokens: dict[int, Tokens] | None
    seconds: float
    cpu_seconds: float
    resident: int


def play(arm: Arm, keys: Sequence[Key], files: list[OpenFile]) -> Run:
    """Warm ``arm`` up, type ``keys`` into ``files``, and return what was measured.

    The warm-up opens all files and asks for one suggestion in each, at the end of the line above
    the first place that is typed in.
    Raises :class:`BenchmarkError` when an answer does not come.
    """
    arm.open(files)
    for document, offset in visits(keys, files):
        arm.visit(document, offset)
    before, started = arm.usage(), time.monotonic()
    moments = _type(arm, keys, [file.text for file in files])
    seconds, after = time.monotonic() - started, arm.usage()
    return Run(moments, arm.tokens(), seconds, _spent(before, after), after.resident)


def visits(keys: Sequence[Key], files: Sequence[OpenFile]) -> list[tuple[int, int]]:
    """Return where to warm up: for each document typed in, the end of the line above the place."""
    first: dict[int, int] = {}
    for key in keys:
        first.setdefault(key.document, key.edit.start)
    return [
        (document, max(0, files[document].text.rfind("\n", 0, offset)))
        for document, offset in first.items()
    ]


def _type(arm: Arm, keys: Sequence[Key], texts: list[str]) -> list[Moment]:
    moments = []
    for number, key in enumerate(keys):
        old = texts[key.document]
        new = texts[key.document] = key.edit.applied_to(old)
        pressed = time.monotonic()
        arm.press(number, key, old, new)
        due = pressed + key.pause_ms / 1000
        if key.pause_ms >= PAUSE_MS:
            suggestion = arm.answer(pressed + PATIENCE_SECONDS)
            if suggestion is None:
                raise BenchmarkError(f"no answer to key {number} in {PATIENCE_SECONDS:.0f} s")
            arm.rest(due)
        else:
            arm.rest(due)
            suggestion = arm.answer(due)
        moments.append(
            Moment(
                kind=str(key.kind),
                pause_ms=key.pause_ms,
                waited_ms=max(0.0, suggestion.at - pressed) * 1000 if suggestion else None,
                text=suggestion.text if suggestion else "",
                rest=key.rest,
            )
        )
    return moments


def _spent(before: Usage, after: Usage) -> float:
    return after.cpu_seconds - before.cpu_seconds
