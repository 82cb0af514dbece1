"""Tries, seconds and tokens against the settings, with a clock that is moved by hand."""

import pytest

from agent.limits import Limits, most_steps
from codegen_lsp.config.settings import FixSettings

SETTINGS = FixSettings(max_tries=4, max_seconds=100, max_tokens=1000, test_seconds=30)


class Clock:
    now = 50.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_reached_at_first() -> None:
    assert Limits(SETTINGS, Clock()).reached(tries=3, answers=11, tokens=999) is None


@pytest.mark.parametrize(
    ("tries", "answers", "tokens", "said"),
    [
        (4, 4, 0, "all 4 tries are used up"),
        (0, 1, 1000, "1000 tokens are written"),
        (1, 12, 0, "12 answers brought nothing more to try"),
    ],
)
def test_each_limit_says_which_it_is(tries: int, answers: int, tokens: int, said: str) -> None:
    reached = Limits(SETTINGS, Clock()).reached(tries=tries, answers=answers, tokens=tokens)
    assert reached == said


def test_time_runs_out() -> None:
    clock = Clock()
    limits = Limits(SETTINGS, clock)
    clock.now += 99
    assert limits.reached(tries=0, answers=0, tokens=0) is None
    clock.now += 2
    assert limits.seconds == 101
    assert limits.seconds_left == 0
    assert limits.reached(tries=0, answers=0, tokens=0) == "100 seconds are over"


def test_run_of_the_tests_gets_no_more_than_is_left() -> None:
    clock = Clock()
    limits = Limits(SETTINGS, clock)
    assert limits.test_seconds == 30
    clock.now += 90
    assert limits.test_seconds == 10


def test_tokens_left_are_never_negative() -> None:
    limits = Limits(SETTINGS, Clock())
    assert (limits.tokens_left(400), limits.tokens_left(4000)) == (600, 0)


def test_graph_may_take_more_steps_than_the_limits_allow() -> None:
    """One step to propose and one to check for each answer, and the others once."""
    assert most_steps(SETTINGS) > 2 * 12 + 3
