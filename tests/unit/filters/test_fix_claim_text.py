from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.context.changed_code import Passage
from codegen_lsp.filters.fix_claim_text import fix_claim_text, plain_text
from codegen_lsp.prompt.review import Claim


def test_escape_sequences_lose_their_power(
    passage: Callable[..., Passage], claim: Callable[..., Claim]
) -> None:
    message = "red \x1b[31m\x07 and \x9b2J \u202eback\u200b\u2066 \r\n::error::two lines"
    fixed = fix_claim_text(claim("a\x1b[0m", message, "b\x1b\x00"), passage())
    assert isinstance(fixed, Claim)
    assert fixed.message == "red [31m and 2J back ::error::two lines"
    assert fixed.quote == "a [0m"
    assert fixed.replacement == "b  "


def test_a_long_message_is_cut(
    passage: Callable[..., Passage], claim: Callable[..., Claim]
) -> None:
    fixed = fix_claim_text(claim(message="word " * 1000), passage())
    assert isinstance(fixed, Claim)
    assert len(fixed.message) <= 300
    assert fixed.message.endswith("…")


def test_of_several_lines_of_code_the_first_counts(
    passage: Callable[..., Passage], claim: Callable[..., Claim]
) -> None:
    fixed = fix_claim_text(claim("\n\tx = 1\ny = 2", replacement="\n\n"), passage())
    assert isinstance(fixed, Claim)
    assert (fixed.quote, fixed.replacement) == ("\tx = 1", "")


@given(st.text())
def test_plain_text_keeps_its_length_and_holds_no_control_characters(text: str) -> None:
    plain = plain_text(text)
    assert len(plain) == len(text)
    assert all(
        character.isprintable() or character.isspace() or ord(character) > 255
        for character in plain
    )
    assert not set(plain) & set("\x1b\x07\x08\r\n\x7f\x9b\u2028\u202e")
