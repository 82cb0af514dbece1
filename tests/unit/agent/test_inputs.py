"""Inputs like those the tests use: other values, the same kind."""

import ast
from typing import Any

import pytest

from agent.inputs import inputs_like


def generated(seen: list[str], count: int = 100) -> list[Any]:
    return [ast.literal_eval(text) for text in inputs_like(seen, count)]


def test_seen_ones_come_first_and_all_differ() -> None:
    seen = ["[[1, 2, 3], 2]", "[[4], 7]"]
    found = inputs_like(seen, 50)
    assert found[:2] == seen
    assert len(set(found)) == len(found) == 50


def test_the_same_each_time() -> None:
    assert inputs_like(["[[1, 2, 3], 2]"], 50) == inputs_like(["[[1, 2, 3], 2]"], 50)


def test_what_all_seen_ones_have_in_common_is_kept() -> None:
    """Sorted stays sorted, distinct distinct, numbers from nothing upwards, lists never empty."""
    for numbers, wanted in generated(["[[1, 4, 9, 12], 4]", "[[2, 3, 5], 1]"]):
        assert numbers == sorted(set(numbers))
        assert numbers
        assert min(numbers) >= 1
        assert wanted >= 1


def test_texts_use_the_characters_that_were_seen() -> None:
    for (text,) in generated(["['()()']", "['((']"], 40):
        assert set(text) <= {"(", ")"}


def test_types_and_sizes_of_tuples_stay() -> None:
    for (pairs,) in generated(["[[(1, 'a'), (2, 'b')]]"]):
        assert all([type(part) for part in pair] == [int, str] for pair in pairs)


def test_negative_numbers_where_some_were_seen() -> None:
    assert any(number < 0 for (number,) in generated(["[-1]", "[3]"], 6))


@pytest.mark.parametrize("seen", [[], ["not a list"], ["1"], ["[f()]"], ["["], ["[" * 500]])
def test_without_literals_there_are_none(seen: list[str]) -> None:
    assert inputs_like(seen, 10) == []


@pytest.mark.parametrize("seen", ["[]", "[None]", "[True, False]", "[{}, set(), (), '']", "[1.5]"])
def test_few_possibilities_end(seen: str) -> None:
    assert inputs_like([seen], 100)[0] == repr(ast.literal_eval(seen))
