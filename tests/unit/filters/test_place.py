from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.filters.place import Place

TEXT = st.text(alphabet="ab \t\n", max_size=30)


@given(TEXT, TEXT, st.integers(0, 6))
def test_the_lines_around_the_cursor_are_those_of_the_text(
    prefix: str, suffix: str, most: int
) -> None:
    place = Place(prefix, suffix)
    above = [line.rstrip() for line in prefix.split("\n")[:-1] if line.strip()]
    below = [line.rstrip() for line in suffix.split("\n")[1:] if line.strip()]
    assert place.lines_above(most) == above[max(0, len(above) - most) :]
    assert place.lines_below(most) == below[:most]
    assert place.line_before == prefix.rpartition("\n")[2]
    assert place.line_after == suffix.partition("\n")[0]
