"""Repeating the user's own next or previous lines is no suggestion."""

from codegen_lsp.filters.place import Dropped, Place


def drop_echo(draft: str, place: Place) -> str | Dropped:
    """Drop a draft that only says what stands right below, or right above, the cursor.

    Brackets that the buffer lacks are no echo.
    """
    said = [line.strip() for line in (place.line_before + draft).split("\n") if line.strip()]
    is_lacking = not any(map(str.isalnum, draft)) and place.is_mended_by(draft, more_than_by="")
    if said == [line.strip() for line in place.lines_below(len(said))] and not is_lacking:
        return Dropped("this text is already below the cursor")
    if len(said) > 1 and said == [line.strip() for line in place.lines_above(len(said))]:
        return Dropped("this text is already above the cursor")
    return draft
