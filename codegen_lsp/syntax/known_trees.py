"""Trees of the texts last looked at, so that a text that has hardly changed need not be parsed.

A tree here is always that of a whole parse, never the offspring of other trees: where a text is
broken, what tree-sitter makes of it would depend on its history. It stands in for the texts near
it, and :class:`Likeness` says where they differ. Nobody has to pass edits around for that: they
are found by comparing the texts, 0.05 ms for 200 KB.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from codegen_lsp.syntax.problems import python_reads
from codegen_lsp.syntax.tree import SyntaxTree, parse_bytes

_MOST_TREES = 4
"""As many open documents have their tree kept; one of 5,000 lines takes about 5 MB."""

MOST_CHANGED_BYTES = 4_096
"""A text that differs more from the nearest tree gets a tree of its own."""

_PART_BYTES = 4_096
"""What Python reads at once: about 100 lines, 1 ms."""

_MOST_CHANGED_BROKEN_BYTES = 64
"""The same for trees of broken texts, which say less and may soon be mended."""


@dataclass(frozen=True, eq=False)
class KnownTree:
    """A tree, and whether Python's own parser reads its text (found out when first asked)."""

    tree: SyntaxTree

    @property
    def is_broken(self) -> bool:
        """Whether the text departs from its grammar somewhere."""
        return self.tree.tree.root_node.has_error

    @cached_property
    def python_reads(self) -> bool:
        """Whether Python's own parser reads the whole text: 10 ms for each 1,000 lines."""
        return all(python_reads(part) for part in self.parts())

    def parts(self) -> Iterator[bytes]:
        """Yield the text in parts of some whole statements; in one where it is broken.

        No other thread runs while Python reads.
        """
        source, start = self.tree.source, 0
        for node in () if self.is_broken else self.tree.tree.root_node.children:
            if node.start_point.column == 0 and node.start_byte - start >= _PART_BYTES:
                yield source[start : node.start_byte]
                start = node.start_byte
        yield source[start:]


@dataclass(frozen=True, slots=True)
class Likeness:
    """A text is like that of ``known``: ``start:end`` of the latter, in bytes, is something else.

    ``growth`` is by how many bytes the text is longer than the known one.
    """

    known: KnownTree
    start: int
    end: int
    growth: int

    @property
    def is_same(self) -> bool:
        """Whether the text is the known one."""
        return self.start == self.end and self.growth == 0


_recent: list[KnownTree] = []
_lock = threading.Lock()


def likeness(source: bytes, language: str) -> Likeness:
    """Return the nearest tree to ``source``, which is parsed when none is near.

    ``source`` is UTF-8. A tree near it is found in 0.1 ms; a parse takes 4 ms for each 1,000 lines.
    """
    with _lock:
        recent = list(_recent)
    for known in recent:
        found = _compared(known, source, language)
        if found is not None:
            _remember(known)
            return found
    return Likeness(learn(source, language), len(source), len(source), 0)


def learn(source: bytes, language: str) -> KnownTree:
    """Parse ``source`` and let its tree stand in for texts near it, in place of those that did."""
    new = KnownTree(parse_bytes(source, language))
    with _lock:
        _recent[:] = [known for known in _recent if _compared(known, source, language) is None]
    _remember(new)
    return new


def _remember(known: KnownTree) -> None:
    with _lock:
        if known in _recent:
            _recent.remove(known)
        _recent.insert(0, known)
        del _recent[_MOST_TREES:]


def _compared(known: KnownTree, source: bytes, language: str) -> Likeness | None:
    """Return how ``source`` is like a known tree, None when it is not near."""
    old = known.tree.source
    most = _MOST_CHANGED_BROKEN_BYTES if known.is_broken else MOST_CHANGED_BYTES
    most = min(most, len(source) // 4)  # small texts have little to do with each other
    if known.tree.language != language or abs(len(old) - len(source)) > most:
        return None
    start = _common_start(old, source)
    end = len(old) - _common_end(old[start:], source[start:])
    growth = len(source) - len(old)
    if max(end, end + growth) - start > most:
        return None
    return Likeness(known, start, end, growth)


def _common_start(one: bytes, other: bytes) -> int:
    """Return how many bytes the two begin with alike, by comparing halves."""
    low, high = 0, min(len(one), len(other))
    if one[:high] == other[:high]:
        return high
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(one: bytes, other: bytes) -> int:
    """Return how many bytes the two end with alike."""
    low, high = 0, min(len(one), len(other))
    if high == 0 or one[-high:] == other[-high:]:
        return high
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low
