"""White space is no suggestion."""

from codegen_lsp.filters.place import Dropped, Place


def drop_blank(draft: str, _place: Place) -> str | Dropped:
    """Drop a draft without any text."""
    return draft if draft.strip() else Dropped("the model suggested nothing")
