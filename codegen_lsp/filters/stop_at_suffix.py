"""Text that is already below the cursor is not suggested again.

Small models find the right middle and then copy what follows it; the 0.5B does so every time.
"""

from codegen_lsp.filters.place import Place, whole_lines

_WORDS_THAT_IDENTIFY = 2
"""Letters and digits a line needs to be recognised by itself; ``}`` alone could be any."""

_LINE_ENDS_AROUND_A_LINE = 2


def stop_at_suffix(draft: str, place: Place) -> int | None:
    """End before the line at which the draft goes over into the text below the cursor.

    A line counts when it is complete and equals the first line below, indentation included; a line
    of brackets only counts when the line after it agrees as well.
    """
    if draft.count("\n") < _LINE_ENDS_AROUND_A_LINE:
        return None
    below = _lines_to_come(place)
    if not below:
        return None
    line_end = 0 if place.takes_lines_before else 1
    # The last line may still be growing; the first is the user's own.
    complete = [(at, line.rstrip()) for at, line in whole_lines(draft, place)[1:-1] if line.strip()]
    for number, (index, line) in enumerate(complete):
        if line != below[0]:
            continue
        if sum(map(str.isalnum, line)) >= _WORDS_THAT_IDENTIFY:
            return index - line_end
        following = complete[number + 1][1] if number + 1 < len(complete) else None
        if following is not None and len(below) > 1 and following == below[1]:
            return index - line_end
    return None


def _lines_to_come(place: Place) -> list[str]:
    """Return the two lines that follow the draft: the cursor's own counts if lines precede it."""
    own = [(place.line_before + place.line_after).rstrip()] if place.takes_lines_before else []
    return [*own, *place.lines_below(2)][:2]
