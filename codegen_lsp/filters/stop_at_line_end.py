"""Inside a line, a suggestion stays inside it; and where one line is wanted, it is no more."""

from codegen_lsp.filters.place import Place
from codegen_lsp.syntax.extent import Extent


def stop_at_line_end(draft: str, place: Place) -> int | None:
    """End at the first line end when other text stands right of the cursor.

    Whole lines may come before a line at whose beginning the cursor stands, where all that fits is
    wanted. Where a line is wanted, end at the first line end after some text.
    """
    if place.line_after.strip():
        end = -1 if place.takes_lines_before else draft.find("\n")
    elif place.extent is Extent.LINE:
        blank = 0 if place.line_before.strip() else len(draft) - len(draft.lstrip())
        end = draft.find("\n", blank)
    else:
        return None
    return end if end >= 0 else None
