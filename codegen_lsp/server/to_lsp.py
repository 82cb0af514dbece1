"""Our words into LSP's. With ``from_lsp.py`` the only place to know the position unit."""

from lsprotocol import types as t

from codegen_lsp.document.text import Document, Position, Span, TextEdit


def position_to(
    document: Document, position: Position, encoding: t.PositionEncodingKind | str
) -> t.Position:
    """Return a position in the client's unit."""
    before = document.line(position.line)[: position.column]
    return t.Position(line=position.line, character=_units(before, encoding))


def range_to(document: Document, span: Span, encoding: t.PositionEncodingKind | str) -> t.Range:
    """Return a range in the client's unit."""
    return t.Range(
        start=position_to(document, span.start, encoding),
        end=position_to(document, span.end, encoding),
    )


def edit_to(
    document: Document, edit: TextEdit, encoding: t.PositionEncodingKind | str
) -> t.TextEdit:
    """Return an edit with its range in the client's unit."""
    return t.TextEdit(range=range_to(document, edit.span, encoding), new_text=edit.new_text)


def _units(text: str, encoding: t.PositionEncodingKind | str) -> int:
    if encoding == t.PositionEncodingKind.Utf32 or text.isascii():
        return len(text)
    if encoding == t.PositionEncodingKind.Utf8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
