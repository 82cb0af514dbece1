"""``textDocument/inlineCompletion``: ghost text."""

from typing import TYPE_CHECKING

from lsprotocol import types as t

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.document.text import Document, Position
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
            model=session.engine.model(),
            settings=settings,
            trigger=Trigger.INVOKED if invoked else Trigger.AUTOMATIC,
            supersedes=uri,
            cancellation=cancellation,
        )

    completion = await session.workers.offer("completion", work, None)
    return completion if session.is_current(uri, document) else None


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
