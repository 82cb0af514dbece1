"""Opening, changing and closing documents: the only writer of the session's documents."""

from lsprotocol import types as t

from codegen_lsp.document.text import Document, TextEdit
from codegen_lsp.server.from_lsp import document_of, span_of
from codegen_lsp.server.session import Session


def did_open(session: Session, params: t.DidOpenTextDocumentParams) -> None:
    """Take over a document's text from the client."""
    session.put(params.text_document.uri, document_of(params.text_document))


def did_change(session: Session, params: t.DidChangeTextDocumentParams) -> None:
    """Apply changes in order; each speaks of the text as the one before left it."""
    uri = params.text_document.uri
    document = session.snapshot(uri)
    if document is None:
        return
    for change in params.content_changes:
        document = _changed(session, uri, document, change)
    session.put(uri, document.with_version(params.text_document.version))


def did_close(session: Session, params: t.DidCloseTextDocumentParams) -> None:
    """Give the document back to the disk."""
    session.answers.closed(params.text_document.uri)
    session.remove(params.text_document.uri)


def _changed(
    session: Session, uri: str, document: Document, change: t.TextDocumentContentChangeEvent
) -> Document:
    if isinstance(change, t.TextDocumentContentChangeWholeDocument):
        changed = document.with_text(change.text)
        session.answers.replaced(uri, changed)
        return changed
    edit = TextEdit(span_of(document, change.range, session.encoding), change.text)
    changed = document.with_edit(edit)
    session.answers.changed(uri, document, edit, changed)
    return changed
