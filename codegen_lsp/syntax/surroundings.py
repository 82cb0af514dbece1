"""The part of a buffer that decides whether an insertion is well-formed, cut out of a large file.

An insertion is judged by parsing, and a parse of 5,000 lines takes 20 ms, Python's own 30. But what
stands in a list of statements, far from the place, has no say: it can be left out, with the headers
around the place kept. What remains of a file is some tens of lines:

    class Counter:
        def add(self, item):
            self.count += 1
            <place>

The statements next to the place stay, because an insertion may join them (``else``, a decorator,
half a word); so do the last statement of each list, and whatever is broken. Where lists of
statements are is known from a tree near enough to the buffer, so that nothing is parsed to find it:
see :mod:`codegen_lsp.syntax.known_trees`.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

from tree_sitter import Node

from codegen_lsp.syntax.known_trees import MOST_CHANGED_BYTES, KnownTree, Likeness, learn, likeness
from codegen_lsp.syntax.problems import InsertionCheck, python_reads
from codegen_lsp.syntax.tree import SyntaxTree

STATEMENT_LISTS = frozenset(
    (
        *("module", "block"),  # Python; `block` is also that of Go, Java and Rust
        *("program", "statement_block", "class_body", "interface_body"),  # JavaScript to Java
        *("enum_body_declarations", "constructor_body"),
        *("source_file", "statement_list", "declaration_list"),  # Go, Rust
        *("translation_unit", "compound_statement", "field_declaration_list"),  # C, C++
        *("preproc_if", "preproc_ifdef", "preproc_else"),
    )
)
"""Node types that hold statements or members, any of which may be missing."""

_SMALL_BYTES = 256
"""A node of less is not worth looking into."""

_REMEMBERED = 4
"""Places of which is known what to leave out; each keeps its tree from being forgotten."""

_LARGE_BYTES = 16_384
"""When more than this remains and the tree is broken, it pays to look for a better one."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is left of the text before and after a place.

    ``gaps`` are what was left out, as bytes ``start:end`` of the text, in order; ``size`` is how
    many bytes of UTF-8 remain. ``near`` is the tree it was found with: no gap touches what that
    one lacks.
    """

    prefix: str
    suffix: str
    size: int
    gaps: tuple[tuple[int, int], ...]
    near: Likeness

    def offset_in_text(self, offset: int) -> int:
        """Return where a byte of the surroundings is in the text."""
        for start, end in self.gaps:
            if start > offset:
                break
            offset += end - start
        return offset

    def offset_here(self, offset: int) -> int:
        """Return where a byte of the text that was not left out is in the surroundings."""
        return offset - sum(end - start for start, end in self.gaps if end <= offset)


def check_at(source: bytes, place: int, language: str) -> tuple[Surroundings, InsertionCheck]:
    """Return the surroundings of a byte offset of UTF-8 ``source``, and a check of insertions.

    It answers as an :class:`InsertionCheck` of the whole would, at a cost that does not grow with
    it; only where the buffer is broken already may error recovery take another way now and then.
    Where Python cannot read the buffer, perhaps written for another version, it has no say in it.
    """
    around = surroundings(source, place, language)
    check = _check(around, source, language)
    known = around.near.known
    if known.is_broken and check.is_whole and known.tree.source != source:
        # What was broken has been mended: a tree of the whole text sees more than that one.
        learn(source, language)
        around = surroundings(source, place, language)
        check = _check(around, source, language)
    return around, check


def _check(around: Surroundings, source: bytes, language: str) -> InsertionCheck:
    def refused_elsewhere() -> bool:
        if not around.gaps or around.near.known.python_reads:
            return False
        return not python_reads(source)

    return InsertionCheck(
        around.prefix, around.suffix, language, refused_elsewhere=refused_elsewhere
    )


def surroundings(source: bytes, place: int, language: str) -> Surroundings:
    """Cut what matters for an insertion at the byte offset ``place`` out of UTF-8 ``source``."""
    found = _cut_out(source, place, likeness(source, language))
    for other in (source, _without_line(source, place)):
        if found.size <= _LARGE_BYTES or not found.near.known.is_broken:
            break
        # In a broken tree, lists of statements are hard to see: perhaps another text is whole.
        if other != found.near.known.tree.source:
            learn(other, language)
            found = _cut_out(source, place, likeness(source, language))
    return found


def _without_line(source: bytes, place: int) -> bytes:
    """Return ``source`` with the line emptied that is being written, often the one that is broken.

    A very long line stays: without it, the text would not be near what it was.
    """
    start, end = source.rfind(b"\n", 0, place) + 1, source.find(b"\n", place)
    end = len(source) if end < 0 else end
    return source[:start] + source[end:] if end - start <= MOST_CHANGED_BYTES else source


def _cut_out(source: bytes, place: int, near: Likeness) -> Surroundings:
    """Leave out of ``source`` what has no say at the byte offset ``place``."""
    first, last = place, place
    if not near.is_same:
        first, last = min(near.start, place), max(near.end, place - near.growth)
    before, after = [], []
    for start, end in _gaps(near.known, first, last):
        if end <= first:
            before.append((start, end))
        else:
            after.append((start + near.growth, end + near.growth))
    gaps = (*before, *after)
    return Surroundings(
        prefix=_without(before, source, 0, place),
        suffix=_without(after, source, place, len(source)),
        size=len(source) - sum(end - start for start, end in gaps),
        gaps=gaps,
        near=near,
    )


def _without(gaps: list[tuple[int, int]], source: bytes, start: int, end: int) -> str:
    """Return ``source[start:end]`` without ``gaps``, which are in order."""
    edges = [start, *(edge for gap in gaps for edge in gap), end]
    kept = (source[begin:stop] for begin, stop in zip(edges[::2], edges[1::2], strict=True))
    return b"".join(kept).decode("utf-8", "surrogatepass")


@lru_cache(maxsize=_REMEMBERED)
def _gaps(known: KnownTree, first: int, last: int) -> tuple[tuple[int, int], ...]:
    """Return in order what has no say; while a line grows that the tree lacks, it is the same."""
    return tuple(sorted(_removable(known.tree, first, last)))


def _removable(tree: SyntaxTree, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield stretches of whole lines that have no say between the bytes ``first`` and ``last``."""
    pending = [tree.tree.root_node]
    while pending:
        node = pending.pop()
        if node.is_error or node.end_byte - node.start_byte < _SMALL_BYTES:
            continue
        children = node.named_children
        if node.type not in STATEMENT_LISTS or _is_broken_itself(node):
            pending.extend(children)
            continue
        kept = _kept(children, first, last, broken=node.has_error)
        pending.extend(children[index] for index in kept)
        for left, right in pairwise((-1, *kept)):
            yield from _between(children, left, right, tree.source)


def _is_broken_itself(node: Node) -> bool:
    """Say whether a list lacks a token of its own, a brace perhaps."""
    return node.has_error and any(
        not child.is_named and (child.is_missing or child.is_error) for child in node.children
    )


def _kept(children: list[Node], first: int, last: int, *, broken: bool) -> list[int]:
    """Return which of a list's statements must stay, in order; comments do not count.

    Those that ``first:last`` touches; the two before it, because the first word of the nearer one
    may be growing into an ``else``; the one after it; the list's last; and what is broken.
    """
    low = bisect_left(children, first, key=_start)
    high = bisect_left(children, last, lo=low, key=_start)
    before = list(islice(_statements(children, range(low - 1, -1, -1)), 2))
    after = list(islice(_statements(children, range(high, len(children))), 1))
    final = list(islice(_statements(children, range(len(children) - 1, -1, -1)), 1))
    wrong = [index for index, child in enumerate(children) if child.has_error] if broken else []
    return sorted({*before, *range(low, high), *after, *final, *wrong})


def _start(node: Node) -> int:
    return node.start_byte


def _statements(children: list[Node], indices: Iterable[int]) -> Iterator[int]:
    return (index for index in indices if not children[index].is_extra)


def _between(
    children: list[Node], left: int, right: int, source: bytes
) -> Iterator[tuple[int, int]]:
    """Yield the lines between two children that stay, if there are any.

    They begin and end with statements that begin a line, so that half a line is never left.
    """
    begins = _line_starts(children, range(left + 1, right), source)
    ends = _line_starts(children, range(right, left + 1, -1), source)
    start, end = next(begins, None), next(ends, None)
    if start is not None and end is not None and start < end:
        yield start, end


def _line_starts(children: list[Node], indices: Iterable[int], source: bytes) -> Iterator[int]:
    """Yield where the lines begin that begin with one of these statements."""
    for index in _statements(children, indices):
        start = children[index].start_byte
        line_start = source.rfind(b"\n", 0, start) + 1
        if not source[line_start:start].strip(b" \t"):
            yield line_start
