"""Cuts a changed file into passages: stretches of code that a model can be asked about at once.

A passage is the enclosing function of the added lines, or the lines around them where there is
none. A file that is small enough is one passage; a long function is cut around its added lines. How
a passage is written down for a model is known in ``prompt/review.py``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from codegen_lsp.document.changes import ChangedFile
from codegen_lsp.document.language import comment_marker
from codegen_lsp.document.text import Document
from codegen_lsp.syntax.definitions import Definition, Kind, definitions
from codegen_lsp.syntax.prose import prose_lines
from codegen_lsp.syntax.tree import SyntaxTree, parse, parses

PASSAGE_CODE_POINTS = 2_000
"""The most text one passage shows: about 600 tokens, six seconds of reading on two cores."""

LINE_CODE_POINTS = 240
"""Longer lines are cut when they are shown: they are data or generated."""

_DATA_SUFFIXES = frozenset(
    (
        *(".adoc", ".md", ".po", ".rst", ".txt"),
        *(".cfg", ".csv", ".ini", ".ipynb", ".json", ".jsonl", ".lock", ".svg", ".toml"),
        *(".tsv", ".xml", ".yaml", ".yml"),
    )
)
"""Prose, data and configuration: no code that a model could say something about."""

_MARGIN = 3
_NEAR = 2 * _MARGIN
_PUNCTUATION = frozenset("()[]{};,")


@dataclass(frozen=True)
class Passage:
    """A stretch of a changed file, and the added lines in it that are asked about.

    Line numbers count from one. ``shown`` are the lines to show, as ascending ranges that do not
    touch. ``name`` is the dotted name of the enclosing definition, None outside of any.
    """

    file: ChangedFile
    name: str | None
    shown: tuple[range, ...]
    added: frozenset[int]

    @cached_property
    def removed(self) -> tuple[str, ...]:
        """The old lines that stood where the passage is, in order, blank ones left out."""
        places = [
            (number, line)
            for hunk in self.file.hunks
            for number, gone in hunk.removed.items()
            for line in gone
        ]
        return tuple(
            line
            for number, line in sorted(places, key=lambda place: place[0])
            if line.strip() and any(number in lines for lines in self.shown)
        )

    @property
    def first_line(self) -> int:
        """The first line that is asked about."""
        return min(self.added)


def passages(file: ChangedFile) -> list[Passage]:
    """Return the passages of a file in the order of their lines; empty when no code was added."""
    document = file.document
    if not _may_be_code(file):
        return []
    tree = _tree(document)
    prose = prose_lines(tree) if tree else frozenset()
    added = {n for n in file.added if n - 1 not in prose and _is_code(document, n)}
    if not added:
        return []
    whole = range(1, _last_line(document) + 1)
    if _size(document, whole) <= PASSAGE_CODE_POINTS:
        return [Passage(file, None, (whole,), frozenset(added))]
    result = []
    for function, numbers in _groups(sorted(added), _outermost_functions(tree)):
        for part in _parts(document, numbers):
            name = function.qualified_name if function else None
            result.append(Passage(file, name, _shown(document, function, part), frozenset(part)))
    return result


def _may_be_code(file: ChangedFile) -> bool:
    """Say whether a file is in a language of ours, or looks like code in another one."""
    suffix = PurePosixPath(file.path).suffix.lower()
    if file.document.language is not None or file.document.text.startswith("#!"):
        return True
    return bool(suffix) and suffix not in _DATA_SUFFIXES


def _tree(document: Document) -> SyntaxTree | None:
    if document.language is None or not parses(document.language):
        return None
    return parse(document.text, document.language)


def _outermost_functions(tree: SyntaxTree | None) -> list[Definition]:
    """Return the functions that are in no other: a nested one is reviewed as part of its owner."""
    outermost: list[Definition] = []
    for found in definitions(tree) if tree else []:
        nested = outermost and found.first_line <= outermost[-1].last_line
        if found.kind is Kind.FUNCTION and not nested:
            outermost.append(found)
    return outermost


def _groups(
    added: list[int], functions: list[Definition]
) -> Iterator[tuple[Definition | None, list[int]]]:
    """Put together the added lines of one function, and those outside of any that are near."""
    group: list[int] = []
    owner: Definition | None = None
    for number in added:
        function = next((f for f in functions if f.contains_line(number - 1)), None)
        far = function is None and group and number - group[-1] > _NEAR
        if group and (function is not owner or far):
            yield owner, group
            group = []
        owner = function
        group.append(number)
    if group:
        yield owner, group


def _parts(document: Document, numbers: list[int]) -> Iterator[list[int]]:
    """Split added lines that are too many to be shown at once."""
    part: list[int] = []
    size = 0
    for number in numbers:
        start = part[-1] + 1 if part else number
        cost = _size(document, range(start, number + 1))
        if part and size + cost > PASSAGE_CODE_POINTS:
            yield part
            part, cost, size = [], _size(document, range(number, number + 1)), 0
        part.append(number)
        size += cost
    yield part


def _shown(document: Document, function: Definition | None, added: list[int]) -> tuple[range, ...]:
    first, last = max(1, added[0] - _MARGIN), min(_last_line(document), added[-1] + _MARGIN)
    if function is None:
        return (range(first, last + 1),)
    whole = range(function.first_line + 1, function.last_line + 2)
    if _size(document, whole) <= PASSAGE_CODE_POINTS:
        return (whole,)
    head_end = document.position(function.body_start).line + 1
    head = range(whole.start, max(whole.start, min(head_end, whole.start + _NEAR)) + 1)
    around = range(max(first, whole.start), min(last, whole.stop - 1) + 1)
    return _joined(head, around)


def _joined(head: range, around: range) -> tuple[range, ...]:
    """Return two ascending ranges as one when they touch or overlap."""
    if around.start <= head.stop:
        return (range(head.start, max(head.stop, around.stop)),)
    return (head, around)


def _size(document: Document, lines: range) -> int:
    """Measure lines in code points, each with its end and the mark that it is shown with."""
    return sum(min(len(document.line(n - 1)), LINE_CODE_POINTS) + 3 for n in lines)


def _last_line(document: Document) -> int:
    """Return the number of the last line that holds anything."""
    return document.line_count - (1 if document.text.endswith(("\n", "\r")) else 0) or 1


def _is_code(document: Document, number: int) -> bool:
    """Say whether a line is more than blank, a comment or closing brackets."""
    text = document.line(number - 1).strip()
    marker = comment_marker(document.language)
    return bool(text) and not text.startswith(marker) and not set(text) <= _PUNCTUATION
