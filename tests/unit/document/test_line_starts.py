"""Line starts after edits are those of the edited text."""

from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.document.line_starts import LineStarts

ends = st.sampled_from(["\n", "\r\n", "\r"])
texts = st.lists(st.tuples(st.text("ab", max_size=3), ends), max_size=8).map(
    lambda lines: "".join(line + end for line, end in lines)
)


@given(texts, st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), texts), max_size=8))
def test_after_any_edits_they_are_those_of_the_text(
    text: str, edits: list[tuple[float, int, str]]
) -> None:
    starts = LineStarts.of(text)
    for place, removed, inserted in edits:
        start = round(place * len(text))
        end = min(len(text), start + removed)
        text = text[:start] + inserted + text[end:]
        starts = starts.spliced(start, end, text, len(inserted))
        expected = LineStarts.of(text)
        assert list(starts) == list(expected)
        assert [starts[index] for index in range(len(starts))] == list(expected)
        assert starts[-1] == expected[-1]
        assert starts[1:3] == list(expected)[1:3]


@given(st.lists(st.integers(0, 2_999), max_size=6), st.sampled_from(["x", "\n", "a\nb\n"]))
def test_edits_may_be_far_from_each_other(places: list[int], inserted: str) -> None:
    text = "ab\n" * 1_000
    starts = LineStarts.of(text)
    for place in places:
        text = text[:place] + inserted + text[place + 1 :]
        starts = starts.spliced(place, place + 1, text, len(inserted))
    assert list(starts) == list(LineStarts.of(text))


def test_typing_at_one_place_leaves_the_others_alone() -> None:
    text = "ab\n" * 1_000
    starts = LineStarts.of(text)
    for index in range(1_500, 1_520):
        text = text[:index] + "x" + text[index:]
        after = starts.spliced(index, index, text, 1)
        assert index == 1_500 or after.known is starts.known
        starts = after
    assert starts[999] == 999 * 3 + 20


def test_there_is_no_line_beyond_the_last() -> None:
    starts = LineStarts.of("a\nb")
    assert len(starts) == 2
    for index in (2, -3):
        try:
            starts[index]
        except IndexError:
            continue
        raise AssertionError(index)
