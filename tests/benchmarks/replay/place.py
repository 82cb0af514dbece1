"""Where the cursor is, in the terms of the two sides of the replay: lines, and LSP positions.

Texts end their lines with LF alone.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor in a buffer; ``row`` and ``column`` count from 0, columns in code points."""

    file: str
    lines: tuple[str, ...]
    row: int
    column: int
    modified: bool = False

    @property
    def before(self) -> str:
        """The line's text before the cursor."""
        return self.lines[self.row][: self.column]

    @property
    def after(self) -> str:
        """The line's text after the cursor."""
        return self.lines[self.row][self.column :]


def place_at(file: str, text: str, offset: int, *, modified: bool = False) -> Place:
    """Return the place ``offset`` code points into ``text``."""
    before = text[:offset]
    column = offset - (before.rfind("\n") + 1)
    lines = text.removesuffix("\n").split("\n")
    return Place(file, tuple(lines), before.count("\n"), column, modified)


def lsp_position(text: str, offset: int) -> dict[str, int]:
    """Return ``offset`` as an LSP position: a line, and a character in UTF-16 units."""
    before = text[:offset]
    line = before[before.rfind("\n") + 1 :]
    return {"line": before.count("\n"), "character": len(line.encode("utf-16-le")) // 2}
