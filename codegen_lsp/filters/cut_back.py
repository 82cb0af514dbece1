"""A draft that is wrong somewhere is cut back to the whole lines before that, if they are clean."""

import textwrap
from collections.abc import Callable, Iterator
from itertools import islice

from codegen_lsp.filters.fix_syntax import fix_syntax
from codegen_lsp.filters.place import Dropped, Place
from codegen_lsp.syntax.insertion import Insertion
from codegen_lsp.syntax.problems import python_reads

_MOST_CUTS = 8


def cut_back(
    draft: str, index: int, place: Place, reason: str, check: Callable[[str, Place], str | Dropped]
) -> str | Dropped:
    """Return the longest run of whole lines before the one at ``index`` that ``check`` lets pass.

    They must add no syntax problem either. Where there are none, the draft is dropped for
    ``reason``.
    """
    was_whole = _is_whole(draft, place)
    for shorter in islice(_whole_lines_before(draft, index), _MOST_CUTS):
        if not shorter.strip() or shorter.endswith(":") or fix_syntax(shorter, place) != shorter:
            continue
        if _is_whole(shorter, place) or not was_whole:
            return check(shorter, place)
    return Dropped(reason)


def _is_whole(draft: str, place: Place) -> bool:
    """Say whether the lines of a Python draft are statements that end; of others nothing is said.

    Where the place is an empty block, Python does not read the buffer, so that it cannot say that
    the draft lacks an ``except``.
    """
    if place.language != "python":
        return True
    lines = textwrap.indent(textwrap.dedent(place.line_before + draft), " ")
    return python_reads(f"async def _():\n{lines}\n".encode("utf-8", "surrogatepass"))


def _whole_lines_before(draft: str, index: int) -> Iterator[str]:
    end = draft.rfind("\n", 0, index)
    while end >= 0:
        yield draft[:end].rstrip()
        end = draft.rfind("\n", 0, end)


def index_in_draft(insertion: Insertion, offset: int) -> int:
    """Return the code point index in the draft of a byte offset in the text that holds it."""
    before = insertion.tree.source[insertion.start : max(insertion.start, offset)]
    return len(before.decode("utf-8", "surrogatepass"))
