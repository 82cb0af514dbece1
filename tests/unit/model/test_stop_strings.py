from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.model.stop_strings import StopStrings


def passed_on(pieces: list[str], *strings: str) -> str:
    stop = StopStrings(strings)
    text = ""
    for piece in pieces:
        text += stop.feed(piece)
        if stop.stopped:
            return text
    return text + stop.flush()


def test_a_stop_string_cut_into_pieces_is_found() -> None:
    assert passed_on(["a`", "`", "`b"], "```") == "a"


def test_the_first_of_several_counts() -> None:
    assert passed_on(["one END two STOP"], "STOP", "END") == "one "


def test_what_only_looked_like_a_stop_string_is_passed_on() -> None:
    assert passed_on(["a``", "b`"], "```") == "a``b`"


@given(
    st.lists(st.text(alphabet="ab\n", max_size=4)), st.text(alphabet="ab\n", min_size=1, max_size=3)
)
def test_pieces_make_no_difference(pieces: list[str], string: str) -> None:
    text = "".join(pieces)
    assert passed_on(pieces, string) == text.partition(string)[0]
