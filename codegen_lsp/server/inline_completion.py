"""``textDocument/inlineCompletion``: ghost text."""

from typing import TYPE_CHECKING

from lsprotocol import types as t

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.document.text import Document, Position, Span, TextEdit
from codegen_lsp.server.from_lsp import position_of
from codegen_lsp.server.session import Session

if TYPE_CHECKING:
    from codegen_lsp.features.completion import Completion


async def inline_completion(
    session: Session, params: t.InlineCompletionParams
) -> list[t.InlineCompletionItem]:
    """Return one item, or none: when nothing passes the checks, or the text has changed."""
    uri = params.text_document.uri
    document = session.snapshot(uri)
    if document is None:
        return []
    position = position_of(document, params.position, session.encoding)
    invoked = params.context.trigger_kind == t.InlineCompletionTriggerKind.Invoked
    completion = await suggest(
        session,
        uri,
        document,
        position,
        invoked=invoked,
    )
    if completion is None or not completion.text:
        return []
    selected = params.context.selected_completion_info
    if selected is not None:
        return _extending(selected, completion, document, position, session)
    at = t.Range(start=params.position, end=params.position)
    return [t.InlineCompletionItem(insert_text=completion.text, range=at)]


async def suggest(
    session: Session,
    uri: str,
    document: Document,
    position: Position,
    *,
    invoked: bool,
) -> "Completion | None":
    """Complete at ``position``; None when it may not be, cannot be yet, or is no longer wanted."""
    settings = session.settings.completion
    off = document.language in settings.disabled_languages
    if not settings.enabled or off or not session.engine.ready:
        return None

    def work(cancellation: Cancellation) -> "Completion | None":
        # Imported here: `initialize` must not wait for the parsers.
        from codegen_lsp.features.completion import Trigger, complete

        return complete(
            document,
            position,
            drafts=session.engine.drafts(),
            settings=settings,
            trigger=Trigger.INVOKED if invoked else Trigger.AUTOMATIC,
            name=uri,
            cancellation=cancellation,
        )

    completion = await session.workers.offer("completion", work, None)
    if not session.is_current(uri, document):
        return None
    if completion is not None and completion.text and completion.is_whole:
        session.in_background(_prepare_next(session, uri, document, position, completion.text))
    return completion


async def _prepare_next(
    session: Session, uri: str, document: Document, position: Position, text: str
) -> None:
    """Have the completion after an accepted ``text`` written while nobody waits."""

    def work(_cancellation: Cancellation) -> None:
        from codegen_lsp.features.completion import prepare

        after = document.with_edit(TextEdit(Span(position, position), text))
        prepare(
            after,
            after.position(document.index(position) + len(text)),
            drafts=session.engine.drafts(),
            settings=session.settings.completion,
            name=uri,
        )

    await session.workers.offer("prepare", work, None)


def _extending(
    selected: t.SelectedCompletionInfo,
    completion: "Completion",
    document: Document,
    position: Position,
    session: Session,
) -> list[t.InlineCompletionItem]:
    """Offer what extends the entry selected in the open menu, as LSP asks; nothing otherwise."""
    start = position_of(document, selected.range.start, session.encoding)
    if start.line != position.line:
        return []
    typed = document.line(position.line)[start.column : position.column]
    whole = typed + completion.text
    if not whole.startswith(selected.text):
        return []
    return [t.InlineCompletionItem(insert_text=whole, range=selected.range)]
