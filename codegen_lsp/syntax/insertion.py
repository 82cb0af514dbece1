"""A buffer with a draft in it, as a tree, at the cost of the draft.

The tree is made from the nearest known one (:mod:`codegen_lsp.syntax.known_trees`) by the edits
that lead to it. What is known of that one, its scopes for instance, holds for everything outside
:attr:`Insertion.changed`.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from codegen_lsp.syntax.known_trees import KnownTree, Likeness, learn, likeness
from codegen_lsp.syntax.tree import SyntaxTree, parse_bytes, reparse_with_edits

_KEPT = 4
"""Drafts whose tree is kept: several checks look at the same one."""


@dataclass(frozen=True)
class Insertion:
    """``tree`` is that of the whole text, the bytes ``start:end`` of it are the draft.

    ``near`` says how the buffer without the draft is like the known tree.
    """

    tree: SyntaxTree
    start: int
    end: int
    near: Likeness

    @property
    def known(self) -> KnownTree:
        """The tree this one was made from."""
        return self.near.known

    @property
    def changed(self) -> tuple[range, ...]:
        """The parts of the text that the known tree lacks, in bytes; the draft is one of them."""
        near, draft = self.near, range(self.start, self.end)
        if near.is_same:
            return (draft,)
        first = self._with_draft(near.start)
        last = self._with_draft(max(near.end + near.growth, near.start))
        if first <= self.start and self.end <= last:
            return (range(first, last),)
        return (draft, range(first, last))

    def replaced(self) -> tuple[bytes, ...]:
        """Return the whole lines in which the buffer differs from the known text: of both."""
        near = self.near
        if near.is_same:
            return ()
        known = self.known.tree.source
        start, end = known.rfind(b"\n", 0, near.start) + 1, known.find(b"\n", near.end)
        end = len(known) if end < 0 else end
        bare = self.tree.source[: self.start] + self.tree.source[self.end :]
        return known[start:end], bare[start : end + near.growth]

    def known_offset(self, offset: int) -> int | None:
        """Return where a byte of this text is in the known one's; None for what has changed."""
        if self.start <= offset < self.end:
            return None
        bare = offset if offset < self.start else offset - (self.end - self.start)
        if bare < self.near.start or self.near.is_same:
            return bare
        return bare - self.near.growth if bare >= self.near.end + self.near.growth else None

    def _with_draft(self, bare: int) -> int:
        """Return where an offset of the buffer is when the draft is in it."""
        return bare if bare <= self.start else bare + (self.end - self.start)


class Buffer:
    """A text and a place in it: ``prefix`` and ``suffix`` are before and after it."""

    def __init__(self, prefix: str, suffix: str, language: str) -> None:
        before = prefix.encode("utf-8", "surrogatepass")
        self.place = len(before)
        self.source = before + suffix.encode("utf-8", "surrogatepass")
        self.language = language
        self._kept: OrderedDict[str, Insertion] = OrderedDict()

    def with_draft(self, draft: str) -> Insertion:
        """Return the buffer with ``draft`` at the place; 1 ms on 5,000 lines as a rule."""
        kept = self._kept.get(draft)
        if kept is None:
            kept = self._kept[draft] = self._inserted(draft.encode("utf-8", "surrogatepass"))
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return kept

    def renew(self) -> None:
        """Make the buffer the known text, if it is whole and more than its current line is new.

        For when what has changed matters. Takes two parses of it, 8 ms for each 1,000 lines.
        """
        near = likeness(self.source, self.language)
        line = self.source.rfind(b"\n", 0, self.place) + 1
        end = self.source.find(b"\n", self.place)
        last = near.end + near.growth
        is_current_line = line <= near.start and (end < 0 or last <= end)
        if near.is_same or is_current_line:
            return
        if not parse_bytes(self.source, self.language).tree.root_node.has_error:
            learn(self.source, self.language)
            self._kept.clear()

    def _inserted(self, data: bytes) -> Insertion:
        near = likeness(self.source, self.language)
        end = self.place + len(data)
        whole = self.source[: self.place] + data + self.source[self.place :]
        tree = _last.get(whole, self.language)
        if tree is not None:
            return Insertion(tree, self.place, end, near)
        edits = [(self.place, self.place, data)]
        if not near.is_same:
            replacement = self.source[near.start : near.end + near.growth]
            edits.insert(0, (near.start, near.end, replacement))
        tree = reparse_with_edits(near.known.tree, edits)
        _last.put(tree)
        return Insertion(tree, self.place, end, near)


class _LastTrees:
    """The trees made last: whoever types along a draft has the same text at every key."""

    def __init__(self) -> None:
        self._trees: list[SyntaxTree] = []
        self._lock = threading.Lock()

    def get(self, source: bytes, language: str) -> SyntaxTree | None:
        with self._lock:
            found = (tree for tree in self._trees if tree.source == source)
            return next((tree for tree in found if tree.language == language), None)

    def put(self, tree: SyntaxTree) -> None:
        with self._lock:
            self._trees = [tree, *self._trees[: _KEPT - 1]]


_last = _LastTrees()
