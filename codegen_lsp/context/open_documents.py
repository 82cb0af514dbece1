"""Other open documents: where they were edited last, and what they define that is used here."""

from codegen_lsp.context.chunk import ContextChunk
from codegen_lsp.context.edit_place import EditPlace, OpenDocument
from codegen_lsp.context.rendering import definition_text
from codegen_lsp.document.text import Document, with_lf
from codegen_lsp.project.project import Outlined, Project
from codegen_lsp.syntax.outline import outline
from codegen_lsp.syntax.tree import parse, parses

_EDITED = 1.4
_USED = 1.0
_AGED = 0.7
"""Each document that was touched since makes one count for so much less."""

MOST_DOCUMENTS = 6
"""Documents that are looked at, the latest first."""

LINES_AROUND = 6
"""Lines told on either side of an edit."""

_MOST_PARSED = 256 * 1024


def open_documents(place: EditPlace, project: Project) -> list[ContextChunk]:
    """Return the places edited last in other documents, and the definitions there used here."""
    chunks = []
    for other in place.others[:MOST_DOCUMENTS]:
        if other.document.path is None or other.document.path == place.path:
            continue
        share = _AGED**other.age
        shown = project.shown(other.document.path)
        if other.edited_line is not None:
            text = _around(other.document, other.edited_line)
            if text.strip():
                chunks.append(ContextChunk(shown, text, "open_documents", _EDITED * share))
        if other.document.language == place.document.language:
            chunks += _used(place, other, shown, share)
    return chunks


def _used(place: EditPlace, other: OpenDocument, shown: str, share: float) -> list[ContextChunk]:
    document = other.document
    language = document.language
    if language is None or not parses(language) or len(document.text) > _MOST_PARSED:
        return []
    if document.path is None:
        return []
    outlined = Outlined(document.path, tuple(outline(parse(document.text, language))))
    chunks = []
    for item in outlined.items:
        nearness = place.near.get(item.name, 0.0)
        if nearness and not item.owner:
            text = definition_text(outlined.named(item.name), language, place.near)
            score = (_USED + nearness) * share
            chunks.append(ContextChunk(shown, text, "open_documents", score))
    return chunks


def _around(document: Document, line: int) -> str:
    last = min(document.line_count - 1, line + LINES_AROUND)
    lines = range(max(0, line - LINES_AROUND), last + 1)
    return with_lf("\n".join(document.line(number) for number in lines)).strip("\n")
