"""Offsets, lines and LSP positions."""

from tests.benchmarks.replay.place import lsp_position, place_at


def test_a_place_has_what_stands_left_and_right_of_the_cursor() -> None:
    place = place_at("f.py", "one\ntwo\n", 5)
    assert (place.row, place.column, place.before, place.after) == (1, 1, "t", "wo")
    assert place.lines == ("one", "two")


def test_lsp_counts_utf_16_units() -> None:
    text = "a\n\N{MATHEMATICAL ITALIC SMALL ALPHA}é = 1\n"
    assert lsp_position(text, 4) == {"line": 1, "character": 3}
