"""Which function is asked about next, and how freely."""

from itertools import groupby

from agent.schedule import attempt
from codegen_lsp.model.backend import GREEDY


def test_first_answer_about_each_function_is_greedy() -> None:
    first = {}
    for number in range(20):
        chosen = attempt(number, 3)
        first.setdefault(chosen.suspect, chosen)
    assert [chosen.sampling for chosen in first.values()] == [GREEDY] * 3
    assert all(chosen.code_only for chosen in first.values())


def test_later_answers_differ_in_seed_and_words() -> None:
    chosen = [attempt(number, 1) for number in range(1, 9)]
    assert len({each.sampling.seed for each in chosen}) == 8
    assert {each.ask for each in chosen} == {"ask_direct", "ask_explain"}
    assert all(0.5 < each.sampling.temperature <= 1 for each in chosen)


def test_answers_about_one_function_come_in_blocks() -> None:
    """The engine keeps what it has read of a prompt only until another comes."""
    order = [attempt(number, 3).suspect for number in range(16)]
    assert [(suspect, len(list(block))) for suspect, block in groupby(order)] == [
        *((0, 4), (1, 2), (2, 2)),
        *((0, 4), (1, 2), (2, 2)),
    ]


def test_attempts_are_the_same_each_time() -> None:
    assert [attempt(n, 2) for n in range(9)] == [attempt(n, 2) for n in range(9)]
