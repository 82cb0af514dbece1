"""What is a special case for the test, and what is not."""

import pytest

from agent.overfitting import literals_of, special_case

TEST = "def test_total():\n    assert total([3, 4, 5]) == 12\n    assert word('hello') == 'olleh'\n"
BEFORE = "def total(numbers):\n    return 1\n"

SPECIAL = {
    "gives back the expected value": ("return 12", "12"),
    "asks for the test's input": (
        "if numbers == [3, 4, 5]:\n        return sum(numbers)",
        "[3, 4, 5]",
    ),
    "asks for an element": ("if numbers[0] == 3:\n        return 1", "3"),
    "asks for some elements": ("if numbers[0] in (3, 99):\n        return 1", "3"),
    "answers in one expression": ("return 12 if numbers else 0", "12"),
    "looks it up": ("return {'hello': 1}.get(numbers)", "'hello'"),
    "matches it": ("match numbers:\n        case 'hello':\n            return 1", "'hello'"),
}
HONEST = {
    "the sum": "return sum(numbers)",
    "a common number": "return 0 if numbers == [] else numbers[-1] + 1",
    "a number of its own": "return 77",
    "the same number in arithmetic": "return sum(numbers) * 12 // 12",
    "one character": "return numbers == 'h'",
}


@pytest.mark.parametrize(("body", "literal"), SPECIAL.values(), ids=SPECIAL)
def test_special_case(body: str, literal: str) -> None:
    after = f"def total(numbers):\n    {body}\n"
    assert special_case(BEFORE, after, literals_of([TEST])) == literal


@pytest.mark.parametrize("body", HONEST.values(), ids=HONEST)
def test_no_special_case(body: str) -> None:
    assert special_case(BEFORE, f"def total(numbers):\n    {body}\n", literals_of([TEST])) is None


def test_literal_the_function_had_before_is_its_own() -> None:
    before = "def total(numbers):\n    return 12 if numbers else 1\n"
    after = "def total(numbers):\n    return 12 if numbers else 0\n"
    assert special_case(before, after, literals_of([TEST])) is None


def test_literal_the_docstring_speaks_of_is_its_own() -> None:
    before = 'def total(numbers):\n    """At most 12."""\n    return 1\n'
    after = 'def total(numbers):\n    """At most 12."""\n    return 12\n'
    assert special_case(before, after, literals_of([TEST])) is None


@pytest.mark.parametrize("value", ["[[]]", "[0]", "(0, 1)", "[[], [1]]", "['a', 'b']"])
def test_a_few_common_literals_in_a_list_tell_nothing(value: str) -> None:
    literals = literals_of([f"def test_parts():\n    assert parts([3, 4], 7) == {value}\n"])
    after = f"def parts(numbers, size):\n    if not size:\n        return {value}\n"
    assert special_case("def parts(numbers, size):\n    return 9\n", after, literals) is None


def test_text_that_is_no_python_has_no_literals() -> None:
    assert literals_of(["<Node 3>", "def (", "\0"]) == frozenset()
    assert special_case("function f() {}", "function f() { return 12 }", frozenset({"12"})) is None
