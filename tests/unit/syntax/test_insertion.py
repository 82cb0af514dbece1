"""Offsets are checked against the texts themselves."""

from codegen_lsp.syntax.insertion import Buffer
from codegen_lsp.syntax.known_trees import learn

FILLER = "".join(f"name_{number} = {number}\n" for number in range(300))
KNOWN = f"import os\n{FILLER}def f():\n    return 1\n"


def buffer_of(text: str) -> Buffer:
    prefix, suffix = text.split("¦")
    learn(KNOWN.encode(), "python")
    return Buffer(prefix, suffix, "python")


def test_the_tree_is_that_of_the_surroundings_with_the_draft() -> None:
    insertion = buffer_of(KNOWN.replace("return 1", "x = 2\n    ¦return 1")).with_draft(
        "y = 3\n    "
    )
    expected = KNOWN.replace("return 1", "x = 2\n    y = 3\n    return 1").encode()
    assert insertion.text == expected
    assert insertion.tree.source == expected[expected.index(b"name_299") :]
    assert insertion.tree.source[insertion.start : insertion.end] == b"y = 3\n    "
    assert not insertion.tree.tree.root_node.has_error


def test_what_has_changed_is_the_draft_and_what_was_typed_before() -> None:
    text = KNOWN.replace("def f", "x = 1\ndef f").replace("return 1", "return 1 + ¦")
    insertion = buffer_of(text).with_draft("2")
    draft, typed = (insertion.tree.source[part.start : part.stop] for part in insertion.changed)
    assert draft == b"2"
    assert typed == b"x = 1\ndef f():\n    return 1 + "


def test_other_places_are_where_they_were() -> None:
    text = KNOWN.replace("return 1", "x = 2\n    ¦return 1")
    insertion = buffer_of(text).with_draft("y = 3\n    ")
    source, known = insertion.tree.source, insertion.known.tree.source
    assert known == KNOWN.encode()
    for word in (b"name_299", b"def f", b"return 1"):
        assert insertion.known_offset(source.index(word)) == known.index(word)
    assert insertion.known_offset(source.index(b"y = 3")) is None
    assert insertion.known_offset(source.index(b"x = 2")) is None


def test_places_below_what_was_left_out_are_where_they_were() -> None:
    text = KNOWN.replace("name_150 = 150", "name_150 = 12¦")
    insertion = buffer_of(text).with_draft("3")
    source, known = insertion.tree.source, insertion.known.tree.source
    assert b"name_200" not in source
    assert b"name_100" not in source
    for word in (b"name_149", b"name_151", b"def f", b"return 1"):
        assert insertion.known_offset(source.index(word)) == known.index(word)


def test_whole_lines_that_were_replaced_are_told_of_both_texts() -> None:
    insertion = buffer_of(KNOWN.replace("return 1", "return 12¦")).with_draft("3")
    assert insertion.replaced() == (b"    return 1", b"    return 12")


def test_the_buffer_becomes_known_when_it_is_whole() -> None:
    buffer = buffer_of(KNOWN.replace("def f", "import re\ndef f").replace("return 1", "return ¦1"))
    buffer.renew()
    assert buffer.with_draft("1").near.is_same


def test_but_not_for_the_line_that_is_being_written() -> None:
    buffer = buffer_of(KNOWN.replace("return 1", "return ¦11"))
    buffer.renew()
    assert not buffer.with_draft("1").near.is_same
