"""Inside a line, a suggestion stays inside it."""

from codegen_lsp.filters.place import Place


def stop_at_line_end(draft: str, place: Place) -> int | None:
    """End at the first line end when other text stands right of the cursor."""
    if not place.line_after.strip():
        return None
    end = draft.find("\n")
    return end if end >= 0 else None
