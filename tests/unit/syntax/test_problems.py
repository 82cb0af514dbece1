import pytest

from codegen_lsp.syntax.problems import InsertionCheck, problems_of
from codegen_lsp.syntax.tree import LANGUAGES, parse

CASES = [
    ("a finished expression", "python", "def f(x):\n    return ", "x + 1", "\n", False),
    ("an open bracket", "python", "def f(x):\n    return ", "x + (1", "\n", True),
    ("a broken buffer that stays as broken", "python", "print(", "a, b", "\n", False),
    ("a broken buffer that is mended", "python", "print(", "a)", "\n", False),
    ("a broken buffer made worse", "python", "print(a,\n      ", "b, 1 2 3, c", "\n", True),
    ("half of what a name would finish", "python", "x = ", "(1,", "\n", True),
    ("a header whose body is yet to come", "python", "if x", " == 1:", "\n", False),
    ("a bad indent, which the grammar lets pass", "python", "x = 1\n", "  y = 2", "\n", True),
    ("an assignment to a call", "python", "", "f() = 1", "\n", True),
    ("a body for a header", "python", "for i in x:\n    ", "print(i)", "\n", False),
    ("a statement", "javascript", "function f(a) {\n  ", "return a;", "\n}\n", False),
    ("a brace too many", "javascript", "function f(a) {\n  ", "return a; }", "\n}\n", True),
    ("a type", "typescript", "const a: ", "number", " = 1;\n", False),
    ("a call", "go", "package a\nfunc f() {\n\t", "g()", "\n}\n", False),
    ("half a call", "go", "package a\nfunc f() {\n\t", "g(", "\n}\n", True),
    ("a let", "rust", "fn f() {\n    ", "let a = 1;", "\n}\n", False),
    ("a let without end", "rust", "fn f() {\n    ", "let a = ", "\n}\n", True),
    ("a statement", "java", "class A { int f() { ", "return 1;", " } }\n", False),
    ("a bad statement", "java", "class A { int f() { ", "return 1", " } }\n", True),
    ("a declaration", "c", "int f(void) { ", "int a = 1;", " return a; }\n", False),
    ("a template", "cpp", "int f() { ", "std::vector<int> a;", " return 0; }\n", False),
    ("half a template", "cpp", "int f() { ", "std::vector<int", " return 0; }\n", True),
]


@pytest.mark.parametrize(
    ("language", "prefix", "inserted", "suffix", "adds"),
    [case[1:] for case in CASES],
    ids=[f"{case[1]}: {case[0]}" for case in CASES],
)
def test_an_insertion_adds_a_problem_or_not(
    language: str, prefix: str, inserted: str, suffix: str, *, adds: bool
) -> None:
    assert InsertionCheck(prefix, suffix, language).adds_problem(inserted) is adds


def test_an_insertion_is_judged_where_it_stands_in_bytes() -> None:
    """Text before the place may hold characters of several bytes."""
    check = InsertionCheck('name = "äöüß"\nprint(', ")\n", "python")
    assert not check.adds_problem("name")
    assert check.adds_problem("name))")


def test_the_same_check_can_be_asked_again() -> None:
    check = InsertionCheck("x = ", "\n", "python")
    assert [check.adds_problem(text) for text in ("1", "(", "1", ")")] == [
        False,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_an_empty_text_has_no_problems_in_any_language(language: str) -> None:
    assert problems_of(parse("", language)).count == 0
