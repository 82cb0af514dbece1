"""From a rhythm and texts to edits."""

from typing import Any

import pytest

from tests.benchmarks.replay.rhythm import Rhythm, rhythm_from
from tests.benchmarks.replay.typist import Edit, holes_of, keys_of

TEXT = "def f(a):\n    if a:\n        b = 1\n    return b\n"


def _rhythm(*events: list[Any], spots: tuple[tuple[int, int, int], ...] = ((0, 2, 2),)) -> Rhythm:
    named = [{"document": d, "first": first, "lines": lines} for d, first, lines in spots]
    return rhythm_from({"spots": named, "events": list(events)})


def _play(rhythm: Rhythm, *texts: str) -> tuple[list[str], list[str]]:
    """Return all texts that the first document went through, and all texts at the end."""
    current, _ = holes_of(rhythm, texts)
    seen = [current[0]]
    for key in keys_of(rhythm, texts):
        current[key.document] = key.edit.applied_to(current[key.document])
        seen.append(current[0])
    return seen, current


def test_files_are_opened_without_the_lines_that_will_be_typed() -> None:
    seen, _ = _play(_rhythm(["jump", 900, 0]), TEXT)
    assert seen == ["def f(a):\n    \n    return b\n"] * 2


def test_characters_come_one_by_one_and_enter_brings_the_indentation() -> None:
    events = [["jump", 1, 0], *[["key", 1]] * len("if a:"), ["key", 1], ["accept", 1]]
    seen, [text] = _play(_rhythm(*events), TEXT)
    assert seen[3] == "def f(a):\n    if\n    return b\n"
    assert seen[-2] == "def f(a):\n    if a:\n        \n    return b\n"
    assert text == TEXT


def test_a_typo_is_taken_back_before_the_right_character_comes() -> None:
    events = [["jump", 1, 0], ["key", 1], ["typo", 1, "g"], ["back", 1], ["key", 1]]
    seen, _ = _play(_rhythm(*events), TEXT)
    assert [text.splitlines()[1].strip() for text in seen] == ["", "", "i", "ig", "i", "if"]


def test_the_rest_of_the_line_is_known_unless_it_holds_a_typo() -> None:
    events = [["jump", 1, 0], ["key", 1], ["typo", 1, "g"], ["back", 1], ["accept", 1]]
    rests = [key.rest for key in keys_of(_rhythm(*events), [TEXT])]
    assert rests == ["if a:", "f a:", None, "f a:", ""]


def test_a_spot_below_another_in_the_same_file_is_found_after_that_has_grown() -> None:
    text = "a = 1\nb = 2\nc = 3\n"
    rhythm = _rhythm(
        ["jump", 1, 0], ["accept", 1], ["jump", 1, 1], ["accept", 1], spots=((0, 1, 1), (0, 3, 1))
    )
    seen, [last] = _play(rhythm, text)
    assert seen[0] == "\nb = 2\n\n"
    assert last == text


def test_the_cursor_stands_behind_what_was_typed() -> None:
    keys = list(keys_of(_rhythm(["jump", 1, 0], ["accept", 1]), [TEXT]))
    assert TEXT[: keys[-1].cursor].endswith("if a:")


@pytest.mark.parametrize(
    "events",
    [
        [["key", 1]],
        [["jump", 1, 0], ["back", 1]],
        [["jump", 1, 0], ["typo", 1, "x"], ["key", 1]],
        [["jump", 1, 0], *[["key", 1]] * 40],
    ],
)
def test_a_rhythm_that_does_not_fit_the_text_is_refused(events: list[list[Any]]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        list(keys_of(_rhythm(*events), [TEXT]))


def test_an_edit_replaces_a_part_of_the_text() -> None:
    assert Edit(1, 3, "xyz").applied_to("abcd") == "axyzd"
