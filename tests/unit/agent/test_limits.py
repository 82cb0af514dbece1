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
    limits = Limits(SETTINGS, Clock())
    assert limits.reached(tries=3) is None
    assert limits.asked_enough(answers=11, tokens=999, reserved=99) is None


def test_tries_run_out() -> None:
    assert Limits(SETTINGS, Clock()).reached(tries=4) == "all 4 tries are used up"


@pytest.mark.parametrize(
    ("answers", "tokens", "reserved", "said"),
    [
        (1, 1000, 0, "1000 tokens are written"),
        (12, 0, 0, "12 answers brought nothing more to try"),
        (1, 0, 100, "too little of the 100 seconds is left for a test"),
    ],
)
def test_model_is_not_asked_again(answers: int, tokens: int, reserved: int, said: str) -> None:
    limits = Limits(SETTINGS, Clock())
    assert limits.asked_enough(answers=answers, tokens=tokens, reserved=reserved) == said


@pytest.mark.parametrize(
    ("tries", "answers", "left"),
    [(0, 0, 12), (0, 10, 2), (3, 3, 3), (4, 4, 0), (0, 13, 0)],
)
def test_answers_left_are_three_for_each_try_that_is_left(
    tries: int, answers: int, left: int
) -> None:
    assert Limits(SETTINGS, Clock()).answers_left(tries=tries, answers=answers) == left


def test_time_runs_out() -> None:
    clock = Clock()
    limits = Limits(SETTINGS, clock)
    clock.now += 99
    assert limits.reached(tries=0) is None
    clock.now += 2
    assert limits.seconds == 101
    assert limits.seconds_left == 0
    assert limits.reached(tries=0) == "100 seconds are over"


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
