"""Command ``codegen.snooze``: no suggestions for a while, in this session.

Switching them off for good is a setting: ``completion.enabled``, ``disabled_languages``.
"""

import time
from typing import Any

from lsprotocol import types as t

from codegen_lsp.errors import UsageError
from codegen_lsp.server.arguments import argument_of
from codegen_lsp.server.session import Session

_MOST_SECONDS = 7 * 24 * 60 * 60


async def snooze(session: Session, params: t.ExecuteCommandParams) -> dict[str, Any]:
    """Offer nothing for the argument's ``seconds``; 0 ends a pause.

    Returns ``{"paused": str|null}``, the words for it. Raises
    :class:`~codegen_lsp.errors.UsageError` for anything but a week or less.
    """
    seconds = argument_of(params).get("seconds")
    if type(seconds) is not int or not 0 <= seconds <= _MOST_SECONDS:
        raise UsageError(f"{params.command} takes seconds, from 0 to {_MOST_SECONDS}")
    until = time.strftime("%H:%M", time.localtime(time.time() + seconds))
    session.pause(seconds, f"paused until {until}" if seconds else None)
    return {"paused": session.paused}
