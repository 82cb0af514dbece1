r"""Where the lines of a text begin, through many small edits at one place.

Who types in a text of 5,000 lines moves the beginnings of thousands at each key. So those behind
the place are kept as they were once, with how far they have moved since: an edit costs what lies
between it and the one before. A line ends with LF, CRLF or a lone CR, as LSP has it.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import overload

LINE_END = re.compile(r"\r\n|\n|\r")

_LARGEST_GAP = 256
"""Lines between two edits; with more, all beginnings are written anew."""


@dataclass(frozen=True, slots=True)
class LineStarts(Sequence[int]):
    """The index in code points at which each line begins, the first of them 0.

    They are the first ``head`` of ``known``, then those in the ``gap``, then ``known`` from
    ``tail`` on, each of these ``shift`` later.
    """

    known: list[int]
    head: int
    gap: list[int]
    tail: int
    shift: int

    @classmethod
    def of(cls, text: str) -> "LineStarts":
        """Look for the line ends of ``text``."""
        if "\r" not in text:  # much faster, and the usual case
            lengths = (len(line) + 1 for line in text.split("\n")[:-1])
            known = [0, *accumulate(lengths)]
        else:
            known = [0, *(match.end() for match in LINE_END.finditer(text))]
        return cls(known, len(known), [], len(known), 0)

    def __len__(self) -> int:
        """Return the number of lines."""
        return self.head + len(self.gap) + len(self.known) - self.tail

    def __iter__(self) -> Iterator[int]:
        """Yield them in order."""
        yield from self.known[: self.head]
        yield from self.gap
        shift = self.shift
        yield from (each + shift for each in self.known[self.tail :])

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> list[int]: ...
    def __getitem__(self, index: int | slice) -> int | list[int]:
        """Return where a line begins, or where several do."""
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        if index < self.head:
            return self.known[index]
        index -= self.head
        if index < len(self.gap):
            return self.gap[index]
        return self.known[self.tail + index - len(self.gap)] + self.shift

    def spliced(self, start: int, end: int, text: str, length: int) -> "LineStarts":
        """Return those of ``text``, in which ``length`` code points replaced ``start:end``.

        A line start depends on the character before it, and for a CR on its own as well; so those
        from ``start`` to ``end`` are looked for again, with one character more on either side,
        where a CRLF may have been joined or parted.
        """
        last = start + length
        region = LINE_END.finditer(text, max(0, start - 1), last + 1)
        found = [match.end() for match in region if match.end() <= last]
        low, high = bisect_left(self, start), bisect_right(self, end)
        if low == 0:
            found.insert(0, 0)
        head, gap_end = min(low, self.head), max(high, self.head + len(self.gap))
        if gap_end - head > _LARGEST_GAP:
            return LineStarts(list(self), low, found, high, last - end)
        gap = [*self[head:low], *found, *(each + last - end for each in self[high:gap_end])]
        tail = self.tail + gap_end - self.head - len(self.gap)
        return LineStarts(self.known, head, gap, tail, self.shift + last - end)
