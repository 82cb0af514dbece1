"""Opening, changing and closing documents: the only writer of the session's documents."""

from lsprotocol import types as t

from codegen_lsp.document.text import Document, TextEdit
from codegen_lsp.server.from_lsp import document_of, span_of
from codegen_lsp.server.project import begin_project
from codegen_lsp.server.session import Session


def did_open(session: Session, params: t.DidOpenTextDocumentParams) -> None:
    """Take over a document's text from the client."""
    uri = params.text_document.uri
    session.put(uri, document_of(params.text_document))
    session.touch(uri, None)
    begin_project(session, uri)


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
        session.touch(uri, None)
        changed = document.with_text(change.text)
        session.answers.replaced(uri, changed)
        return changed
    session.touch(uri, change.range.start.line)
    edit = TextEdit(span_of(document, change.range, session.encoding), change.text)
    changed = document.with_edit(edit)
    session.answers.changed(uri, document, edit, changed)
    return changed
