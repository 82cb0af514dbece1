"""From a function to its test, and back."""

from collections.abc import Callable
from typing import Any

from codegen_lsp.context.related_tests import MOST_LINES, related_tests

At = Callable[..., Any]

TEST = "from sums import add_all\n\n\ndef test_add_all_of_nothing():\n    assert add_all([]) == 0\n"


def test_a_function_gets_its_test(at: At) -> None:
    files = {"tests/test_sums.py": TEST, "sums.py": "def add_all(numbers):\n    ¦\n"}
    [chunk] = related_tests(*at(files))
    assert chunk.path == "tests/test_sums.py"
    assert chunk.text == "def test_add_all_of_nothing():\n    assert add_all([]) == 0"


def test_a_long_test_is_cut(at: At) -> None:
    long = TEST + "    more(add_all)\n" * 50
    files = {"tests/test_sums.py": long, "sums.py": "def add_all(numbers):\n    ¦\n"}
    [chunk] = related_tests(*at(files))
    assert len(chunk.text.split("\n")) == MOST_LINES


def test_a_test_gets_what_it_is_named_after(at: At) -> None:
    files = {
        "sums.py": "def add(a): pass\n\ndef add_all(numbers): pass\n",
        "tests/test_sums.py": "def test_add_all_of_nothing():\n    ¦\n",
    }
    [chunk] = related_tests(*at(files))
    assert (chunk.path, chunk.text) == ("sums.py", "def add_all(numbers): ...")


def test_a_function_without_a_test_gets_none(at: At) -> None:
    files = {"tests/test_sums.py": TEST, "sums.py": "def other(numbers):\n    ¦\n"}
    assert related_tests(*at(files)) == []


def test_outside_of_functions_there_is_none(at: At) -> None:
    assert related_tests(*at({"tests/test_sums.py": TEST, "sums.py": "¦\n"})) == []
