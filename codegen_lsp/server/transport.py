"""pygls made to keep three promises: one answer per request, only LSP on stdout, no source in logs.

Each override names the behaviour of pygls 2.1 that it changes.
"""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Generator
from typing import Any, BinaryIO

from lsprotocol import types as t
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.io_ import StdoutWriter, run_async
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method
from pygls.protocol.json_rpc import JsonRPCNotification, JsonRPCRequestMessage

from codegen_lsp.errors import CodegenError
from codegen_lsp.server.input import File, messages_of

log = logging.getLogger(__name__)

_INVALID_REQUEST = -32600
_REQUEST_FAILED = -32803


class Protocol(LanguageServerProtocol):
    """The JSON-RPC side of the server."""

    def structure_message(self, data: dict[str, Any]) -> dict[str, Any]:
        """Leave every object as it is: pygls would take any nested one with a "jsonrpc" key."""
        return data

    def handle_message(self, message: Any) -> None:
        """Structure a whole message, and answer a request even when its parameters are wrong.

        pygls answers such a request not at all, nor one that comes after ``shutdown``.
        """
        if not isinstance(message, dict):
            log.warning("a message that is no object is ignored")
            return
        is_request = "id" in message and "method" in message
        if is_request and self._shutdown:
            self._refuse(message["id"], _INVALID_REQUEST, "the server is shutting down")
            return
        try:
            structured = super().structure_message(message)
        except JsonRpcException as error:
            log.warning("%s cannot be understood", message.get("method", "a message"))
            if is_request:
                self._refuse(message["id"], error.code, "these parameters do not validate")
            return
        super().handle_message(structured)

    @lsp_method(t.WORKSPACE_EXECUTE_COMMAND)
    async def lsp_workspace__execute_command(  # type: ignore[override]  # pygls takes coroutines too
        self, params: t.ExecuteCommandParams
    ) -> Any:
        """Hand the whole parameters to the command, and be cancelled along with the request.

        pygls hands over the arguments alone, and lets a cancelled command run on. An error made for
        people is answered with its own words.
        """
        command = self.fm.commands.get(params.command)
        if command is None:
            raise JsonRpcInvalidParams(message=f"there is no command {params.command!r}")
        try:
            return await command(params)
        except CodegenError as error:
            raise JsonRpcException(message=str(error), code=_REQUEST_FAILED) from error

    @lsp_method(t.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(
        self, params: t.DidOpenTextDocumentParams
    ) -> Generator[Any, Any, None]:
        """Leave the text to ``sync.py``: pygls would keep a second copy, split at other places."""
        yield self.fm.features[t.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(t.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(
        self, params: t.DidChangeTextDocumentParams
    ) -> Generator[Any, Any, None]:
        """Leave the text to ``sync.py``."""
        yield self.fm.features[t.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(t.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(
        self, params: t.DidCloseTextDocumentParams
    ) -> Generator[Any, Any, None]:
        """Leave the text to ``sync.py``."""
        yield self.fm.features[t.TEXT_DOCUMENT_DID_CLOSE], (params,), None

    def _refuse(self, message_id: int | str, code: int, reason: str) -> None:
        self._send_response(message_id, error=t.ResponseError(code=code, message=reason))


class Server(LanguageServer):
    """A pygls server that reports errors to the log, never through the client and back."""

    protocol: Protocol

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log an error; pygls would send a message, and recurse when that fails after ``exit``."""
        log.error("%s: %s", getattr(source, "__name__", source), error)

    def start_io(self, stdin: BinaryIO | None = None, stdout: BinaryIO | None = None) -> None:
        """Serve until the client leaves; pygls' own would change threads for each line it reads."""
        self._stop_event = threading.Event()  # pygls' `shutdown` sets it
        output = stdout or sys.stdout.buffer
        self.protocol.set_writer(StdoutWriter(output))
        try:
            asyncio.run(self._serve(stdin or sys.stdin.buffer, output, self._stop_event))
        except (BrokenPipeError, KeyboardInterrupt, SystemExit):
            log.debug("the client has left")
        finally:
            self.shutdown()  # type: ignore[no-untyped-call]  # pygls leaves it without annotations

    async def _serve(self, stdin: BinaryIO, output: File, stop: threading.Event) -> None:
        async with messages_of(stdin, output, self.thread_pool) as reader:
            await run_async(stop, reader, self.protocol, error_handler=self.report_server_error)

    @property
    def exit_code(self) -> int:
        """0 when the client asked for ``shutdown`` before it left, as LSP wants it."""
        return 0 if self.protocol._shutdown else 1  # noqa: SLF001 - pygls offers no other way


class Output:
    """The only writer to the real stdout: whole messages, one at a time, silent once closed.

    Written to from several threads. pygls' own writer would interleave them when stdout is
    unbuffered, and raise when an answer comes after ``exit``.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._closed = False

    def write(self, data: bytes) -> None:
        """Write one message."""
        with self._lock:
            if self._closed:
                return
            try:
                self._stream.write(data)
                self._stream.flush()
            except BrokenPipeError:
                self._closed = True

    def fileno(self) -> int:
        """Return the descriptor that is written to."""
        return self._stream.fileno()

    def flush(self) -> None:
        """Do nothing: each message is flushed as it is written. pygls calls this after each."""

    def close(self) -> None:
        """Write nothing any more."""
        with self._lock:
            self._closed = True


def plain_converter() -> Any:
    """Return pygls' converter, which leaves the parameters of our own methods as they came.

    pygls would make a class for each object in them, at a cost of a third of a millisecond.
    """
    converter = default_converter()  # type: ignore[no-untyped-call]  # pygls leaves it without annotations
    for message in (JsonRPCNotification, JsonRPCRequestMessage):
        converter.register_structure_hook(message, lambda data, kind: kind(**data))
    return converter


def take_stdout() -> BinaryIO:
    """Return the real stdout, and send to stderr whatever else writes to it from now on."""
    sys.stdout.flush()
    stream = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return stream


def silence_pygls() -> None:
    """Keep pygls from logging: it logs message bodies, which hold source code."""
    for name in ("pygls", "lsprotocol"):
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.addHandler(logging.NullHandler())
        logger.setLevel(logging.CRITICAL + 1)
