import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from codegen_lsp.document.text import Document, Position, Span, TextEdit, apply_edits
from codegen_lsp.errors import InvalidPosition

LINES = st.text(alphabet="ab é\u2028\x0c\n\r", max_size=40)


def test_lines_end_at_lf_crlf_and_cr_only() -> None:
    """A form feed or U+2028 is no line end in LSP, whatever ``str.splitlines`` says."""
    document = Document("a\x0cb\nc\u2028d\r\ne\rf")
    assert [document.line(number) for number in range(document.line_count)] == [
        "a\x0cb",
        "c\u2028d",
        "e",
        "f",
    ]


def test_a_text_that_ends_with_a_line_end_has_an_empty_last_line() -> None:
    assert Document("a\n").line_count == 2
    assert Document("").line_count == 1


@pytest.mark.parametrize(
    ("position", "words"),
    [
        (Position(2, 0), "line 3 is outside the file, which has 2 lines"),
        (Position(-1, 0), "line 0"),
        (Position(0, 4), "column 5 is outside line 1, which has 4 positions"),
    ],
)
def test_a_place_outside_is_named(position: Position, words: str) -> None:
    with pytest.raises(InvalidPosition, match=words):
        Document("abc\n").index(position)


@given(LINES)
def test_every_index_outside_a_line_end_is_a_position_and_back(text: str) -> None:
    document = Document(text)
    for line in range(document.line_count):
        for column in range(len(document.line(line)) + 1):
            position = Position(line, column)
            assert document.position(document.index(position)) == position


@given(LINES)
def test_lines_with_their_ends_join_to_the_text(text: str) -> None:
    document = Document(text)
    lines = [document.line_with_end(number) for number in range(document.line_count)]
    assert "".join(lines) == text


def test_edits_speak_of_the_original_whatever_their_order() -> None:
    document = Document("one\ntwo\nthree\n")
    first = TextEdit(Span(Position(0, 0), Position(0, 3)), "ONE AND MORE")
    last = TextEdit(Span(Position(2, 0), Position(2, 5)), "")
    assert apply_edits(document, [first, last]) == "ONE AND MORE\ntwo\n\n"
    assert apply_edits(document, [last, first]) == "ONE AND MORE\ntwo\n\n"


def test_the_line_end_is_that_of_the_first_line() -> None:
    assert Document("a\r\nb\n").line_end == "\r\n"
    assert Document("a\nb\r\n").line_end == "\n"
    assert Document("a").line_end == "\n"


EDITED = st.text(alphabet="a\u00e9\N{GRINNING FACE}\ud800\r\n", max_size=12)


@given(EDITED, EDITED, st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
@settings(max_examples=1500)
@example("\r", "\n", 1, 1, 0)  # joined before the edit
@example("\n", "\r", 0, 0, 0)  # joined after the edit
@example("\rx\n", "", 1, 2, 0)  # joined by what went between
def test_an_edit_leaves_the_lines_that_the_text_has(
    text: str, new: str, start: int, end: int, then: int
) -> None:
    """Line starts are carried over an edit, and over the next; they equal those of a new look."""
    document = Document(text)
    for place in (sorted((start, end)), (then, then + 1)):
        span = Span(*(document.position(index) for index in place))
        try:
            document = document.with_edit(TextEdit(span, new))
        except InvalidPosition:
            return  # between CR and LF there is no position
        assert _lines(document) == _lines(Document(document.text))


def test_an_edit_gives_the_text_that_edits_give() -> None:
    document = Document("one\r\ntwo\r\n")
    edit = TextEdit(Span(Position(0, 1), Position(1, 1)), "\n\r")
    assert document.with_edit(edit).text == apply_edits(document, [edit]) == "o\n\rwo\r\n"


def test_an_edit_outside_is_refused() -> None:
    outside = TextEdit(Span(Position(0, 0), Position(5, 0)), "")
    with pytest.raises(InvalidPosition):
        Document("a\n").with_edit(outside)


def test_a_document_stays_as_it_was_after_an_edit() -> None:
    document = Document("a\nb\n", "python", version=3)
    edited = document.with_edit(TextEdit(Span(Position(1, 0), Position(1, 1)), "c\nd"))
    assert (document.text, document.line_count) == ("a\nb\n", 3)
    assert edited == Document("a\nc\nd\n", "python", version=3)
    assert edited.with_version(4) == Document("a\nc\nd\n", "python", version=4)


def _lines(document: Document) -> list[str]:
    return [document.line_with_end(number) for number in range(document.line_count)]
