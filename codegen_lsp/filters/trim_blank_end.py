"""A suggestion ends with text."""

from codegen_lsp.filters.place import Place


def trim_blank_end(draft: str, place: Place) -> str:
    """Cut white space at the end, except a single line's own before text right of the cursor."""
    return draft if place.line_after.strip() and "\n" not in draft else draft.rstrip()
