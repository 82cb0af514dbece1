"""The order of the filters, where it matters."""

from codegen_lsp.filters.docstring_pipeline import About, checked_summary, checked_text
from codegen_lsp.filters.place import Dropped
from codegen_lsp.prompt.docstring_answer import SUMMARY_CODE_POINTS, TEXT_CODE_POINTS
from codegen_lsp.syntax.signature import Signature, signatures
from codegen_lsp.syntax.tree import parse


def signature(source: str) -> Signature:
    return signatures(parse(source, "python"))[0]


def summary_of(draft: str, source: str, width: int = 80) -> str | Dropped:
    return checked_summary(draft, signature(source), source=source, width=width)


def test_a_generator_that_is_said_to_return_yields() -> None:
    """The verb is put right before it is asked whether there is something to return."""
    assert summary_of("return all lines", "def f(): yield 1") == "Yield all lines."


def test_a_summary_that_was_cut_may_be_the_name_again() -> None:
    draft = "Send the value, of whatever kind it may be"
    assert summary_of(draft, "def send_value(): go()", 20) == Dropped(
        "its summary only repeats the name"
    )


def test_a_summary_that_broke_off_ends_at_a_clause() -> None:
    draft = "Send the value to the peer, " + "x" * SUMMARY_CODE_POINTS
    assert summary_of(draft, "def f(): go()") == "Send the value to the peer."


def test_a_description_is_emptied_by_a_wrong_default() -> None:
    about = About("width", "int", "3")
    assert checked_text(", defaults to 5", about, source="") == Dropped(
        "it says nothing about width"
    )
    assert checked_text("the width, defaults to 5", about, source="") == "The width."


def test_a_description_that_broke_off_ends_at_a_sentence() -> None:
    draft = "The width. " + "More of it " * 20
    assert checked_text(draft[:TEXT_CODE_POINTS], About("width"), source="") == "The width."


def test_names_are_looked_for_in_the_whole_file() -> None:
    source = "def f(): go()\n\ndef read_all(): go()\n"
    assert summary_of("Use read_all on the peer", source) == "Use read_all on the peer."
    assert isinstance(summary_of("Use write_all on the peer", source), Dropped)
