"""A raw LSP client over the real server process: it counts answers, and can say wrong things."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ANSWER_SECONDS = 30


class Client:
    """Speaks JSON-RPC to a server process; everything the server says is kept."""

    def __init__(self, arguments: list[str], environment: dict[str, str]) -> None:
        self.spawned = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "codegen_lsp.cli.main", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        self.answers: dict[Any, list[dict[str, Any]]] = {}
        self.notifications: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []
        self.garbage: list[bytes] = []
        self.stderr: list[bytes] = []
        self._changed = threading.Condition()
        self._next = 0
        self._readers = [
            threading.Thread(target=target, daemon=True)
            for target in (self._read_stdout, self._read_stderr)
        ]
        for reader in self._readers:
            reader.start()

    def request(self, method: str, params: Any) -> int:
        """Send a request and return its id."""
        self._next += 1
        self.send({"jsonrpc": "2.0", "id": self._next, "method": method, "params": params})
        return self._next

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def answer(self, number: int, result: Any) -> None:
        """Answer a request of the server's."""
        self.send({"jsonrpc": "2.0", "id": number, "result": result})

    def send(self, message: dict[str, Any]) -> None:
        """Send any message."""
        body = json.dumps(message).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def wait(self, number: Any, seconds: float = ANSWER_SECONDS) -> dict[str, Any]:
        """Wait for the answer to a request and return the whole message."""
        self._wait(lambda: number in self.answers, seconds, f"an answer to request {number}")
        return self.answers[number][0]

    def call(self, method: str, params: Any) -> Any:
        """Send a request and return its result."""
        answer = self.wait(self.request(method, params))
        assert "error" not in answer, answer
        return answer["result"]

    def heard(
        self, wanted: Callable[[dict[str, Any]], bool], seconds: float = ANSWER_SECONDS
    ) -> dict[str, Any]:
        """Wait for a notification or a request of the server's, and return it."""

        def found() -> dict[str, Any] | None:
            said = [*self.notifications, *self.requests]
            return next((message for message in said if wanted(message)), None)

        self._wait(lambda: found() is not None, seconds, "something from the server")
        message = found()
        assert message is not None
        return message

    def until(self, happened: Callable[[], bool], seconds: float = ANSWER_SECONDS) -> None:
        """Wait until what the server has said makes something true."""
        self._wait(happened, seconds, "something from the server")

    def initialize(self, folder: Path | None = None, **options: Any) -> dict[str, Any]:
        """Shake hands; ``options`` are initialization options and ``capabilities``."""
        result: dict[str, Any] = self.call(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": folder.as_uri() if folder else None,
                "capabilities": options.pop("capabilities", {}),
                "initializationOptions": options or None,
            },
        )
        self.notify("initialized", {})
        return result

    def ready(self) -> None:
        """Wait until the model is loaded."""
        self.heard(
            lambda message: (
                message["method"] == "codegen/status" and message["params"]["state"] == "ready"
            )
        )

    def open(self, uri: str, text: str, language: str = "python") -> None:
        """Open a document."""
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def complete(self, uri: str, line: int, character: int, *, by_hand: bool = False) -> int:
        """Ask for ghost text, as an editor does while the user types; returns the request's id."""
        return self.request(
            "textDocument/inlineCompletion",
            {
                "textDocument": {"uri": uri},
                "position": {"line": line, "character": character},
                "context": {"triggerKind": 1 if by_hand else 2},
            },
        )

    def quit(self) -> int:
        """End the session properly and return the exit code."""
        self.call("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(timeout=ANSWER_SECONDS)

    def kill(self) -> None:
        """End the process whatever it does, and close its pipes."""
        self.process.kill()
        self.process.wait()
        for reader in self._readers:
            reader.join(timeout=5)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()

    def _wait(self, done: Callable[[], bool], seconds: float, what: str) -> None:
        with self._changed:
            if not self._changed.wait_for(done, timeout=seconds):
                errors = b"".join(self.stderr).decode()
                raise AssertionError(f"the server did not send {what} in {seconds} s\n{errors}")

    def _read_stdout(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            name, _, value = header.partition(b":")
            if name.lower() != b"content-length":
                self.garbage.append(header)
                continue
            while stream.readline().strip():
                pass
            self._take(json.loads(stream.read(int(value))))

    def _take(self, message: dict[str, Any]) -> None:
        with self._changed:
            if "method" not in message:
                self.answers.setdefault(message["id"], []).append(message)
            elif "id" in message:
                self.requests.append(message)
                if message["method"] == "window/workDoneProgress/create":
                    self.answer(message["id"], None)
            else:
                self.notifications.append(message)
            self._changed.notify_all()

    def _read_stderr(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.stderr.append(line)


Start = Callable[..., Client]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start servers; ``start(script)`` writes a script of answers and serves with it.

    When the test ends, each server must have answered every request exactly once and have written
    nothing but LSP to its stdout.
    """
    clients: list[Client] = []

    def begin(script: str | None = None, *, config: str = "", **environment: str) -> Client:
        config_file = tmp_path / "config.toml"
        config_file.write_text(config, "utf-8")
        arguments = ["serve"]
        if script is not None:
            script_file = tmp_path / f"script{len(clients)}.toml"
            script_file.write_text(script, "utf-8")
            arguments += ["--model", f"scripted:{script_file}"]
        own = {
            "CODEGEN_CONFIG": str(config_file),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
        }
        client = Client(arguments, {**os.environ, **own, **environment})
        clients.append(client)
        return client

    yield begin
    for client in clients:
        client.kill()
        assert client.garbage == []
        twice = {number: said for number, said in client.answers.items() if len(said) > 1}
        assert twice == {}
