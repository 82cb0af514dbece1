"""Sentences, verbs and defaults."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.filters.fix_docstring_text import (
    fix_class_summary,
    fix_default_claim,
    fix_property_summary,
    fix_sentence,
    fix_verb,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the width", "The width."),
        ("The width.", "The width."),
        ("  The \n width ,", "The width."),
        ("The width...", "The width."),
        ("Is it wide?", "Is it wide?"),
        ("élan", "Élan."),
        (" ", ""),
        ("...", ""),
    ],
)
def test_a_sentence(text: str, expected: str) -> None:
    assert fix_sentence(text) == expected


@given(st.text())
def test_a_sentence_stays_one(text: str) -> None:
    once = fix_sentence(text)
    assert fix_sentence(once) == once
    assert "\n" not in once


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("Return the lines of a file.", "Yield the lines of a file."),
        ("Return a generator of lines.", "Yield lines."),
        ("Yield a generator that yields lines.", "Yield lines."),
        ("Return an iterator over lines.", "Yield lines."),
        ("Read the lines of a file.", "Read the lines of a file."),
    ],
)
def test_a_generator_yields(summary: str, expected: str) -> None:
    assert fix_verb(summary, yields=True) == expected


def test_a_function_may_return() -> None:
    assert fix_verb("Return a generator of lines.", yields=False) == "Return a generator of lines."


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("The Unit class represents a unit of time.", "A unit of time."),
        ("A class that represents a unit of time.", "A unit of time."),
        ("A class for units of time.", "Units of time."),
        ("A class for managing units.", "A class for managing units."),
        ("A first class ticket.", "A first class ticket."),
        ("A unit of time.", "A unit of time."),
        ("A class to manage units.", "A class to manage units."),
    ],
)
def test_a_class_is_described_by_its_objects(summary: str, expected: str) -> None:
    assert fix_class_summary(summary) == expected


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("Return the width.", "The width."),
        ("Get whether it is open.", "Whether it is open."),
        ("Returns all items.", "All items."),
        ("Return True if it is open.", "Return True if it is open."),
        ("The width.", "The width."),
        ("Getting the width.", "Getting the width."),
    ],
)
def test_a_property_is_named_and_not_called(summary: str, expected: str) -> None:
    assert fix_property_summary(summary) == expected


@pytest.mark.parametrize(
    ("text", "default", "expected"),
    [
        ("The width. Defaults to 3.", "3", "The width. Defaults to 3."),
        ("The width. Defaults to 3.", "4", "The width"),
        ("The width. Defaults to 3.", None, "The width"),
        ("The width (default: 3)", None, "The width"),
        ("The width (default: 3)", "3", "The width (default: 3)"),
        ("The width, default is 3", "4", "The width"),
        ("The width, by default the screen's", None, "The width"),
        ("The mark, which defaults to 'x'", '"x"', "The mark, which defaults to 'x'"),
        ("The mark; the default value is x", None, "The mark"),
        ("The default value to return", None, "The default value to return"),
        ("What is used by default", None, "What is used by default"),
        ("The width, or the default one", None, "The width, or the default one"),
    ],
)
def test_a_claim_about_a_default_is_that_of_the_signature(
    text: str, default: str | None, expected: str
) -> None:
    assert fix_default_claim(text, default) == expected
