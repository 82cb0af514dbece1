"""What is left of a suggestion while its beginning is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.document.text import Document, Position, Span, TextEdit
from codegen_lsp.features.checking import Verdict
from codegen_lsp.features.completion import Completion
from codegen_lsp.features.typing_along import left_of
from codegen_lsp.model.backend import Finished, FinishReason

BEFORE = Document("def f(n):\n    \n    return n\n", "python")
AT = Position(1, 4)
SHOWN = Completion(
    "n += 1\n    n *= 2",
    draft="n += 1\n    n *= 2\n",
    verdicts=(Verdict("trim_blank_end", "n += 1\n    n *= 2\n", "n += 1\n    n *= 2"),),
    others=("n -= 1",),
    finished=Finished(FinishReason.END, tokens_read=5, tokens_written=9),
)


def typed(text: str, at: Position = AT, document: Document = BEFORE) -> tuple[Document, Position]:
    after = document.with_edit(TextEdit(Span(at, at), text))
    return after, after.position(document.index(at) + len(text))


@pytest.mark.parametrize("text", ["", "n", "n += ", "n += 1\n    ", "n += 1\n    n"])
def test_the_rest_is_shown_and_nothing_is_asked(text: str) -> None:
    left = left_of(SHOWN, BEFORE, AT, *typed(text))
    assert left is not None
    assert text + left.text == SHOWN.text
    assert text + left.draft == SHOWN.draft
    assert [(text + each.before, text + (each.after or "")) for each in left.verdicts] == [
        (each.before, each.after) for each in SHOWN.verdicts
    ]
    assert left.finished == Finished(FinishReason.END)
    assert (left.reused, left.others) == (True, ())


@pytest.mark.parametrize("text", ["m", "n -", SHOWN.text])
def test_something_else_and_the_whole_leave_nothing(text: str) -> None:
    assert left_of(SHOWN, BEFORE, AT, *typed(text)) is None


def test_nothing_is_left_where_only_blanks_would_be() -> None:
    shown = Completion("x = 1\n    ")
    assert left_of(shown, BEFORE, AT, *typed("x = 1")) is None


def test_where_nothing_was_shown_nothing_is_left_at_that_place_alone() -> None:
    nothing = Completion("", dropped="the model was not sure of it", draft="n += 1")
    left = left_of(nothing, BEFORE, AT, *typed(""))
    assert left is not None
    assert (left.text, left.dropped, left.reused) == ("", nothing.dropped, True)
    assert left_of(nothing, BEFORE, AT, *typed("n")) is None


def test_a_suggestion_that_may_still_grow_is_asked_for_again() -> None:
    shown = Completion(SHOWN.text, is_whole=False)
    assert left_of(shown, BEFORE, AT, *typed("n")) is None


@pytest.mark.parametrize("line", [0, 2])
def test_another_change_in_the_text_is_another_text(line: int) -> None:
    elsewhere, _ = typed("#", Position(line, 0), BEFORE)
    document, position = typed("n", AT, elsewhere)
    assert left_of(SHOWN, BEFORE, AT, document, position) is None


def test_another_place_is_another_place() -> None:
    document, _ = typed("n")
    for place in (Position(0, 0), Position(1, 3), Position(2, 0)):
        assert left_of(SHOWN, BEFORE, AT, document, place) is None


def test_line_ends_are_those_of_the_document() -> None:
    before = Document("a = 1\r\n\r\n", "python")
    shown = Completion("b = 1\r\nc = 2")
    left = left_of(shown, before, Position(1, 0), *typed("b = 1\r\n", Position(1, 0), before))
    assert left is not None
    assert left.text == "c = 2"


@given(st.text("n +=1\n"), st.text("n +=1\n", max_size=6), st.integers(0, 30))
def test_what_is_left_always_leads_to_the_text_that_was_checked(
    suggestion: str, inserted: str, index: int
) -> None:
    shown = Completion(suggestion)
    place = BEFORE.position(index)
    document, position = typed(inserted, place)
    left = left_of(shown, BEFORE, AT, document, position)
    if left is not None:
        end, start = document.index(position), BEFORE.index(AT)
        accepted = document.text[:end] + left.text + document.text[end:]
        assert accepted == BEFORE.text[:start] + suggestion + BEFORE.text[start:]
