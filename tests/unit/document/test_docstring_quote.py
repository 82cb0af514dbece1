"""Text that goes into a literal comes out of it unchanged."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.document.docstring_quote import (
    escaped_for,
    inside_lines,
    quoted,
    requoted,
    source_lines,
    text_of,
)

LINE = st.text(st.sampled_from("\"'\\nx{é\0"), max_size=8).filter(lambda text: "\0" not in text)


@given(st.lists(LINE, min_size=1, max_size=4))
def test_python_reads_what_was_put_in(lines: list[str]) -> None:
    assert ast.literal_eval(quoted(lines, "\n")) == "\n".join(lines)


def test_backslashes_make_it_raw_if_they_can() -> None:
    assert quoted([r"a\b"], "\n") == r'r"""a\b"""'
    assert quoted([r'a\b """'], "\n") == r'"""a\\b ""\""""'
    assert quoted(["a\\"], "\n") == r'"""a\\"""'


@pytest.mark.parametrize(
    ("literal", "lines"),
    [
        ('"""a"""', ["a"]),
        ("'''a\n  b'''", ["a", "  b"]),
        ('r"""a\\n"""', ["a\\n"]),
        ('U"""a\r\nb"""', ["a", "b"]),
        ('"""a\\""""', ['a\\"']),
        ('"a"', None),
        ('"""a""" """b"""', None),
        ('("""a""")', None),
        ('""', None),
    ],
)
def test_only_one_triple_quoted_literal_has_lines_inside(
    literal: str, lines: list[str] | None
) -> None:
    assert inside_lines(literal) == lines


@pytest.mark.parametrize("literal", ['"""a\nb"""', "r'''a\nb'''", 'u"""a\nb\\n"""'])
def test_a_literal_keeps_its_prefix_and_quotes(literal: str) -> None:
    assert requoted(literal, inside_lines(literal) or [], "\n") == literal


def test_what_is_not_triple_quoted_cannot_be_requoted() -> None:
    with pytest.raises(ValueError, match="no triple-quoted literal"):
        requoted('"a"', ["b"], "\n")


def test_any_docstring_has_lines_to_read() -> None:
    assert source_lines('"a\\nb"') == ["a", "b"]
    assert source_lines('("a" "b")') == ["ab"]
    assert source_lines("broken(") == [""]


def test_text_of_a_string_and_of_nothing_else() -> None:
    assert text_of('"a" "b"') == "ab"
    assert text_of("b'a'") is None
    assert text_of("a") is None
    assert text_of("'") is None


@given(st.text(st.sampled_from("\"'\\ax"), max_size=8), st.sampled_from(['"""', 'r"""', "'''"]))
def test_text_put_between_existing_quotes_does_not_end_them(text: str, start: str) -> None:
    quotes = start[-3:]
    literal = f"{start}.{quotes}"
    inside = f"{escaped_for(literal, text)}."
    value = ast.literal_eval(f"{start}{inside}{quotes}")
    assert value == text.replace('"""', "...").replace("'''", "...") + "."
