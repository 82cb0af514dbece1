from collections.abc import Callable

import pytest

from codegen_lsp.context.changed_code import Passage
from codegen_lsp.document.text import Position, Span
from codegen_lsp.filters.place import Dropped
from codegen_lsp.filters.quoted_place import quoted_span, same_code, without_mark

MakePassage = Callable[..., Passage]


@pytest.mark.parametrize(
    ("quote", "line", "columns"),
    [
        ("for item in items:", 2, (4, 22)),
        ("  for   item in\titems :", 2, (4, 22)),
        ("+ for item in items:", 2, (4, 22)),
        ("+for item in items:", 2, (4, 22)),
        ("item.price * item.number", 3, (17, 41)),
        ("item.price*item.number", 3, (8, 41)),
        ("count: return", 4, (7, 20)),
    ],
)
def test_a_quote_is_found_whatever_its_white_space(
    passage: MakePassage, quote: str, line: int, columns: tuple[int, int]
) -> None:
    expected = Span(Position(line, columns[0]), Position(line, columns[1]))
    assert quoted_span(quote, passage()) == expected


def test_lines_that_were_run_together_are_found(passage: MakePassage) -> None:
    assert quoted_span("return total(\titems)", passage()) == Span(Position(5, 4), Position(6, 14))


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        ("count = 0", "was not changed"),
        ("def total(items):", "was not changed"),
        ("for item in reversed(items):", "not there"),
        ("count", "not there"),
        ("  ", "quotes nothing"),
        ("+", "quotes nothing"),
    ],
)
def test_a_quote_that_is_not_on_an_added_line(
    passage: MakePassage, quote: str, reason: str
) -> None:
    found = quoted_span(quote, passage())
    assert isinstance(found, Dropped)
    assert reason in found.reason


def test_a_whole_line_is_preferred_to_a_part_of_an_earlier_one(passage: MakePassage) -> None:
    found = quoted_span("return x", passage("if y: return x\nreturn x\n", (1, 2)))
    assert found == Span(Position(1, 0), Position(1, 8))


def test_a_short_line_can_be_quoted_whole(passage: MakePassage) -> None:
    assert quoted_span("x", passage("y\nx\n", (1, 2))) == Span(Position(1, 0), Position(1, 1))


def test_signs_that_are_code_are_no_marks() -> None:
    assert without_mark(" ++i; ") == "++i;"
    assert without_mark("+= 1") == "+= 1"


def test_code_is_the_same_whatever_its_white_space() -> None:
    assert same_code("a = b", "\ta=b ")
    assert not same_code("a = b", "a = c")
