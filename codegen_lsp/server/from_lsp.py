"""LSP's words into ours. With ``to_lsp.py`` the only place to know the position unit."""

from pathlib import Path

from lsprotocol import types as t
from pygls.uris import to_fs_path

from codegen_lsp.document.language import language_of_id, language_of_path
from codegen_lsp.document.text import Document, Position, Span


def path_of(uri: str) -> Path | None:
    """Return the path of a ``file:`` URI, or None for untitled buffers and other schemes."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path) if path is not None else None


def document_of(item: t.TextDocumentItem) -> Document:
    """Return an opened document; the client's language id decides, then the file's suffix."""
    path = path_of(item.uri)
    language = language_of_id(item.language_id) if item.language_id else None
    if language is None and path is not None:
        language = language_of_path(path)
    return Document(text=item.text, language=language, path=path, version=item.version)


def position_of(
    document: Document, position: t.Position, encoding: t.PositionEncodingKind | str
) -> Position:
    """Return a client's position in code points, clamped to the document as LSP wants it."""
    line = min(position.line, document.line_count - 1)
    if position.line > line:
        return Position(line, len(document.line(line)))
    text = document.line(line)
    return Position(line, _code_points(text, position.character, encoding))


def span_of(document: Document, span: t.Range, encoding: t.PositionEncodingKind | str) -> Span:
    """Return a client's range in code points."""
    return Span(
        position_of(document, span.start, encoding), position_of(document, span.end, encoding)
    )


def _code_points(line: str, units: int, encoding: t.PositionEncodingKind | str) -> int:
    """Return how many code points of ``line`` the first ``units`` units are."""
    line = line[:units]  # no code point is less than a unit
    if encoding == t.PositionEncodingKind.Utf32 or line.isascii():
        return len(line)
    size = _utf8_size if encoding == t.PositionEncodingKind.Utf8 else _utf16_size
    seen = 0
    for index, character in enumerate(line):
        if seen >= units:
            return index
        seen += size(character)
    return len(line)


def _utf8_size(character: str) -> int:
    return len(character.encode("utf-8", "surrogatepass"))


def _utf16_size(character: str) -> int:
    return 2 if character > "\uffff" else 1
