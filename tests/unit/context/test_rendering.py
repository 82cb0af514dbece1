"""Outlines as source text."""

import pytest

from codegen_lsp.context.rendering import MOST_MEMBERS, definition_text
from codegen_lsp.syntax.outline import outline
from codegen_lsp.syntax.tree import parse


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("python", "def f(a): pass\n", "def f(a): ..."),
        ("python", "LIMIT = 10\n", "LIMIT = 10"),
        ("python", "class A(B): pass\n", "class A(B): ..."),
        (
            "python",
            "@dataclass\nclass A:\n    x: int\n    @property\n    def y(self): pass\n",
            "@dataclass\nclass A:\n    x: int\n    @property\n    def y(self): ...",
        ),
        (
            "go",
            "package x\n// F adds.\nfunc F(a int) int { return a }\n",
            "func F(a int) int;  // F adds.",
        ),
        ("rust", "/// S.\nstruct S { x: i32 }\n", "// S.\nstruct S {\n    x: i32;\n}"),
    ],
)
def test_a_definition_reads_as_its_language(language: str, text: str, wanted: str) -> None:
    assert definition_text(outline(parse(text, language)), language) == wanted


def test_of_a_large_class_what_is_wanted_is_told_in_the_order_of_the_source() -> None:
    methods = "".join(f"    def m{n}(self): pass\n" for n in range(50))
    items = outline(parse(f"class A:\n{methods}    def __init__(self, x): pass\n", "python"))
    lines = definition_text(items, "python", {"m40": 1.0}).split("\n")
    assert len(lines) == 1 + MOST_MEMBERS
    assert lines[-2:] == ["    def m40(self): ...", "    def __init__(self, x): ..."]
