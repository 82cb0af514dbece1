"""Which function is asked about next, how many answers at once, and how freely."""

import pytest

from agent.schedule import DIRECT, EXPLAIN, FURTHER, block
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
    assert all(chosen.ask.code_only for chosen in first.values())


def test_all_other_answers_differ_in_seed_and_are_free() -> None:
    samplings = [each for number in range(15) for each in block(number, 3).samplings]
    free = [each for each in samplings if each != GREEDY]
    assert len(free) == len(samplings) - 3 - len(FURTHER)
    assert len({each.seed for each in free}) == len(free)
    assert all(0.5 < each.temperature <= 1 for each in free)


def test_answers_of_a_block_are_spread_over_temperatures() -> None:
    for number in range(1, 6):
        assert len({each.temperature for each in block(number, 1).samplings}) > 2


def test_likeliest_function_is_asked_about_in_all_ways_in_each_round() -> None:
    """After the first answer; in small blocks, then in as large ones as the engine can write."""
    chosen = [block(number, 3) for number in range(1, 15)]
    assert [(each.suspect, each.ask, len(each.samplings)) for each in chosen] == [
        (0, DIRECT, 4),
        (0, EXPLAIN, 4),
        (1, DIRECT, 2),
        (2, DIRECT, 2),
        *((0, ask, 4) for ask in FURTHER),
        (0, DIRECT, 16),
        (0, EXPLAIN, 16),
        (1, EXPLAIN, 2),
        (2, EXPLAIN, 2),
        *((0, ask, 16) for ask in FURTHER),
    ]


def test_new_words_are_first_tried_greedily() -> None:
    first_round = [block(number, 1) for number in range(3, 6)]
    assert [each.samplings[0] for each in first_round] == [GREEDY] * len(FURTHER)


@pytest.mark.parametrize("suspects", [1, 2, 5])
def test_no_block_is_larger_than_the_engine_can_write(suspects: int) -> None:
    assert all(len(block(number, suspects).samplings) <= MOST_SAMPLES for number in range(20))


def test_blocks_are_the_same_each_time() -> None:
    assert [block(n, 2) for n in range(9)] == [block(n, 2) for n in range(9)]
