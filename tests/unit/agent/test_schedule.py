"""Which function is asked about next, how many answers at once, and how freely."""

import pytest

from agent.schedule import block
from codegen_lsp.model.backend import GREEDY

MOST_SAMPLES = 16


def test_very_first_answer_is_asked_for_alone() -> None:
    assert block(0, 3).samplings == (GREEDY,)


def test_first_answer_about_each_function_is_greedy() -> None:
    first = {}
    for number in range(8):
        chosen = block(number, 3)
        first.setdefault(chosen.suspect, chosen)
    assert [chosen.samplings[0] for chosen in first.values()] == [GREEDY] * 3
    assert all(chosen.code_only for chosen in first.values())


def test_all_other_answers_differ_in_seed_and_are_free() -> None:
    samplings = [each for number in range(8) for each in block(number, 3).samplings]
    free = [each for each in samplings if each != GREEDY]
    assert len(free) == len(samplings) - 3
    assert len({each.seed for each in free}) == len(free)
    assert all(0.5 < each.temperature <= 1 for each in free)


def test_answers_of_a_block_are_spread_over_temperatures() -> None:
    for number in range(1, 6):
        assert len({each.temperature for each in block(number, 1).samplings}) > 2


def test_likeliest_function_is_asked_about_with_both_questions_in_each_round() -> None:
    """After the first answer; in small blocks, then in as large ones as the engine can write."""
    chosen = [block(number, 3) for number in range(1, 9)]
    assert [(each.suspect, each.ask, len(each.samplings)) for each in chosen] == [
        (0, "ask_direct", 4),
        (0, "ask_explain", 4),
        (1, "ask_direct", 2),
        (2, "ask_direct", 2),
        (0, "ask_direct", 16),
        (0, "ask_explain", 16),
        (1, "ask_explain", 2),
        (2, "ask_explain", 2),
    ]


@pytest.mark.parametrize("suspects", [1, 2, 5])
def test_no_block_is_larger_than_the_engine_can_write(suspects: int) -> None:
    assert all(len(block(number, suspects).samplings) <= MOST_SAMPLES for number in range(20))


def test_blocks_are_the_same_each_time() -> None:
    assert [block(n, 2) for n in range(9)] == [block(n, 2) for n in range(9)]
