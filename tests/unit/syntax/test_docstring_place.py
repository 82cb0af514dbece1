"""Where a docstring stands or would stand; golden cases show the same on whole files."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.syntax.docstring_place import DocstringPlace
from codegen_lsp.syntax.signature import signatures
from codegen_lsp.syntax.tree import parse


def place_in(text: str) -> DocstringPlace:
    return signatures(parse(text, "python"))[-1].place


@pytest.mark.parametrize(
    "literal",
    [
        '"""Say it."""',
        "'''Say it.'''",
        '"Say it."',
        'r"""Say it."""',
        'u"Say" " it."',
        '("Say it.")',
    ],
)
def test_a_string_that_python_takes_for_a_docstring(literal: str) -> None:
    text = f"def f():\n    {literal}\n    go()\n"
    (function,) = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    assert ast.get_docstring(function) is not None
    found = place_in(text)
    assert found.literal == literal
    assert text[found.start : found.end] == literal


@pytest.mark.parametrize(
    "statement",
    ['f"""Say it."""', 'b"Say it."', '"a" f"b"', 'x = "Say it."', '"a", "b"', '"a" + "b"', "1"],
)
def test_a_statement_that_is_no_docstring(statement: str) -> None:
    text = f"def f():\n    {statement}\n    go()\n"
    (function,) = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    assert ast.get_docstring(function) is None
    assert place_in(text).literal is None


def test_a_string_after_another_statement_is_none() -> None:
    assert place_in('def f():\n    go()\n    """Later."""\n').literal is None


def test_a_docstring_on_the_headers_line_takes_the_gap_with_it() -> None:
    text = 'def f(): "Say it."; go()\n'
    found = place_in(text)
    assert text[found.start : found.end] == ' "Say it."'
    assert found.before == "\n    "


def test_a_body_on_a_continued_line_counts_as_on_the_headers() -> None:
    text = "def f(): \\\n    return 1\n"
    found = place_in(text)
    assert text[: found.start] + found.before + "X" + found.after + text[found.end :] == (
        "def f():\n    X\n    return 1\n"
    )


def test_line_ends_are_those_of_the_text() -> None:
    found = place_in("def f(): return 1\r\n")
    assert (found.before, found.after) == ("\r\n    ", "\r\n    ")
    assert place_in("def f():\r\n    return 1\r\n").after == "\r\n"


def test_a_step_is_a_tab_where_tabs_indent() -> None:
    assert place_in("def f():\n\treturn 1\n").step == "\t"
    assert place_in("def f():\n  return 1\n").step == "    "


def test_a_comment_on_types_stays_next_to_the_header() -> None:
    """Type checkers look for it there (PEP 484)."""
    text = "def f(a):\n    # type: (int) -> int\n    # why\n    return a\n"
    found = place_in(text)
    assert text[: found.start].endswith("-> int\n")
    assert text[found.end :].startswith("    # why\n")


def test_the_indentation_is_that_of_the_body() -> None:
    assert place_in("class A:\n  def f(self):\n     return 1\n").indent == "     "


BODY_LINES = st.lists(
    st.sampled_from(["# é", "", "    ", "x = 1", "def g(): pass", "@d\n    def h(): ..."]),
    max_size=4,
)


@given(
    BODY_LINES,
    st.sampled_from(["def f(a,\n   b):", "class A:", "async def f():  # ü", "class A(B): # x:y"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_put_there_is_the_docstring_and_nothing_else_changes(
    lines: list[str], header: str, line_end: str
) -> None:
    text = "\n".join([header, *(f"    {line}" for line in lines), "    pass", ""])
    text = text.replace("\n", line_end)
    every = signatures(parse(text, "python"))
    found = every[0].place
    after = text[: found.start] + found.before + '"""Say it."""' + found.after + text[found.end :]
    (changed,) = ast.parse(after).body
    assert isinstance(changed, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    assert ast.get_docstring(changed) == "Say it."
    del changed.body[0]
    assert ast.dump(changed) == ast.dump(ast.parse(text).body[0])
