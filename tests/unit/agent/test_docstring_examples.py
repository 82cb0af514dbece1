"""Which examples are found in a docstring, and which are none."""

import pytest

from agent.docstring_examples import MOST, CallExample, examples_at, examples_in


@pytest.mark.parametrize(
    ("line", "call", "value"),
    [
        ("area(2, 3) == 6", "area(2, 3)", "6"),
        ("area(2, 3) = 6.", "area(2, 3)", "6."),
        ("e.g. area(2, 3) -> 6 or so", "area(2, 3)", "6"),
        ("area(2, 3) ➞ 6", "area(2, 3)", "6"),
        ("area(2, 3) ==> [6, 'a)']", "area(2, 3)", "[6, 'a)']"),
        ("* area('(', b=')') => None", "area('(', b=')')", "None"),
        ("area(2, 3) # => -6", "area(2, 3)", "-6"),
        ("area((2, 3)) returns True, always", "area((2, 3))", "True"),
        ("area(2, 3) should return {'a': 1}", "area(2, 3)", "{'a': 1}"),
        ("area([1, [2]], 3) should be 'x'!", "area([1, [2]], 3)", "'x'"),
    ],
)
def test_a_call_says_its_value(line: str, call: str, value: str) -> None:
    found = examples_in(f"Say it.\n\n{line}\n", "area")
    assert found.calls == (CallExample(call, value),)
    assert (found.session, found.total) == ("", 1)


@pytest.mark.parametrize(
    "line",
    [
        "area(width, height) == 6",
        "area(2, 3)",
        "area(2, 3) is large",
        "area(2, 3) = width",
        "area(2, 3) = 1 + (2 / 2) = 2",
        "area(2, 3) == 6 * one",
        "subarea(2, 3) == 6",
        "other.area(2, 3) == 6",
        "area(2, 3 == 6",
        "area(area(1, 2), 3) == 6",
        "# " + "x" * 400 + " area(2, 3) == 6",
    ],
)
def test_what_says_no_value_is_no_example(line: str) -> None:
    assert examples_in(line, "area").total == 0


def test_a_session_counts_by_its_steps_and_is_not_read_twice() -> None:
    text = "Sum.\n\n>>> add(1, 2)  # add(1, 2) == 4\n3\n>>> add(0, 0)\n0\n\nadd(2, 2) == 4\n"
    found = examples_in(text, "add")
    assert found.session == text
    assert (found.steps, found.calls) == (2, (CallExample("add(2, 2)", "4"),))


def test_a_session_that_doctest_cannot_read_is_none() -> None:
    assert examples_in(">>> f(1)\n   2\n>>>f(3)\n", "f").total == 0


def test_there_is_a_most_of_them() -> None:
    many = "\n".join(f"f({number}) == {number}" for number in range(2 * MOST))
    assert len(examples_in(many, "f").calls) == MOST
    assert (
        examples_in("\n".join(f">>> f({number})\n1" for number in range(2 * MOST)), "f").total == 0
    )


PROGRAM = '''\
def outer(n):
    """outer(1) == 2"""

    def inner(n):
        """Nothing."""
        return n

    return inner(n) + 1


class Thing:
    def method(self):
        """
        >>> Thing().method()
        3
        """
        return 3


value = 1
'''


@pytest.mark.parametrize(
    ("line", "total"),
    [(0, None), (1, None), (5, 1), (7, 1), (12, None), (15, None), (16, 1), (19, None)],
)
def test_the_function_around_the_line_counts(line: int, total: int | None) -> None:
    """The innermost one that has any, and only behind its docstring."""
    found = examples_at(PROGRAM, line)
    assert (found and found.total) == total


@pytest.mark.parametrize("program", ["def f(:\n", "x = '\0'\n", "((" * 500])
def test_what_python_cannot_read_has_none(program: str) -> None:
    assert examples_at(program, 0) is None
