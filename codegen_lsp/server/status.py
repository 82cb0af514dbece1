"""What the client is told of the engine: a status notification, and messages when it matters."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from lsprotocol import types as t

from codegen_lsp.errors import CodegenError
from codegen_lsp.model.backend import ModelDescription
from codegen_lsp.server import protocol
from codegen_lsp.server.transport import Server

_THINKING_SECONDS = 0.15
"""A suggestion that takes longer than this is told of: what comes at once needs no sign."""


class State(StrEnum):
    """How things stand with the model."""

    LOADING = "loading"
    READY = "ready"
    MISSING = "missing"
    DOWNLOADING = "downloading"
    FAILED = "failed"


class Status:
    """Tells the client; may be called from any thread, as the engine's events are.

    Each notification says everything: ``state`` and ``message``, ``percent`` of a download or None,
    ``paused`` (why no suggestions are made, in words, or None), ``thinking``, and ``offline``.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._loop: asyncio.AbstractEventLoop | None = None
        self.state = State.LOADING
        self.message = ""
        self._percent: int | None = None
        self._paused: str | None = None
        self._offline = False
        self._waiting = 0

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Name the event loop on which the client is written to."""
        self._loop = loop

    def set(self, state: State, message: str, percent: int | None = None) -> None:
        """Say how things stand; ``percent`` is how far a download is, 0 to 100."""
        if (state, message, percent) != (self.state, self.message, self._percent):
            self.state, self.message, self._percent = state, message, percent
            self._notify()

    def tell_pause(self, paused: str | None, *, offline: bool) -> None:
        """Say whether suggestions are made, and whether the network may be used."""
        if (paused, offline) != (self._paused, self._offline):
            self._paused, self._offline = paused, offline
            self._notify()

    @contextmanager
    def thinking(self) -> Iterator[None]:
        """Say that a suggestion is being made, if that takes a while; on the event loop only."""
        told = False

        def tell() -> None:
            nonlocal told
            told = True
            self._waiting += 1
            self._notify()

        timer = asyncio.get_running_loop().call_later(_THINKING_SECONDS, tell)
        try:
            yield
        finally:
            timer.cancel()
            if told:
                self._waiting -= 1
                self._notify()

    def tell(self, message: str, kind: t.MessageType) -> None:
        """Show the user a message."""
        self._soon(
            lambda: self._server.window_show_message(
                t.ShowMessageParams(type=kind, message=f"codegen: {message}")
            )
        )

    def engine_loading(self) -> None:
        """Hear that the engine loads its model."""
        self.set(State.LOADING, "loading the model")

    def engine_ready(self, description: ModelDescription) -> None:
        """Hear that the engine is ready."""
        self.set(State.READY, description.name)

    def engine_died(self, *, restarting: bool, reason: str) -> None:
        """Hear that the engine process ended by itself, and tell the user."""
        if restarting:
            message = f"the engine process ended ({reason}) and is started again"
            self.tell(message, t.MessageType.Warning)
            return
        message = f"the engine process ended twice ({reason}); codegen doctor may tell why"
        self.set(State.FAILED, message)
        self.tell(message, t.MessageType.Error)

    def engine_failed(self, error: CodegenError) -> None:
        """Hear that the model cannot be loaded, and tell the user."""
        self.set(State.FAILED, str(error))
        self.tell(str(error), t.MessageType.Error)

    def _notify(self) -> None:
        told = {
            "state": self.state.value,
            "message": self.message,
            "percent": self._percent,
            "paused": self._paused,
            "thinking": self._waiting > 0,
            "offline": self._offline,
        }
        self._soon(lambda: self._server.protocol.notify(protocol.STATUS, told))

    def _soon(self, action: Callable[[], object]) -> None:
        """Do ``action`` on the event loop; nothing is left to tell once the loop is closed."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(action)
