"""One function is replaced, and nothing else in the file changes."""

from pathlib import PurePosixPath

import pytest

from agent.answer import Answer
from agent.rewrite import normalised, rewritten
from agent.sources import Source
from codegen_lsp.document.text import Document


def rewrite(text: str, name: str, function: str, *imports: str) -> str:
    source = Source(PurePosixPath("a.py"), Document(text, "python"))
    target = source.named(name)
    assert target is not None
    return rewritten(source, target, Answer(function, imports)).text


def test_function_is_replaced_in_place() -> None:
    text = "# before\n\ndef f():\n    return 1\n\n\nafter = f()\n"
    assert rewrite(text, "f", "def f():\n    return 2") == text.replace("1", "2")


def test_file_that_ends_without_a_line_end() -> None:
    assert rewrite("def f(): return 1", "f", "def f(): return 2") == "def f(): return 2"


def test_method_is_indented_as_it_was() -> None:
    text = "class A:\n\tdef f(self):\n\t\treturn 1\n\n\tx = 1\n"
    expected = "class A:\n\tdef f(self):\n\t    return 2\n\n\tx = 1\n"
    assert rewrite(text, "A.f", "def f(self):\n    return 2") == expected


def test_line_ends_and_byte_order_mark_stay() -> None:
    text = "\ufeff# é\r\ndef f():\r\n    return 1\r\n"
    expected = "\ufeff# é\r\ndef f():\r\n    return 2\r\n"
    assert rewrite(text, "f", "def f():\n    return 2") == expected


def test_lines_inside_a_string_are_not_indented() -> None:
    """They are content; only those of a docstring follow the code."""
    text = "class A:\n    def f(self):\n        return 1\n"
    function = 'def f(self):\n    """One.\n\n    Two.\n    """\n    return """x\n  y"""'
    assert rewrite(text, "A.f", function) == (
        'class A:\n    def f(self):\n        """One.\n\n        Two.\n        """\n'
        '        return """x\n  y"""\n'
    )


def test_forgotten_docstring_is_kept() -> None:
    text = 'def f(a):\n    """One.\n\n    Two.\n    """\n    return 1\n'
    assert rewrite(text, "f", "def f(a):\n    return 2") == text.replace("return 1", "return 2")


def test_forgotten_docstring_of_a_method_is_kept() -> None:
    docstring = '        """One.\n\n        Two.\n        """\n'
    text = f"class A:\n    def f(self):\n{docstring}        return 1\n"
    assert rewrite(text, "A.f", "def f(self):\n    return 2") == text.replace(
        "return 1", "return 2"
    )


def test_new_docstring_is_taken() -> None:
    text = 'def f():\n    """Old."""\n    return 1\n'
    function = 'def f():\n    """New."""\n    return 2'
    assert rewrite(text, "f", function) == function + "\n"


def test_forgotten_decorators_are_kept() -> None:
    text = "@cache\n@wraps(\n    x\n)\ndef f():\n    return 1\n"
    assert rewrite(text, "f", "def f():\n    return 2") == text.replace("return 1", "return 2")


def test_given_decorators_are_taken() -> None:
    text = "@cache\ndef f():\n    return 1\n"
    assert (
        rewrite(text, "f", "@other\ndef f():\n    return 2") == "@other\ndef f():\n    return 2\n"
    )


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("import os\n\n", "import os\nimport math\n\n"),
        ('"""Module."""\n\n', '"""Module."""\nimport math\n\n\n'),
        (
            "from __future__ import annotations\n",
            "from __future__ import annotations\nimport math\n",
        ),
        ("#!/usr/bin/python\n# Licence.\n\n", "#!/usr/bin/python\n# Licence.\n\nimport math\n\n"),
        ("", "import math\n\n"),
        ("import os, \\\n    sys\n", "import os, \\\n    sys\nimport math\n"),
    ],
)
def test_missing_import_goes_to_the_top(head: str, expected: str) -> None:
    new = "def f():\n    return math.pi"
    assert (
        rewrite(f"{head}def f():\n    return 3\n", "f", new, "import math") == f"{expected}{new}\n"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "import math",  # there already
        "import json",  # not used
        "from os import path as sep",  # bound already
        "from __future__ import annotations",
        "from typing import *",
    ],
)
def test_import_that_is_not_needed_is_left_out(statement: str) -> None:
    text = "import math\n\nsep = 1\n\n\ndef f():\n    return 1\n"
    function = "def f():\n    return math.pi + sep"
    assert rewrite(text, "f", function, statement) == text.replace(
        "return 1", "return math.pi + sep"
    )


def test_only_the_names_that_are_used_are_imported() -> None:
    new = rewrite("def f():\n    return 1\n", "f", "def f():\n    return a", "from m import a, b")
    assert new == "from m import a\n\ndef f():\n    return a\n"


def test_last_definition_of_a_name_is_the_one() -> None:
    """It is the one that Python uses."""
    text = "def f():\n    return 1\n\n\ndef f():\n    return 2\n"
    assert rewrite(text, "f", "def f():\n    return 3") == text.replace("2", "3")


@pytest.mark.parametrize(
    "other",
    [
        "def f(a):\n    return a+1",
        "def f( a ):\n    # why\n    return (a + 1)",
        'def f(a):\n    """Say it."""\n    return a + 1',
    ],
)
def test_layout_comments_and_docstrings_make_no_difference(other: str) -> None:
    assert normalised(other) == normalised("def f(a):\n    return a + 1")


def test_another_program_is_another_key() -> None:
    assert normalised("def f(a):\n    return a + 1") != normalised("def f(a):\n    return a - 1")
    assert normalised("def f(a):\n    return a") != normalised(
        "def f(a):\n    return a", ("import b",)
    )
