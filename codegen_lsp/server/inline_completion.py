"""``textDocument/inlineCompletion``: ghost text."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types as t

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.document.text import Document, Position
from codegen_lsp.server.feedback import accepted_command
from codegen_lsp.server.from_lsp import position_of
from codegen_lsp.server.project import reconsider
from codegen_lsp.server.recording import record, recorded_drafts
from codegen_lsp.server.session import Session

if TYPE_CHECKING:
    from codegen_lsp.features.completion import Completion

_SUPERSEDED = "a newer request took its place, or it failed and the log says why"


@dataclass(frozen=True, slots=True)
class Suggested:
    """Text to insert, not empty; clients that accept it execute ``command``, if there is one.

    ``others`` may be inserted in its place.
    """

    text: str
    command: t.Command | None
    others: tuple[str, ...] = ()


async def inline_completion(
    session: Session, params: t.InlineCompletionParams
) -> list[t.InlineCompletionItem]:
    """Return what may be shown, the best first.

    While the user types that is one item at the most; none when nothing passes the checks, or the
    text has changed. Whoever asks by hand gets what else was found as well.
    """
    uri = params.text_document.uri
    document = session.snapshot(uri)
    if document is None:
        return []
    position = position_of(document, params.position, session.encoding)
    invoked = params.context.trigger_kind == t.InlineCompletionTriggerKind.Invoked
    suggested = await suggest(session, uri, document, position, invoked=invoked)
    if suggested is None:
        return []
    selected = params.context.selected_completion_info
    if selected is not None:
        return _extending(selected, suggested, document, position, session)
    at = t.Range(start=params.position, end=params.position)
    others = suggested.others if invoked else ()
    return [
        t.InlineCompletionItem(insert_text=suggested.text, range=at, command=suggested.command),
        *(t.InlineCompletionItem(insert_text=text, range=at) for text in others),
    ]


async def suggest(
    session: Session,
    uri: str,
    document: Document,
    position: Position,
    *,
    invoked: bool,
) -> Suggested | None:
    """Complete at ``position``; None when there is nothing to show, for whatever reason."""
    refusal = _refusal(session, document)
    if refusal is not None:
        session.answers.refuse(uri, document, position, refusal)
        return None

    completion = None if invoked else _left(session, uri, document, position)
    if completion is None:
        completion = await _completed(session, uri, document, position, invoked=invoked)
    if completion is None or not session.is_current(uri, document):
        reason = _SUPERSEDED if completion is None else "the text has changed since"
        session.answers.refuse(uri, document, position, reason)
        return None
    session.in_background(reconsider(session, uri, document, position))
    if session.heap.is_new:
        session.in_background(session.heap.set_aside())
    suggestion_id = session.answers.add(uri, document, position, completion, invoked=invoked)
    following = _foreseen(completion, document, position)
    if following is not None:
        session.ahead.prepare(uri, document, position, following)
    if not completion.text:
        return None
    command = accepted_command(session, suggestion_id)
    return Suggested(completion.text, command, completion.others)


def _left(
    session: Session, uri: str, document: Document, position: Position
) -> "Completion | None":
    """Return what need not be asked for; that needs no thread.

    What is left of a suggestion that is being typed, or to whose place the user has come back, and
    what was found before somebody came here. Where requests are recorded, each is carried out.
    """
    if session.settings.completion.record:
        return None
    left = _left_of_answers(session, uri, document, position)
    left = left or session.ahead.left(uri, document, position)
    if left is not None:
        session.workers.supersede(uri, _place(document, position))
    return left


def _left_of_answers(
    session: Session, uri: str, document: Document, position: Position
) -> "Completion | None":
    for answer in session.answers.latest(uri):
        if answer.completion is None or not answer.completion.text:
            continue
        # Imported here: there is a completion, so all that comes with this is loaded.
        from codegen_lsp.features.typing_along import left_of

        left = left_of(answer.completion, answer.document, answer.position, document, position)
        if left is not None:
            return left
    return None


async def _completed(
    session: Session, uri: str, document: Document, position: Position, *, invoked: bool
) -> "Completion | None":
    """Have a thread complete at ``position``; None when that failed or is not wanted any more."""
    settings, least_mean = session.settings.completion, session.answers.least_mean
    session.ahead.give_up(uri)

    def work(cancellation: Cancellation) -> "Completion | None":
        # Imported here: `initialize` must not wait for the parsers.
        from agent.examples import examples_for
        from codegen_lsp.features.completion import Trigger, complete

        drafts = recorded_drafts(session)
        trigger = Trigger.INVOKED if invoked else Trigger.AUTOMATIC
        completion = complete(
            document,
            position,
            drafts=drafts,
            settings=settings,
            trigger=trigger,
            name=uri,
            knowledge=session.knowledge(uri, document, least_mean, examples_for(settings)),
            cancellation=cancellation,
        )
        record(session, document, position, completion, drafts=drafts, trigger=trigger)
        return completion

    with session.status.thinking():
        return await session.workers.offer(
            "completion", work, None, instead_of=uri, place=_place(document, position)
        )


def _foreseen(completion: "Completion", document: Document, position: Position) -> str | None:
    """Return the text after which something is wanted next, at the same place; None if unknown.

    It is the suggestion, or a new line where the model goes on with nothing else, for editors
    indent that like the one before. What is not whole goes on: all of it is wanted where it began.
    """
    if completion.text or not completion.is_whole:
        return completion.text if completion.is_whole else ""
    line = document.line(position.line)
    is_complete = line.strip() and not line[position.column :].strip()
    if completion.draft.strip() or not is_complete:
        return None
    return document.line_end + line[: len(line) - len(line.lstrip())]


def _place(document: Document, position: Position) -> object:
    """Return what two requests have in common that ask the same."""
    return document.text, position


def _refusal(session: Session, document: Document) -> str | None:
    """Say why nothing is to be tried at all, or None."""
    settings = session.settings.completion
    if session.paused is not None:
        return session.paused
    if document.language in settings.disabled_languages:
        return f"suggestions are off for {document.language} (completion.disabled_languages)"
    if not session.engine.ready:
        return f"the model is not ready ({session.status.message or session.status.state})"
    return None


def _extending(
    selected: t.SelectedCompletionInfo,
    suggested: Suggested,
    document: Document,
    position: Position,
    session: Session,
) -> list[t.InlineCompletionItem]:
    """Offer what extends the entry selected in the open menu, as LSP asks; nothing otherwise."""
    start = position_of(document, selected.range.start, session.encoding)
    if start.line != position.line:
        return []
    typed = document.line(position.line)[start.column : position.column]
    whole = typed + suggested.text
    if not whole.startswith(selected.text):
        return []
    command = suggested.command
    return [t.InlineCompletionItem(insert_text=whole, range=selected.range, command=command)]
