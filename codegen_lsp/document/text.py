"""A document's text as a value, and places in it.

*Position* counts code points, both numbers from zero; *index* is a code point offset into the text;
*offset* is a byte offset into its UTF-8 form. UTF-16 is known only in ``server/``. Lines end with
LF, CRLF or CR as in LSP (not at form feeds or U+2028, as ``str.splitlines`` has it).
"""

from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from codegen_lsp.document.line_starts import LINE_END, LineStarts
from codegen_lsp.errors import InvalidPosition


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place between two characters: ``line`` and ``column`` from zero, in code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of text between two positions, ``start <= end``."""

    start: Position
    end: Position


@dataclass(frozen=True)
class Document:
    """One text and what is known of it.

    ``version`` is the editor's version number, 0 for files read from disk. ``language`` is a name
    of :mod:`codegen_lsp.document.language`, or None when unknown. ``path`` is None for untitled
    buffers.
    """

    text: str
    language: str | None = None
    path: Path | None = None
    version: int = 0

    @cached_property
    def _line_starts(self) -> LineStarts:
        return LineStarts.of(self.text)

    @property
    def line_count(self) -> int:
        """The number of lines; a text that ends with a line end has an empty last line."""
        return len(self._line_starts)

    def line(self, number: int) -> str:
        """Return line ``number`` (from zero) without its line end."""
        return self.line_with_end(number).rstrip("\r\n")

    def line_with_end(self, number: int) -> str:
        """Return line ``number`` (from zero) with its line end, if it has one."""
        starts = self._line_starts
        end = starts[number + 1] if number + 1 < len(starts) else len(self.text)
        return self.text[starts[number] : end]

    def index(self, position: Position) -> int:
        """Return the code point index of ``position``.

        Raises :class:`~codegen_lsp.errors.InvalidPosition` when it lies outside the document.
        """
        if not 0 <= position.line < self.line_count:
            raise InvalidPosition(
                f"line {position.line + 1} is outside the file, which has {self.line_count} lines"
            )
        length = len(self.line(position.line))
        if not 0 <= position.column <= length:
            raise InvalidPosition(
                f"column {position.column + 1} is outside line {position.line + 1}, "
                f"which has {length + 1} positions"
            )
        return self._line_starts[position.line] + position.column

    def position(self, index: int) -> Position:
        """Return the position of a code point index, clamped to the text."""
        index = max(0, min(index, len(self.text)))
        line = bisect_right(self._line_starts, index) - 1
        return Position(line, index - self._line_starts[line])

    def slice(self, span: Span) -> str:
        """Return the text of ``span``."""
        return self.text[self.index(span.start) : self.index(span.end)]

    def split(self, position: Position) -> tuple[str, str]:
        """Return the text before and after ``position``."""
        index = self.index(position)
        return self.text[:index], self.text[index:]

    def with_text(self, text: str) -> "Document":
        """Return the same document with another text."""
        return replace(self, text=text)

    def with_edit(self, edit: "TextEdit") -> "Document":
        """Return the document after one edit, without looking for all its line ends again.

        Raises :class:`~codegen_lsp.errors.InvalidPosition` when the edit lies outside the document.
        """
        start, end = self.index(edit.span.start), self.index(edit.span.end)
        text = self.text[:start] + edit.new_text + self.text[end:]
        starts = self._line_starts.spliced(start, end, text, len(edit.new_text))
        return _knowing(self.with_text(text), starts)

    def with_version(self, version: int) -> "Document":
        """Return the same document with another version."""
        return _knowing(replace(self, version=version), self._line_starts)

    @property
    def line_end(self) -> str:
        r"""The line end this text uses: ``"\r\n"`` when its first line has it, else ``"\n"``."""
        first = LINE_END.search(self.text)
        return "\r\n" if first and first.group() == "\r\n" else "\n"


def with_lf(text: str) -> str:
    """Return ``text`` with every line end as LF, as models and filters see it."""
    if "\r" not in text:
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Replace ``span`` by ``new_text``."""

    span: Span
    new_text: str


def apply_edits(document: Document, edits: list[TextEdit]) -> str:
    """Return the text after ``edits``, which all speak of the original and must not overlap."""
    text = document.text
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        start, end = document.index(edit.span.start), document.index(edit.span.end)
        text = text[:start] + edit.new_text + text[end:]
    return text


def _knowing(document: Document, line_starts: LineStarts) -> Document:
    """Fill in what ``_line_starts`` would find out, before anybody else has this document."""
    document.__dict__["_line_starts"] = line_starts
    return document
