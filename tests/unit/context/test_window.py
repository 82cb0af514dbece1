from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.context.window import CHARACTERS_PER_TOKEN, STEP_LINES, window_around
from codegen_lsp.document.text import Document, Position

CODE = "".join(f"value_{number} = compute({number})\n" for number in range(200))


def test_a_small_document_is_seen_whole() -> None:
    window = window_around(Document("a\nb\nc\n"), Position(1, 1), before_tokens=99, after_tokens=99)
    assert (window.prefix, window.suffix) == ("a\nb", "\nc\n")
    assert (window.first_line, window.last_line) == (0, 3)


def test_the_first_line_stays_while_lines_are_added_below_it() -> None:
    """What the engine has read stays valid: the upper edge moves once in many lines."""
    document = Document(CODE)
    starts = [
        window_around(document, Position(line, 0), before_tokens=200, after_tokens=50).first_line
        for line in range(100, 164)
    ]
    assert len(set(starts)) == 64 // STEP_LINES + 1


@given(
    line=st.integers(0, 199),
    before=st.integers(1, 500),
    after=st.integers(1, 500),
)
def test_the_window_is_the_text_around_the_cursor_within_the_budget(
    line: int, before: int, after: int
) -> None:
    document = Document(CODE)
    position = Position(line, 5)
    window = window_around(document, position, before_tokens=before, after_tokens=after)
    prefix, suffix = document.split(position)
    assert prefix.endswith(window.prefix)
    assert suffix.startswith(window.suffix)
    assert len(window.prefix) <= before * CHARACTERS_PER_TOKEN
    assert len(window.suffix) <= after * CHARACTERS_PER_TOKEN


def test_one_endless_line_is_cut_on_both_sides_of_the_cursor() -> None:
    document = Document("x" * 5000 + "|" + "y" * 5000)
    window = window_around(document, Position(0, 5000), before_tokens=10, after_tokens=10)
    assert window.prefix == "x" * 32
    assert window.suffix == "|" + "y" * 31


def test_the_model_sees_line_feeds_whatever_the_document_uses() -> None:
    window = window_around(
        Document("a\r\nb\rc\r\n"), Position(1, 1), before_tokens=9, after_tokens=9
    )
    assert (window.prefix, window.suffix) == ("a\nb", "\nc\n")
