"""A suggestion ends with the block it is written in."""

from codegen_lsp.filters.place import Place, indent_of, whole_lines
from codegen_lsp.syntax.extent import Extent

_CONTINUES = ("}", ")", "]", "else", "elif", "except", "finally", "catch", "case", "default", "end")


def stop_at_block_end(draft: str, place: Place) -> int | None:
    """End before the first line that is indented less than the line the suggestion began on.

    When that line opened a block, or when one statement is wanted, a line indented just like it
    ends the suggestion as well, unless it carries on with the same statement (a closing bracket,
    ``else``). Where all is wanted that fits, the model's own end is what counts.
    """
    if place.extent is Extent.ALL:
        return None
    lines = whole_lines(draft, place)
    base: int | None = None
    opener = False
    for index, line in lines:
        if not line.strip():
            continue
        indent = indent_of(line)
        if base is None:
            base, opener = indent, line.rstrip().endswith((":", "{"))
            continue
        if indent < base and _is_decided(index, line, draft):
            return max(0, index - 1)
        is_next = opener or place.extent is Extent.STATEMENT
        same = indent == base and is_next and not line.lstrip().startswith(_CONTINUES)
        if same and _is_decided(index, line, draft):
            return index - 1
    return None


def _is_decided(index: int, line: str, draft: str) -> bool:
    """Say whether a line's beginning is known well enough: some of its text has come already."""
    return index + len(line) < len(draft) or len(line.strip()) >= max(map(len, _CONTINUES))
