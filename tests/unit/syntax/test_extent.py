"""How much is being written, at places drawn as ¦."""

import pytest

from codegen_lsp.syntax.extent import Extent, extent_at
from codegen_lsp.syntax.problems import InsertionCheck

LINE, STATEMENT, BLOCK = Extent.LINE, Extent.STATEMENT, Extent.BLOCK


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = ¦\n", STATEMENT),
        ("¦", STATEMENT),
        ("¦\nx = 1\n", STATEMENT),
        ("x = f(¦)\n", STATEMENT),
        ("x = [\n    1,\n    ¦\n]\n", STATEMENT),
        ("def f(a):\n    ¦\n", BLOCK),
        ("def f(a):\n¦\n", BLOCK),
        ("def f(a):\n    ¦\n\ndef g():\n    pass\n", BLOCK),
        ('def f(a):\n    """Say."""\n    ¦\n', BLOCK),
        ("def f(a):\n    # first\n    ¦\n", BLOCK),
        ("def f(a):\n    b = 1\n    ¦\n", STATEMENT),
        ("def f(a):\n    b = 1\n¦\n    return b\n", STATEMENT),
        ("def f(a):\n    if a:\n        ¦\n    return 1\n", BLOCK),
        ("if a:\n    b = ¦\n", BLOCK),
        ("class A:\n    def f(self):\n        pass\n\n    ¦\n", STATEMENT),
        ("for i in ¦\n", STATEMENT),
        ("x = 1  # the ¦\n", LINE),
        ("# the ¦\nx = 1\n", LINE),
        ('x = "the ¦"\n', LINE),
        ('def f():\n    """Say ¦\n    """\n', LINE),
        ('x = f"{¦}"\n', LINE),
    ],
)
def test_in_python(text: str, expected: Extent) -> None:
    prefix, suffix = text.split("¦")
    assert extent_at(InsertionCheck(prefix, suffix, "python"), prefix) is expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("javascript", "function f(a) {\n  ¦\n}\n", BLOCK),
        ("javascript", "function f(a) {\n  g();\n  ¦\n}\n", STATEMENT),
        ("javascript", "const s = `a ¦`;\n", LINE),
        ("typescript", "class A {\n  ¦\n}\n", BLOCK),
        ("go", "package a\n\nfunc f() int {\n\t¦\n}\n", BLOCK),
        ("go", 'package a\n\nvar s = "a ¦"\n', LINE),
        ("java", "class A {\n  int f() {\n    int a = 1;\n    ¦\n  }\n}\n", STATEMENT),
        ("rust", "fn f() -> i32 {\n    // say ¦\n    1\n}\n", LINE),
        ("c", "int f(void) {\n  ¦\n}\n", BLOCK),
        ("cpp", "int x = ¦;\n", STATEMENT),
    ],
)
def test_in_other_languages(language: str, text: str, expected: Extent) -> None:
    prefix, suffix = text.split("¦")
    assert extent_at(InsertionCheck(prefix, suffix, language), prefix) is expected


def test_a_broken_buffer_has_an_answer_too() -> None:
    assert extent_at(InsertionCheck("def f(:\n    ", "\n)))", "python"), "def f(:\n    ") in set(
        Extent
    )
