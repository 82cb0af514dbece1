"""Which examples are found in prose, and which are none."""

import ast
from pathlib import Path

import pytest

from agent.docstring_examples import CallExample, examples_at
from agent.prose_examples import Inputs, calls_in_prose

AREA = Inputs(("width", "height", "unit"), required=2)
TOTAL = Inputs(("items",), required=1)


def found(text: str, inputs: Inputs) -> list[tuple[str, str]]:
    return list(calls_in_prose(text.split("\n"), inputs))


@pytest.mark.parametrize(
    ("text", "arguments", "value"),
    [
        ("For width = 2, height = 3 the output should be 6", "(width=2, height=3)", "6"),
        ("width: 2, height: 3, the result is 6.", "(width=2, height=3)", "6."),
        ("With width=2 and height=-3, the answer must be None!", "(width=2, height=-3)", "None"),
        ("height = 2, width = 'a, b' output: [1, 2]", "(width='a, b', height=2)", "[1, 2]"),
        ("Input: width = 2, height = 3\nOutput: 6", "(width=2, height=3)", "6"),
        ("Input: 2, 3\n\n  Output: 6", "(2, 3)", "6"),
        ("Inputs: (2), 3, 'cm'\nOutputs: '6'", "(2, 3, 'cm')", "'6'"),
    ],
)
def test_what_goes_in_and_what_comes_out(text: str, arguments: str, value: str) -> None:
    assert found(text, AREA) == [(arguments, value)]


@pytest.mark.parametrize(
    "text",
    [
        "For width = 2 the output should be 6",
        "For width = 2, height = n the output should be 6",
        "For width = 2, height = 3 the output should be area",
        "For width = 2, height = 3 the output should be 6 * width",
        "For width = 2, height = 3 the result is 6 times larger",
        "For width = 2, height = 3\nsomething else\nOutput: 6",
        "Input: 2\nOutput: 6",
        "Input: 2, 3, 4, 5\nOutput: 6",
        "Input: two, 3\nOutput: 6",
        "Output: 6",
    ],
)
def test_what_does_not_say_both_is_no_example(text: str) -> None:
    assert found(text, AREA) == []


def test_each_pair_of_lines_is_an_example() -> None:
    text = "Example 1:\n  Input: [4, 2]\n  Output: 6\nExample 2:\n  Input: []\n  Output: 0\n"
    assert found(text, TOTAL) == [("([4, 2])", "6"), ("([])", "0")]


def program(signature: str, docstring: str) -> str:
    return f'import math\n\n\ndef {signature}:\n    """Sum.\n\n    {docstring}\n    """\n    pass\n'


@pytest.mark.parametrize(
    ("signature", "docstring", "calls"),
    [
        ("total(items, start=0)", "For items = [1] the output is 1", ["total(items=[1])"]),
        ("total(self, items)", "For items = [1] the output is 1", []),
        ("total(items, *, start)", "For items = [1] the output is 1", []),
        ("total()", "Input: 1\n    Output: 1", []),
        ("total(items)", "add_up([1, 2]) == 3", ["total([1, 2])"]),
        ("total(items)", "math([1, 2]) == 3", []),
        ("total(items)", "sum([1, 2]) == 3", []),
        ("total(items)", "add_up([1]) == 1 and sum_up([1]) == 1", []),
        ("total(items)", "add_up([1]) == 1\n    total([2]) == 2", ["add_up", "total([2])"]),
    ],
)
def test_prose_and_former_names_are_those_of_the_function(
    signature: str, docstring: str, calls: list[str]
) -> None:
    source = program(signature, docstring)
    examples = examples_at(source, source.count("\n") - 1)
    wanted = ["total([1])" if call == "add_up" else call for call in calls]
    assert [each.call for each in examples.calls] == wanted if examples else not wanted


def test_every_example_found_here_is_one_that_python_reads() -> None:
    """The docstrings of this test's own file are prose, too."""
    tree = ast.parse(Path(__file__).read_text("utf-8"))
    lines = [
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        for line in str(node.value).split("\n")
    ]
    calls = [CallExample("f" + given, value) for given, value in calls_in_prose(lines, AREA)]
    assert calls
    for call in calls:
        ast.parse(call.call, mode="eval")
        ast.literal_eval(call.value)
