"""To which part of a keystroke time is charged."""

from dataclasses import dataclass

import pytest

from tests.benchmarks.keystroke import REST, Profile, profiling


@dataclass
class Clock:
    """Stands still but for :meth:`pass_by`, in ms."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds

    def pass_by(self, milliseconds: float) -> None:
        self.seconds += milliseconds / 1000


def _inner(clock: Clock) -> None:
    clock.pass_by(5)


def _outer(clock: Clock) -> None:
    clock.pass_by(20)
    _inner(clock)
    clock.pass_by(30)


def test_time_is_charged_to_the_innermost_watched_function() -> None:
    profile, clock = Profile(), Clock()
    with profiling({_outer.__code__: "outer", _inner.__code__: "inner"}, profile, clock):
        clock.pass_by(1)
        _outer(clock)
        clock.pass_by(2)
    assert dict(profile.parts) == pytest.approx({REST: 3, "outer": 50, "inner": 5})
    assert profile.whole_ms == pytest.approx(58)


def test_a_function_that_is_not_watched_is_charged_to_its_caller() -> None:
    profile, clock = Profile(), Clock()
    with profiling({_outer.__code__: "outer"}, profile, clock):
        _outer(clock)
    assert profile.parts["outer"] == pytest.approx(55)
