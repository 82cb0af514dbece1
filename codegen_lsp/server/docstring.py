"""The code action that offers a docstring, and command ``codegen.docstring`` that writes it.

The offer costs nothing: the model is asked when the user takes it up. The docstring is then sent to
the editor as an edit, if the text is still what it was written for.
"""

from typing import TYPE_CHECKING, Any

from lsprotocol import types as t

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.document.text import Document, Position
from codegen_lsp.errors import CodegenError, UsageError
from codegen_lsp.server import protocol
from codegen_lsp.server.arguments import argument_of
from codegen_lsp.server.from_lsp import position_of
from codegen_lsp.server.progress import WorkDone
from codegen_lsp.server.session import Session
from codegen_lsp.server.to_lsp import edit_to

if TYPE_CHECKING:
    from codegen_lsp.features.docstring import Outcome


def offer(session: Session, params: t.CodeActionParams, document: Document) -> list[t.CodeAction]:
    """Offer to document the definition around the range's start, where there is one."""
    uri = params.text_document.uri
    from codegen_lsp.features.docstring_targets import read_file, target_at

    position = position_of(document, params.range.start, session.encoding)
    try:
        target = target_at(read_file(document), position)
    except UsageError:  # a stub file has nothing to document
        return []
    if target is None:
        return []
    argument = {"uri": uri, "position": _plain(params.range.start)}
    title = f"Write the docstring of {target.signature.name} with codegen"
    return [
        t.CodeAction(
            title=title,
            kind=t.CodeActionKind.RefactorRewrite,
            command=t.Command(
                title=title, command=protocol.COMMAND_DOCSTRING, arguments=[argument]
            ),
        )
    ]


async def write_docstring(session: Session, params: t.ExecuteCommandParams) -> dict[str, Any]:
    """Write the docstring at the argument's ``uri`` and ``position`` and send it as an edit.

    Returns ``{"outcome": "written"|"refused"|"right", "reason": str|null}``. Raises
    :class:`~codegen_lsp.errors.UsageError` where there is nothing to document, or when the text
    has changed meanwhile.
    """
    uri, document, position = _place(session, params)
    async with WorkDone(session, "codegen docstring", params.work_done_token) as progress:

        def work(cancellation: Cancellation) -> "Outcome | None":
            progress.on_cancel(cancellation.cancel)
            return _written(session, document, position, cancellation)

        outcome = await session.workers.run("docstring", work)
    return await _deliver(session, uri, document, outcome)


def _written(
    session: Session, document: Document, position: Position, cancellation: Cancellation
) -> "Outcome | None":
    from codegen_lsp.document.line_length import line_length_for
    from codegen_lsp.features.docstring import docstring_at
    from codegen_lsp.features.docstring_targets import DocstringOptions

    options = DocstringOptions(
        default_style=session.settings.docstring.style,
        line_length=line_length_for(document.path) if document.path is not None else 88,
    )
    model = session.engine.model()
    return docstring_at(document, position, model, options=options, cancellation=cancellation)


async def _deliver(
    session: Session, uri: str, document: Document, outcome: "Outcome | None"
) -> dict[str, Any]:
    from codegen_lsp.features.docstring import AlreadyRight, Refused

    if outcome is None:
        raise UsageError(
            "there is nothing to document here",
            advice="put the cursor into a function or a class",
        )
    name = outcome.target.signature.name
    if isinstance(outcome, Refused):
        session.status.tell(f"no docstring for {name}: {outcome.reason}", t.MessageType.Warning)
        return {"outcome": "refused", "reason": outcome.reason}
    if isinstance(outcome, AlreadyRight):
        session.status.tell(f"the docstring of {name} is right", t.MessageType.Info)
        return {"outcome": "right", "reason": None}
    if not session.is_current(uri, document):
        raise UsageError(
            "the text has changed while the docstring was written", advice="ask for it again"
        )
    edit = edit_to(document, outcome.edit, session.encoding)
    answer = await session.server.workspace_apply_edit_async(
        t.ApplyWorkspaceEditParams(
            label=f"Docstring of {name}", edit=t.WorkspaceEdit(changes={uri: [edit]})
        )
    )
    if not answer.applied:
        raise CodegenError("the editor did not apply the docstring", advice=answer.failure_reason)
    return {"outcome": "written", "reason": None}


def _place(session: Session, params: t.ExecuteCommandParams) -> tuple[str, Document, Position]:
    argument = argument_of(params)
    uri, at = argument.get("uri"), argument.get("position", {})
    document = session.snapshot(uri) if isinstance(uri, str) else None
    if document is None or not isinstance(uri, str):
        raise UsageError("this document is not open")
    try:
        position = t.Position(line=int(at["line"]), character=int(at["character"]))
    except (TypeError, KeyError, ValueError) as error:
        raise UsageError(f"{params.command} needs a position") from error
    return uri, document, position_of(document, position, session.encoding)


def _plain(position: t.Position) -> dict[str, int]:
    return {"line": position.line, "character": position.character}
