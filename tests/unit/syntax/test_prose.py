import pytest

from codegen_lsp.syntax.prose import prose_lines
from codegen_lsp.syntax.tree import parse

PYTHON = '''\
"""A module.

Words.
"""
# a comment
x = 1  # not alone
text = """first
inside
last"""


def f():
    """One line."""
    return "a"
'''
GO = "package a\n\n// words\n/*\n more\n*/\nvar x = `first\ninside\nlast` // here\n"


@pytest.mark.parametrize(
    ("language", "text", "lines"),
    [
        ("python", PYTHON, {0, 1, 2, 3, 4, 7, 12}),
        ("go", GO, {2, 3, 4, 5, 7}),
        ("javascript", "/** doc\n */\nlet x = `a\nb\nc`;\n", {0, 1, 3}),
        ("rust", "// one\nfn main() {} // two\n", {0}),
        ("python", "x = 1\n", set()),
    ],
)
def test_lines_without_code(language: str, text: str, lines: set[int]) -> None:
    assert prose_lines(parse(text, language)) == lines
