"""The place a draft is for: what stands before and after the cursor.

Filters are pure functions of a draft (the model's text so far, LF line ends) and a :class:`Place`:

- ``stop_*``  returns the index at which the draft ends, or None to go on generating
- ``trim_*``  returns a shorter draft
- ``fix_*``   returns another draft
- ``drop_*``  returns the draft as it is

and each of the last three may return :class:`Dropped` instead: nothing is shown, for that reason.
"""

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Dropped:
    """Nothing is to be shown; ``reason`` completes the sentence "Nothing is shown because …"."""

    reason: str


@dataclass(frozen=True)
class Place:
    """The whole text before and after the cursor, with LF line ends, and its language."""

    prefix: str
    suffix: str
    language: str | None = None

    @cached_property
    def line_before(self) -> str:
        """The cursor's line up to the cursor."""
        return self.prefix.rpartition("\n")[2]

    @cached_property
    def line_after(self) -> str:
        """The cursor's line from the cursor on."""
        return self.suffix.partition("\n")[0]

    @cached_property
    def lines_below(self) -> list[str]:
        """The lines below the cursor's that are not blank, without trailing white space."""
        below = self.suffix.partition("\n")[2]
        return [line.rstrip() for line in below.split("\n") if line.strip()]


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
