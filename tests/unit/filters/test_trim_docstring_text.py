"""Where a text that ran on is cut."""

import pytest

from codegen_lsp.filters.place import Dropped
from codegen_lsp.filters.trim_docstring_text import trim_summary, trim_unfinished


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("Return the sum.", 80, "Return the sum"),
        ("Return the sum", 80, "Return the sum"),
        ("Return the sum. It is cached.", 80, "Return the sum"),
        ("Return 1.5 times the sum", 80, "Return 1.5 times the sum"),
        ("Read m.py and parse it", 80, "Read m.py and parse it"),
        ("Return the sum of all, skipping blanks", 30, "Return the sum of all"),
        ("Return the sum of all using a loop over items", 30, "Return the sum of all"),
        ("Return the sum of all if there are any items", 30, "Return the sum of all"),
        ("Return the sum of all (in metres, not in feet)", 30, "Return the sum of all"),
        ("Return the sum of all with signs as they are", 30, "Return the sum of all"),
        ("Write a number with commas, not points", 32, "Write a number with commas"),
        ("Keep many items with ways to add, take, and count", 40, "Keep many items"),
        (
            "Say it, then say it again and again and again",
            30,
            Dropped("its summary does not fit on one line"),
        ),
        (
            "Wordy without any clause to cut it at anywhere",
            20,
            Dropped("its summary does not fit on one line"),
        ),
    ],
)
def test_a_summary_is_one_sentence_that_fits(
    text: str, width: int, expected: str | Dropped
) -> None:
    assert trim_summary(text, width) == expected


def test_the_full_stop_to_come_counts() -> None:
    assert trim_summary("12345 789", 10) == "12345 789"
    assert trim_summary("12345 789", 9) == Dropped("its summary does not fit on one line")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Short.", "Short."),
        ("It is one thing. It is anot", "It is one thing"),
        ("It is one thing, not that, s", "It is one thing, not that"),
        ("Itisonethingandthenanother!", Dropped("one of its texts is too long")),
    ],
)
def test_a_text_as_long_as_allowed_broke_off(text: str, expected: str | Dropped) -> None:
    assert trim_unfinished(text, 27) == expected
