"""What clients tell of suggestions: that one was drawn, and that it was accepted.

Nobody has to. Parameters that say nothing we know are ignored: an error would only be noise.
"""

from typing import Any

from lsprotocol import types as t

from codegen_lsp.server import protocol
from codegen_lsp.server.arguments import argument_of
from codegen_lsp.server.session import Session


def did_show(session: Session, params: Any) -> None:
    """Hear that an item has been drawn."""
    suggestion_id = _id_of(session, params)
    if suggestion_id is not None and session.answers.following is not None:
        session.answers.following.shown(suggestion_id)


def did_partially_accept(session: Session, params: Any) -> None:
    """Hear that the first ``acceptedLength`` code points of an item were taken."""
    suggestion_id, following = _id_of(session, params), session.answers.following
    length = params.get("acceptedLength") if isinstance(params, dict) else None
    if suggestion_id is None or following is None or type(length) is not int or length < 1:
        return
    following.accepted(suggestion_id, length)


async def did_accept(session: Session, params: t.ExecuteCommandParams) -> None:
    """Hear that an item was taken whole: the command that came with it."""
    suggestion_id = argument_of(params).get("id")
    if isinstance(suggestion_id, str) and session.answers.following is not None:
        session.answers.following.accepted(suggestion_id)


def accepted_command(session: Session, suggestion_id: str | None) -> t.Command | None:
    """Return what a client executes when it accepts, if it can execute commands."""
    workspace = session.capabilities.workspace
    if suggestion_id is None or workspace is None or workspace.execute_command is None:
        return None
    return t.Command(
        title="Accepted", command=protocol.COMMAND_ACCEPTED, arguments=[{"id": suggestion_id}]
    )


def _id_of(session: Session, params: Any) -> str | None:
    """Return the id of ``params["item"]``: that of its command, else that of its text."""
    item = params.get("item") if isinstance(params, dict) else None
    if not isinstance(item, dict):
        return None
    command = item.get("command")
    arguments = command.get("arguments") if isinstance(command, dict) else None
    if isinstance(arguments, list) and arguments and isinstance(arguments[0], dict):
        suggestion_id = arguments[0].get("id")
        return suggestion_id if isinstance(suggestion_id, str) else None
    text = item.get("insertText")
    return session.answers.id_of(text) if isinstance(text, str) else None
