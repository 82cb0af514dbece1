"""The rule of the rhythm, on an arm whose answers take a given time."""

import time
from dataclasses import dataclass, field

import pytest

from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.processes import Usage
from tests.benchmarks.replay.arm import Suggestion, Tokens
from tests.benchmarks.replay.drive import play
from tests.benchmarks.replay.files import OpenFile
from tests.benchmarks.replay.rhythm import Kind
from tests.benchmarks.replay.typist import Edit, Key

FILES = [OpenFile("f.py", "python", "one\n\n")]


@dataclass
class SlowArm:
    """Answers each key after ``seconds``; None means that it never does. Notes what is asked."""

    seconds: float | None
    texts: list[str] = field(default_factory=list)
    pressed: list[float] = field(default_factory=list)
    visits: list[tuple[int, int]] = field(default_factory=list)
    closed: bool = False

    def open(self, files: list[OpenFile]) -> None:
        self.texts = [files[0].text]

    def visit(self, document: int, offset: int) -> None:
        self.visits.append((document, offset))

    def press(self, number: int, key: Key, before: str, after: str) -> None:
        assert before == self.texts[-1]
        assert number == len(self.pressed)
        assert after == key.edit.applied_to(before)
        self.texts.append(after)
        self.pressed.append(time.monotonic())

    def answer(self, until: float) -> Suggestion | None:
        if self.seconds is None:
            return None
        at = self.pressed[-1] + self.seconds
        self.rest(min(at, until))
        return Suggestion("x", at) if at <= until else None

    def rest(self, until: float) -> None:
        time.sleep(max(0.0, until - time.monotonic()))

    def tokens(self) -> dict[int, Tokens] | None:
        return None

    def usage(self) -> Usage:
        return Usage(cpu_seconds=len(self.pressed), resident=7)

    def close(self) -> None:
        self.closed = True


def _keys(*pauses_ms: int) -> list[Key]:
    return [
        Key(Kind.KEY, 0, Edit(4 + index, 4 + index, "a"), pause_ms, "")
        for index, pause_ms in enumerate(pauses_ms)
    ]


def test_without_a_pause_the_next_key_does_not_wait() -> None:
    arm = SlowArm(seconds=5)
    run = play(arm, _keys(20, 20), FILES)
    assert [moment.waited_ms for moment in run.moments] == [None, None]
    assert 0.02 <= arm.pressed[1] - arm.pressed[0] < 1


def test_after_a_pause_the_next_key_waits_for_a_late_answer() -> None:
    arm = SlowArm(seconds=0.2)
    run = play(arm, _keys(150, 10), FILES)
    assert arm.pressed[1] - arm.pressed[0] >= 0.2
    assert run.moments[0].waited_ms == pytest.approx(200, abs=50)
    assert not run.moments[0].in_time


def test_an_early_answer_does_not_hurry_the_next_key() -> None:
    arm = SlowArm(seconds=0.0)
    run = play(arm, _keys(150, 10), FILES)
    assert arm.pressed[1] - arm.pressed[0] >= 0.15
    assert run.moments[0].in_time


def test_an_answer_that_never_comes_after_a_pause_ends_the_benchmark() -> None:
    with pytest.raises(BenchmarkError, match="no answer to key 0"):
        play(SlowArm(seconds=None), _keys(150), FILES)


def test_each_file_is_visited_once_above_the_place_that_is_typed_in() -> None:
    arm = SlowArm(seconds=0.0)
    play(arm, _keys(1, 1), FILES)
    assert arm.visits == [(0, 3)]


def test_only_the_measured_part_is_charged() -> None:
    run = play(SlowArm(seconds=0.0), _keys(1, 1, 1), FILES)
    assert (run.cpu_seconds, run.resident) == (3, 7)
