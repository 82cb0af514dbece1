"""Recording completion requests to the file that the settings name; off unless they name one.

Runs on the threads of features. A file that cannot be written costs the recording, and a line in
the log.
"""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as t

from codegen_lsp.document.text import Document, Position
from codegen_lsp.server.session import Session

if TYPE_CHECKING:
    from codegen_lsp.features.completion import Completion, Trigger
    from codegen_lsp.model.drafts import Drafts

log = logging.getLogger(__name__)


def warn_of_recording(session: Session) -> None:
    """Tell the user that their source code is written to a file, where the settings say so."""
    file = session.settings.completion.record
    if file:
        from codegen_lsp.features.recording import WARNING

        session.status.tell(WARNING.format(file=file), t.MessageType.Warning)


def recorded_drafts(session: Session) -> "Drafts":
    """Return the engine's drafts, or ones that note what is said where that is to be recorded."""
    drafts = session.engine.drafts()
    if not session.settings.completion.record:
        return drafts

    from codegen_lsp.features.recording import TappedDrafts

    return TappedDrafts(drafts)


def record(
    session: Session,
    document: Document,
    position: Position,
    completion: "Completion",
    *,
    drafts: "Drafts",
    trigger: "Trigger",
) -> None:
    """Record a completion that was made with ``drafts``, if they have noted what was said."""
    from codegen_lsp.features.recording import TappedDrafts, append_recording, recording_of

    settings = session.settings
    if not isinstance(drafts, TappedDrafts) or not settings.completion.record:
        return
    recording = recording_of(
        document,
        position,
        completion,
        drafts=drafts,
        trigger=trigger,
        settings=settings.completion,
        model=settings.model,
    )
    try:
        append_recording(Path(settings.completion.record), recording)
    except OSError as error:
        log.warning("a request cannot be recorded: %s", error)
