"""A suggestion ends with text."""

from codegen_lsp.filters.place import Place


def trim_blank_end(draft: str, place: Place) -> str:
    """Cut white space at the end, except a single line's own before text right of the cursor.

    Lines before the one at whose beginning the cursor stands end with a line end, and with the
    white space that this line has before the cursor.
    """
    if not place.line_after.strip():
        return draft.rstrip()
    if "\n" not in draft:
        return draft
    text = draft.rstrip()
    return f"{text}\n{place.line_before}" if text and place.takes_lines_before else text
