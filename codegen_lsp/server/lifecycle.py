"""Beginning, settings, and the cancel button: what concerns the session and no document."""

import asyncio
from typing import Any

from lsprotocol import types as t

from codegen_lsp.server.models import start_engine
from codegen_lsp.server.project import watch_files
from codegen_lsp.server.recording import warn_of_recording
from codegen_lsp.server.session import Session


def initialize(session: Session, params: t.InitializeParams) -> None:
    """Take the client's settings; pygls answers with the capabilities."""
    session.status.attach(asyncio.get_running_loop())
    for message in session.configure(params.initialization_options):
        session.status.tell(message, t.MessageType.Warning)


def initialized(session: Session, _params: t.InitializedParams) -> None:
    """Begin to load the model, behind everything else."""
    warn_of_recording(session)
    session.in_background(start_engine(session))
    watch_files(session)


def configure(session: Session, params: t.DidChangeConfigurationParams) -> None:
    """Take new settings, bare or under the key ``codegen``; a new model is loaded at once."""
    before, recorded = session.engine, session.settings.completion.record
    for message in session.configure(_ours(params.settings)):
        session.status.tell(message, t.MessageType.Warning)
    if session.settings.completion.record != recorded:
        warn_of_recording(session)
    if session.engine is not before:
        session.in_background(start_engine(session))


def progress_cancel(session: Session, params: t.WorkDoneProgressCancelParams) -> None:
    """Cancel the work behind a progress bar."""
    action = session.progress_tokens.get(params.token)
    if action is not None:
        action()


def _ours(settings: Any) -> Any:
    if isinstance(settings, dict) and "codegen" in settings:
        return settings["codegen"]
    return settings
