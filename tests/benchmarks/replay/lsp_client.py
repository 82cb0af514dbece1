"""JSON-RPC over the standard input and output of the real server process."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any

from tests.benchmarks.failure import BenchmarkError

START_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Received:
    """An answer and when it arrived."""

    message: dict[str, Any]
    at: float


@dataclass(slots=True)
class LspClient:
    """A client for one session; what the server asks of it is answered with null."""

    process: "subprocess.Popen[bytes]"
    answers: dict[int, Received] = field(default_factory=dict)
    notifications: list[dict[str, Any]] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _writing: threading.Lock = field(default_factory=threading.Lock)
    _number: int = 0
    _ended: bool = False

    @classmethod
    def start(cls, options: dict[str, Any]) -> "LspClient":
        """Start the server with ``options`` as its settings, and wait until its model is loaded.

        The user's own configuration is left out, so that everyone measures the same; so is their
        ledger, from which the server learns how sure a suggestion must be.
        """
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "codegen_lsp.cli.main", "serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "CODEGEN_CONFIG": os.devnull},
            cwd=tempfile.gettempdir(),
        )
        client = cls(process)
        threading.Thread(target=client._listen, daemon=True, name="server stdout").start()
        try:
            client._begin(options)
        except BaseException:
            process.kill()
            process.wait()
            raise
        return client

    def request(self, method: str, params: Any) -> int:
        """Send a request and return its number."""
        self._number += 1
        self._send({"jsonrpc": "2.0", "id": self._number, "method": method, "params": params})
        return self._number

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def wait(self, number: int, seconds: float) -> Received:
        """Wait for an answer; raises :class:`BenchmarkError` when there is none in time."""
        self._wait(lambda: number in self.answers, seconds, f"answer {number}")
        return self.answers[number]

    def wait_until(self, number: int, until: float) -> Received | None:
        """Wait for an answer; None when it has not arrived by ``until``, or the server ended."""
        with self._changed:
            self._changed.wait_for(
                lambda: number in self.answers or self._ended,
                timeout=max(0.0, until - time.monotonic()),
            )
            received = self.answers.get(number)
        return received if received is not None and received.at <= until else None

    def close(self) -> None:
        """End the server; its engine ends when its standard input does."""
        if self.process.poll() is None:
            self.request("shutdown", None)
            self.notify("exit", None)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _begin(self, options: dict[str, Any]) -> None:
        initialize: dict[str, Any] = {
            "processId": os.getpid(),
            "rootUri": None,
            "capabilities": {"textDocument": {"inlineCompletion": {}}},
            "initializationOptions": {**options, "feedback": {"enabled": False}},
        }
        self.wait(self.request("initialize", initialize), START_SECONDS)
        self.notify("initialized", {})
        self._wait(self._is_ready, START_SECONDS, "its model")

    def _is_ready(self) -> bool:
        states = [
            message["params"]["state"]
            for message in self.notifications
            if message["method"] == "codegen/status"
        ]
        if states and states[-1] == "failed":
            raise BenchmarkError("the server could not load the model")
        return bool(states) and states[-1] == "ready"

    def _wait(self, done: Callable[[], bool], seconds: float, what: str) -> None:
        with self._changed:
            self._changed.wait_for(lambda: done() or self._ended, timeout=seconds)
            if not done():
                ended = "it has ended" if self._ended else f"waited {seconds:.0f} s"
                raise BenchmarkError(f"the server did not send {what}: {ended}")

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        assert self.process.stdin is not None
        with self._writing:
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            self.process.stdin.flush()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        while (message := _read(self.process.stdout)) is not None:
            self._take(message, time.monotonic())
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _take(self, message: dict[str, Any], now: float) -> None:
        if "method" in message and "id" in message:
            self._send({"jsonrpc": "2.0", "id": message["id"], "result": None})
            return
        with self._changed:
            if "method" in message:
                self.notifications.append(message)
            else:
                self.answers[message["id"]] = Received(message, now)
            self._changed.notify_all()


def _read(stream: IO[bytes]) -> dict[str, Any] | None:
    """Read one message; None at the end."""
    length = 0
    while (header := stream.readline()).strip():
        name, _, value = header.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    if not length:
        return None
    message: dict[str, Any] = json.loads(stream.read(length))
    return message
