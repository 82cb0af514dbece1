"""Where somebody edits, as the sources of context look at it: taken apart once, read by all."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from codegen_lsp.context.window import Window
from codegen_lsp.document.text import Document, Position
from codegen_lsp.syntax.imports import Import, imports
from codegen_lsp.syntax.outline import ItemKind, OutlineItem, outline
from codegen_lsp.syntax.tree import parse, parses

_WORD = re.compile(r"[^\W\d]\w*")
_READ_OFF = re.compile(r"(?<![\w.])(?P<owner>[^\W\d]\w*)\.\w*$")
_NAME = "codegen_name"
_IMPORTING = re.compile(r"\bimport\b(?:[^\n]*|\s*[({][^)}]*)$")
_LOOKED_BACK = 1_000
"""Code points before the cursor in which an import statement around it begins."""

AT_CURSOR = 4.0
"""How near a name in the line of the cursor is."""

_HALF_LINES = 6.0
"""A name counts half as much so many lines away."""

_BEHIND = 0.5
"""What stands after the cursor counts for less than what stands before it."""


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """Another document that is open; ``edited_line`` (from zero) is where it was changed last.

    ``age`` counts the documents that were changed or opened since.
    """

    document: Document
    edited_line: int | None = None
    age: int = 0


@dataclass(frozen=True)
class EditPlace:
    """A place in a document, the window around it, and what else is open, the latest first."""

    document: Document
    position: Position
    window: Window
    others: Sequence[OpenDocument] = field(default=())

    @property
    def path(self) -> Path | None:
        """The document's file; None for an untitled buffer."""
        return self.document.path

    @cached_property
    def _parsed(self) -> tuple[tuple[OutlineItem, ...], tuple[Import, ...]]:
        language = self.document.language
        if language is None or not parses(language):
            return (), ()
        tree = parse(self.document.text, language)
        is_blank = not self.document.line(self.position.line).strip()
        if language == "python" and (tree.has_error or is_blank):
            mended = parse(self._with_line_mended(), language)
            tree = tree if mended.has_error and not tree.has_error else mended
        return tuple(outline(tree)), tuple(imports(tree))

    def _with_line_mended(self) -> str:
        """Return the text as if the line at the cursor were written: else its block has no end.

        In ``def f():`` with nothing below it, or with ``g(`` below it, Python has no function yet.
        """
        number = self.position.line
        line = self.document.line_with_end(number)
        indentation = line[: len(line) - len(line.lstrip(" \t"))]
        if not line.strip():
            indentation = line[: self.position.column]
        start = self.document.index(Position(number, 0))
        text = self.document.text
        end = line[len(line.rstrip("\r\n")) :]
        return f"{text[:start]}{indentation}pass{end}{text[start + len(line) :]}"

    @property
    def items(self) -> tuple[OutlineItem, ...]:
        """What the document defines."""
        return self._parsed[0]

    @property
    def imports(self) -> tuple[Import, ...]:
        """What the document imports."""
        return self._parsed[1]

    @cached_property
    def enclosing(self) -> tuple[OutlineItem, ...]:
        """The definitions around the place, outermost first."""
        line = self.position.line
        return tuple(
            item
            for item in self.items
            if item.kind is not ItemKind.FIELD and item.first_line <= line <= item.last_line
        )

    @property
    def name(self) -> str:
        """The qualified name of the innermost definition around the place; empty at the top."""
        return self.enclosing[-1].qualified_name if self.enclosing else ""

    @property
    def read_off(self) -> str:
        """The import that a member is being read off at the cursor (``nodes.``); empty for none."""
        line = self.document.line(self.position.line)[: self.position.column]
        found = _READ_OFF.search(line)
        name = found["owner"] if found is not None else ""
        return name if any(each.bound == name for each in self.imports) else ""

    @cached_property
    def importing(self) -> str:
        """The module, as written, of which a name is being imported at the cursor; or empty."""
        language, index = self.document.language, self.document.index(self.position)
        before, after = self.document.text[:index], self.document.text[index:]
        if language is None or not parses(language):
            return ""
        if not _IMPORTING.search(before[-_LOOKED_BACK:]):
            return ""  # else the whole text would be parsed for nothing
        named = imports(parse(f"{before}{_NAME}{after}", language))
        found = (each for each in named if (each.name or "").endswith(_NAME))
        return next((each.module for each in found), "")

    def shows(self, item: OutlineItem) -> bool:
        """Say whether the window already has the beginning of a definition of this document."""
        return self.window.first_line <= item.first_line <= self.window.last_line

    @cached_property
    def near(self) -> Mapping[str, float]:
        """How near each identifier of the window stands to the cursor: at most 4, far away 0."""
        found: dict[str, float] = {}
        before = self.window.prefix.split("\n")
        for distance, line in enumerate(reversed(before)):
            weight = _weight(distance) if distance else AT_CURSOR
            _note(found, line, weight)
        for distance, line in enumerate(self.window.suffix.split("\n")):
            _note(found, line, _BEHIND * _weight(distance))
        return found


def words_in(text: str) -> list[str]:
    """Return the identifiers of a text, or what looks like them, in its order."""
    return _WORD.findall(text)


def _weight(distance: int) -> float:
    return _HALF_LINES / (_HALF_LINES + distance)


def _note(found: dict[str, float], line: str, weight: float) -> None:
    for word in words_in(line):
        found[word] = max(found.get(word, 0.0), weight)
