"""Work-done progress: a bar in the editor, with a cancel button that works.

A client that began the work with a token of its own (``workDoneToken``) gets reports on that;
others are asked to make one. Clients without progress get none.
"""

import asyncio
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Self

from lsprotocol import types as t

from codegen_lsp.server.session import Session


class WorkDone:
    """One piece of work; an async context manager. ``report`` may be called from any thread."""

    def __init__(self, session: Session, title: str, token: t.ProgressToken | None = None) -> None:
        self._session = session
        self._title = title
        self._token: t.ProgressToken = token if token is not None else str(uuid.uuid4())
        self._shown = token is not None
        self._loop = asyncio.get_running_loop()
        self._cancel: list[Callable[[], None]] = []

    async def __aenter__(self) -> Self:
        """Show the bar."""
        if not self._shown and self._session.has_progress:
            await self._session.server.work_done_progress.create_async(self._token)
            self._shown = True
        if self._shown:
            self._session.progress_tokens[self._token] = self._cancelled
            self._send(t.WorkDoneProgressBegin(title=self._title, cancellable=True, percentage=0))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        if self._shown:
            self._session.progress_tokens.pop(self._token, None)
            self._send(t.WorkDoneProgressEnd())

    def on_cancel(self, action: Callable[[], None]) -> None:
        """Call ``action`` when the user presses cancel."""
        self._cancel.append(action)

    def report(self, message: str, percentage: int | None = None) -> None:
        """Say how far the work is; ``percentage`` is 0 to 100."""
        if self._shown:
            value = t.WorkDoneProgressReport(message=message, percentage=percentage)
            self._loop.call_soon_threadsafe(self._send, value)

    def _cancelled(self) -> None:
        for action in self._cancel:
            action()

    def _send(
        self,
        value: t.WorkDoneProgressBegin | t.WorkDoneProgressReport | t.WorkDoneProgressEnd,
    ) -> None:
        self._session.server.protocol.notify(
            t.PROGRESS, t.ProgressParams(token=self._token, value=value)
        )
