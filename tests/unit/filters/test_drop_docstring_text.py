"""Texts that say nothing, or speak of what is not there."""

import pytest

from codegen_lsp.filters.drop_docstring_text import (
    drop_control_characters,
    drop_empty_summary,
    drop_empty_text,
    drop_false_return,
    drop_unknown_names,
)
from codegen_lsp.filters.place import Dropped


@pytest.mark.parametrize(
    ("summary", "name"),
    [
        ("Add option.", "add_option"),
        ("Add the options.", "add_option"),
        ("A bounded queue.", "BoundedQueue"),
        ("The HTTP server.", "http_server"),
    ],
)
def test_the_name_again_is_no_summary(summary: str, name: str) -> None:
    assert drop_empty_summary(summary, name) == Dropped("its summary only repeats the name")


@pytest.mark.parametrize(
    ("summary", "name"),
    [
        ("Add an option to the parser.", "add_option"),
        ("Return the option.", "option"),
        ("Verdopple ein Maß.", "größe"),
    ],
)
def test_a_word_more_is_a_summary(summary: str, name: str) -> None:
    assert drop_empty_summary(summary, name) == summary


def test_a_summary_is_a_sentence() -> None:
    assert drop_empty_summary("The.", "f") == Dropped("its summary is empty")
    assert drop_empty_summary("", "f") == Dropped("its summary is empty")
    assert isinstance(drop_empty_summary("Is it so?", "f"), Dropped)


def test_a_promise_to_return_needs_a_value() -> None:
    dropped = Dropped("its summary says Return, and nothing is returned")
    assert drop_false_return("Return the sum.", gives_value=False) == dropped
    assert drop_false_return("Return the sum.", gives_value=True) == "Return the sum."
    assert drop_false_return("Returning home.", gives_value=False) == "Returning home."


@pytest.mark.parametrize(
    ("text", "annotation", "dropped"),
    [
        ("The width.", "int", False),
        ("Int.", "int", True),
        ("SeverityLevel.", "SeverityLevel", True),
        ("Path.", "'Path'", True),
        (".", None, True),
        ("", None, True),
        ("Width.", None, False),
    ],
)
def test_a_type_is_no_description(text: str, annotation: str | None, *, dropped: bool) -> None:
    outcome = drop_empty_text(text, "width", annotation)
    assert outcome == (Dropped("it says nothing about width") if dropped else text)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Call read_all for it.", "read_all"),
        ("Call read_all() for it.", "read_all"),
        ("Call read() for it.", None),
        ("Call write() for it.", "write"),
        ("A JsonReader for it.", "JsonReader"),
        ("A camelCase name.", "camelCase"),
        ("Read HTTP, JSON and well-known words.", None),
        ("Read from the file_name given.", None),
        ("Upload it to GitHub.", "GitHub"),
        ("The size in KiB on a macOS machine.", None),
        ("A FileName for it.", "FileName"),
        ("A FILE_NAME for it.", None),
    ],
)
def test_names_of_code_must_be_in_the_file(text: str, unknown: str | None) -> None:
    outcome = drop_unknown_names(text, "def read(file_name): ...")
    if unknown is None:
        assert outcome == text
    else:
        assert outcome == Dropped(f"it speaks of {unknown}, which the file does not have")


@pytest.mark.parametrize("char", ["\x1b", "\u202e", "\u200b", "\ue000", "\x7f"])
def test_what_cannot_be_seen_is_dropped(char: str) -> None:
    assert isinstance(drop_control_characters(f"The{char} width."), Dropped)


def test_other_scripts_are_fine() -> None:
    assert drop_control_characters("Größe 寸法.") == "Größe 寸法."
