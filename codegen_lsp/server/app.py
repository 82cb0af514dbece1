"""The server's table of contents: every method and command, and which function answers it."""

import logging
import sys
from functools import partial
from importlib.metadata import version

from lsprotocol import types as t

from codegen_lsp.config.settings import Settings
from codegen_lsp.server import protocol
from codegen_lsp.server.code_actions import KINDS, code_actions
from codegen_lsp.server.completion import completion
from codegen_lsp.server.docstring import write_docstring
from codegen_lsp.server.document_hash import document_hash
from codegen_lsp.server.feedback import did_accept, did_partially_accept, did_show
from codegen_lsp.server.findings import dismiss
from codegen_lsp.server.fix import fix
from codegen_lsp.server.inline_completion import inline_completion
from codegen_lsp.server.lifecycle import configure, initialize, initialized, progress_cancel
from codegen_lsp.server.models import download_model, engine_counters, list_models
from codegen_lsp.server.pause import snooze
from codegen_lsp.server.project import did_change_watched_files, did_save
from codegen_lsp.server.reports import doctor, stats
from codegen_lsp.server.review import review
from codegen_lsp.server.session import Session
from codegen_lsp.server.sync import did_change, did_close, did_open
from codegen_lsp.server.transport import (
    Output,
    Protocol,
    Server,
    plain_converter,
    silence_pygls,
    take_stdout,
)
from codegen_lsp.server.why import why

SWITCH_SECONDS = 0.0005
"""How long a thread that computes keeps the others waiting, the event loop among them.

Python's default of 5 ms is what the server may add to a key altogether.
"""


def build_session(settings: Settings) -> Session:
    """Return a session whose server has every handler registered and does not listen yet."""
    server = Server(
        "codegen",
        version("codegen-lsp"),
        protocol_cls=Protocol,
        converter_factory=plain_converter,
    )
    session = Session(server, settings)
    _register_methods(session)
    _register_commands(session)
    return session


def _register_methods(session: Session) -> None:
    feature = session.server.feature
    feature(t.INITIALIZE)(partial(initialize, session))
    feature(t.INITIALIZED)(partial(initialized, session))
    feature(t.WORKSPACE_DID_CHANGE_CONFIGURATION)(partial(configure, session))
    feature(t.WINDOW_WORK_DONE_PROGRESS_CANCEL)(partial(progress_cancel, session))
    feature(protocol.ENGINE_COUNTERS)(partial(engine_counters, session))
    feature(protocol.WHY)(partial(why, session))
    feature(protocol.DOCUMENT_HASH)(partial(document_hash, session))
    feature(protocol.DID_SHOW_COMPLETION)(partial(did_show, session))
    feature(protocol.DID_PARTIALLY_ACCEPT)(partial(did_partially_accept, session))
    feature(t.TEXT_DOCUMENT_DID_OPEN)(partial(did_open, session))
    feature(t.TEXT_DOCUMENT_DID_CHANGE)(partial(did_change, session))
    feature(t.TEXT_DOCUMENT_DID_CLOSE)(partial(did_close, session))
    feature(t.TEXT_DOCUMENT_DID_SAVE)(partial(did_save, session))
    feature(t.WORKSPACE_DID_CHANGE_WATCHED_FILES)(partial(did_change_watched_files, session))
    # Without the options the capability is not announced, and editors never ask.
    feature(t.TEXT_DOCUMENT_INLINE_COMPLETION, t.InlineCompletionOptions())(
        partial(inline_completion, session)
    )
    feature(t.TEXT_DOCUMENT_COMPLETION, t.CompletionOptions())(partial(completion, session))
    feature(
        t.TEXT_DOCUMENT_CODE_ACTION,
        t.CodeActionOptions(code_action_kinds=[*KINDS]),
    )(partial(code_actions, session))


def _register_commands(session: Session) -> None:
    command = session.server.command
    command(protocol.COMMAND_REVIEW)(partial(review, session))
    command(protocol.COMMAND_DISMISS)(partial(dismiss, session))
    command(protocol.COMMAND_DOCSTRING)(partial(write_docstring, session))
    command(protocol.COMMAND_SNOOZE)(partial(snooze, session))
    command(protocol.COMMAND_MODELS)(partial(list_models, session))
    command(protocol.COMMAND_STATS)(partial(stats, session))
    command(protocol.COMMAND_DOCTOR)(partial(doctor, session))
    command(protocol.COMMAND_FIX)(partial(fix, session))
    command(protocol.COMMAND_DOWNLOAD)(partial(download_model, session))
    command(protocol.COMMAND_ACCEPTED)(partial(did_accept, session))


def serve(settings: Settings) -> int:
    """Serve on standard input and output until the client leaves, and return the exit code."""
    stdout = take_stdout()
    silence_pygls()
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    sys.setswitchinterval(SWITCH_SECONDS)
    session = build_session(settings)
    output = Output(stdout)
    try:
        session.server.start_io(stdout=output)  # type: ignore[arg-type]  # has what pygls uses
    finally:
        session.close()
    return session.server.exit_code
