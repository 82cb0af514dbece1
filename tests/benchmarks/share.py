"""The server's share of each pause while typing in long files: everything but the engine's time.

    python -m tests.benchmarks share --model PATH

The keys of the typing replay, at their recorded times, and the real server with the real model. Its
files are made 5,000 lines long: other code follows after their end. From the time between a key and
its answer that time is taken off in which the engine had anything to do: the answer's own work, and
what it did for the key before until that was interrupted. Where the engine goes on when the answer
is there, writing ahead, the time until it was asked how long it worked is not taken off.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.figures import percentile, progress, say, table
from tests.benchmarks.replay.drive import PATIENCE_SECONDS, visits
from tests.benchmarks.replay.files import OpenFile, open_files
from tests.benchmarks.replay.ours import Ours
from tests.benchmarks.replay.rhythm import PAUSE_MS, load_rhythm
from tests.benchmarks.replay.typist import Key, holes_of, keys_of
from tests.benchmarks.server_share import LINES, javascript, library

SUMMARY = "what the server adds to the engine's time while somebody types in files of 5,000 lines"
BOUND_MS = 5

STEP_MS = 20
"""The engine takes longer for a token, on two cores with the 1.5B: 35 to 80 ms."""

_MODULES = ("textwrap", "shlex", "argparse", "optparse")


@dataclass(frozen=True, slots=True)
class Share:
    """What came of one pause: how long the answer took, and how much of that the engine worked."""

    waited_ms: float
    engine_ms: float

    @property
    def is_at_once(self) -> bool:
        """Whether the answer came sooner than the engine takes a step, so it waited for none."""
        return self.waited_ms < STEP_MS

    @property
    def ours_ms(self) -> float:
        """What is left for the server."""
        return self.waited_ms if self.is_at_once else self.waited_ms - self.engine_ms


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    parser.add_argument("--model", type=Path, required=True, help="a GGUF file")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=1)


def run(options: argparse.Namespace) -> None:
    """Type, measure and report."""
    shares: list[Share] = []
    for number in range(options.runs):
        progress(f"run {number + 1} of {options.runs}")
        shares += _typed(Ours(options.model, options.threads))
    kinds = {
        "answered at once": [each for each in shares if each.is_at_once],
        "answered by the engine": [each for each in shares if not each.is_at_once],
        "all": shares,
    }
    rows = [_row(name, [each.ours_ms for each in found]) for name, found in kinds.items()]
    rows.append(_row("all, with the engine", [each.waited_ms for each in shares]))
    head = [f"ms a pause, {LINES:,} lines (bound {BOUND_MS})", "n", "p50", "p95", "most"]
    say(table(head, rows))


def longer(file: OpenFile) -> OpenFile:
    """Return ``file`` with code of its language after its end, :data:`LINES` lines or more."""
    more = library(*_MODULES) if file.language == "python" else javascript()
    return replace(file, text=f"{file.text}\n{more}")


def _typed(arm: Ours) -> Iterator[Share]:
    """Type the whole rhythm and yield the share of each pause."""
    files, rhythm = [longer(file) for file in open_files()], load_rhythm()
    complete = [file.text for file in files]
    texts, _ = holes_of(rhythm, complete)
    files = [replace(file, text=text) for file, text in zip(files, texts, strict=True)]
    keys = list(keys_of(rhythm, complete))
    try:
        arm.open(files)
        for document, offset in visits(keys, files):
            arm.visit(document, offset)
        for key in keys:
            old = texts[key.document]
            new = texts[key.document] = key.edit.applied_to(old)
            share = _pressed(arm, key, old, new)
            if share is not None:
                yield share
    finally:
        arm.close()


def _pressed(arm: Ours, key: Key, old: str, new: str) -> Share | None:
    """Press ``key`` and let its pause pass; None where that is too short to be one."""
    before = arm.engine_milliseconds()
    pressed = time.monotonic()
    arm.type(key, old, new)
    share = None
    if key.pause_ms >= PAUSE_MS:
        suggestion = arm.answer(pressed + PATIENCE_SECONDS)
        if suggestion is None:
            raise BenchmarkError(f"no answer to a key in {PATIENCE_SECONDS:.0f} s")
        after = arm.engine_milliseconds()
        asked = time.monotonic()
        goes_on = arm.engine_milliseconds() > after
        beyond = (asked - suggestion.at) * 1000 if goes_on else 0.0
        worked = max(0.0, after - before - beyond)
        share = Share((suggestion.at - pressed) * 1000, worked)
    arm.rest(pressed + key.pause_ms / 1000)
    return share


def _row(name: str, times: list[float]) -> list[object]:
    most = max(times, default=None)
    return [name, len(times), percentile(times, 0.5), percentile(times, 0.95), most]
