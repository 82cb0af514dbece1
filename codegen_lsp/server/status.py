"""What the client is told of the engine: a status notification, and messages when it matters."""

import asyncio
from collections.abc import Callable
from enum import StrEnum

from lsprotocol import types as t

from codegen_lsp.errors import CodegenError
from codegen_lsp.model.backend import ModelDescription
from codegen_lsp.server import protocol
from codegen_lsp.server.transport import Server


class State(StrEnum):
    """What a status line shows."""

    LOADING = "loading"
    READY = "ready"
    MISSING = "missing"
    DOWNLOADING = "downloading"
    FAILED = "failed"


class Status:
    """Tells the client; may be called from any thread, as the engine's events are."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._loop: asyncio.AbstractEventLoop | None = None
        self.state = State.LOADING
        self.message = ""

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Name the event loop on which the client is written to."""
        self._loop = loop

    def set(self, state: State, message: str) -> None:
        """Say how things stand."""
        self.state, self.message = state, message
        self._soon(
            lambda: self._server.protocol.notify(
                protocol.STATUS, {"state": state.value, "message": message}
            )
        )

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

    def _soon(self, action: Callable[[], object]) -> None:
        """Do ``action`` on the event loop; nothing is left to tell once the loop is closed."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(action)
