"""The place a draft is for: what stands before and after the cursor.

Filters are pure functions of a draft (the model's text so far, LF line ends) and a :class:`Place`:

- ``stop_*``  returns the index at which the draft ends, or None to go on generating
- ``trim_*``  returns a shorter draft
- ``fix_*``   returns another draft
- ``drop_*``  returns the draft as it is

and each of the last three may return :class:`Dropped` instead: nothing is shown, for that reason.
"""

import re
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

from codegen_lsp.project.facts import ProjectFacts
from codegen_lsp.syntax.extent import Extent
from codegen_lsp.syntax.insertion import Buffer
from codegen_lsp.syntax.problems import InsertionCheck
from codegen_lsp.syntax.scopes import SCOPED_LANGUAGES, known_scopes
from codegen_lsp.syntax.tree import parses

_LINE_BELOW = re.compile(r"\n([^\n]*)")


@dataclass(frozen=True, slots=True)
class Dropped:
    """Nothing is to be shown; ``reason`` completes the sentence "Nothing is shown because …"."""

    reason: str


@dataclass(frozen=True)
class Place:
    """The whole text before and after the cursor, with LF line ends, and its language.

    ``extent`` is how much is wanted. ``path`` is the file's, None for an untitled one. ``project``
    tells what can be imported; without it nothing is said about that.
    """

    prefix: str
    suffix: str
    language: str | None = None
    path: Path | None = None
    project: ProjectFacts | None = None
    extent: Extent = Extent.BLOCK

    def with_extent(self, extent: Extent) -> "Place":
        """Return this place with another extent; what was found out about it is not lost."""
        other = replace(self, extent=extent)
        vars(other).update({**vars(self), "extent": extent})
        return other

    @cached_property
    def line_before(self) -> str:
        """The cursor's line up to the cursor."""
        return self.prefix[self.prefix.rfind("\n") + 1 :]

    @cached_property
    def line_after(self) -> str:
        """The cursor's line from the cursor on."""
        end = self.suffix.find("\n")
        return self.suffix if end < 0 else self.suffix[:end]

    @property
    def takes_lines_before(self) -> bool:
        """Whether the cursor stands at the beginning of a line and lines may come before it."""
        at_start = not self.line_before.strip() and bool(self.line_after.strip())
        return at_start and self.extent is Extent.ALL

    @property
    def insertion(self) -> InsertionCheck | None:
        """The syntax check of what may be inserted; None for a language without a grammar."""
        return self.buffer.check if parses(self.language) else None

    def is_mended_by(self, draft: str, *, more_than_by: str) -> bool:
        """Say whether fewer syntax problems are left with ``draft`` than with another one."""
        check = self.insertion
        return check is not None and check.problems_with(draft) < check.problems_with(more_than_by)

    @cached_property
    def buffer(self) -> Buffer:
        """The text as bytes, and a tree around the place with any draft in it.

        The language must be one that parses.
        """
        return Buffer(self.prefix, self.suffix, self.language or "")

    def look_around(self) -> None:
        """Find out what the checks ask of the text around the place, whatever the draft.

        What is asked of the whole text takes 15 ms for each 1,000 lines, and is kept as long as it
        stays nearly the same. For when there is nothing else to do, like :meth:`foresee`.
        """
        if not parses(self.language):
            return
        known, check = self.buffer.known, self.buffer.check
        if self.language in SCOPED_LANGUAGES:
            known_scopes(known)
        if self.language != "python" or known.is_broken:
            return
        if check.is_whole:
            known.python_reads  # noqa: B018 - found out when first asked, and kept
            check.is_read_by_python  # noqa: B018 - likewise
        if self.project is not None:
            self.project.buffer(known.tree.source, self.path)

    def foresee(self, draft: str) -> None:
        """Judge the syntax of a draft's whole lines: it may have to be cut back to them."""
        lines, line_end, _ = draft.rpartition("\n")
        if line_end and lines.strip() and self.insertion is not None:
            self.insertion.adds_problem(lines)

    def lines_below(self, most: int) -> list[str]:
        """Return the first lines below the cursor's that are not blank, without blanks at the end.

        At most ``most`` of them; the text after those is not looked at.
        """
        below = (match.group(1).rstrip() for match in _LINE_BELOW.finditer(self.suffix))
        return list(islice(filter(None, below), most))

    def lines_above(self, most: int) -> list[str]:
        """Return the last lines above the cursor's that are not blank, like :meth:`lines_below`."""
        found: list[str] = []
        end = self.prefix.rfind("\n")
        while end >= 0 and len(found) < most:
            start = self.prefix.rfind("\n", 0, end) + 1
            line = self.prefix[start:end].rstrip()
            if line:
                found.append(line)
            end = start - 1
        return found[::-1]


def indent_of(line: str) -> int:
    """Return the width of a line's indentation in columns; a tab goes to the next multiple of 8."""
    expanded = line.expandtabs(8)
    return len(expanded) - len(expanded.lstrip(" "))


def whole_lines(draft: str, place: Place) -> list[tuple[int, str]]:
    """Return the draft's lines as they will stand in the buffer, each with its index in the draft.

    The first is the cursor's line; the last may still be growing.
    """
    lines, index = [], 0
    for number, line in enumerate(draft.split("\n")):
        lines.append((index, place.line_before + line if number == 0 else line))
        index += len(line) + 1
    return lines
