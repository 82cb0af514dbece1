"""Our own arm: the real server over stdio, asked after every key, as without debounce.

A request that has no answer when the next key comes is cancelled with ``$/cancelRequest``, as LSP
clients do. A suggestion that could be drawn before the next key is reported as shown
(``textDocument/didShowCompletion``), as our editor plug-ins do.
"""

import itertools
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.processes import Usage, usage
from tests.benchmarks.replay.arm import Suggestion, Tokens
from tests.benchmarks.replay.files import OpenFile
from tests.benchmarks.replay.lsp_client import LspClient, Received
from tests.benchmarks.replay.place import lsp_position
from tests.benchmarks.replay.typist import Key

METHOD = "textDocument/inlineCompletion"
COUNTERS = "codegen/engineCounters"
"""Our request for what the engine has done: tokensRead, tokensWritten, requests, milliseconds."""

SETTLE_SECONDS = 3.0
LIMIT_SECONDS = 60.0


@dataclass(slots=True)
class Ours:
    """See :class:`~tests.benchmarks.replay.arm.Arm`."""

    model: Path
    threads: int
    _client: LspClient | None = None
    _files: list[OpenFile] = field(default_factory=list)
    _versions: list[int] = field(default_factory=list)
    _asked: int | None = None
    _shown: bool = False
    _counters: list[int] = field(default_factory=list)

    @property
    def client(self) -> LspClient:
        """The connection; raises :class:`BenchmarkError` before :meth:`open`."""
        if self._client is None:
            raise BenchmarkError("the server was not started")
        return self._client

    def open(self, files: list[OpenFile]) -> None:
        """Start the server and open the files."""
        self._client = LspClient.start(
            {"model": {"name": str(self.model), "threads": self.threads}, "offline": True}
        )
        self._files, self._versions = files, [1] * len(files)
        for number, file in enumerate(files):
            item = {
                "uri": _uri(number, file),
                "languageId": file.language,
                "version": 1,
                "text": file.text,
            }
            self.client.notify("textDocument/didOpen", {"textDocument": item})
        time.sleep(SETTLE_SECONDS)

    def visit(self, document: int, offset: int) -> None:
        """Ask once where nothing was changed yet."""
        self._ask(document, lsp_position(self._files[document].text, offset))
        self.answer(time.monotonic() + LIMIT_SECONDS)
        time.sleep(SETTLE_SECONDS)

    def press(self, number: int, key: Key, before: str, after: str) -> None:
        """Send the change, take back the last request, and ask anew."""
        del number
        self._count()
        self.type(key, before, after)

    def type(self, key: Key, before: str, after: str) -> None:
        """Do what an editor does at a key, and no more."""
        client = self.client
        if before != after:
            self._change(key, before)
        if self._asked is not None and self._asked not in client.answers:
            client.notify("$/cancelRequest", {"id": self._asked})
        self._ask(key.document, lsp_position(after, key.cursor))

    def answer(self, until: float) -> Suggestion | None:
        """Wait for the last request's answer; what it offers is drawn at once."""
        if self._asked is None:
            return None
        received = self.client.wait_until(self._asked, until)
        return self._suggestion(received) if received is not None else None

    def rest(self, until: float) -> None:
        """Let time pass; what arrives meanwhile is drawn."""
        self.answer(until)
        time.sleep(max(0.0, until - time.monotonic()))

    def tokens(self) -> dict[int, Tokens] | None:
        """Return the differences of the counters between keys."""
        time.sleep(SETTLE_SECONDS)  # work ahead that follows the last key ends
        self._count()
        read = [self._counted(number) for number in self._counters]
        if any(tokens is None for tokens in read):
            return None
        counted = [tokens for tokens in read if tokens is not None]
        pairs = itertools.pairwise(counted)
        return {
            number: Tokens(later.read - earlier.read, later.written - earlier.written)
            for number, (earlier, later) in enumerate(pairs)
        }

    def engine_milliseconds(self) -> float:
        """Ask how long the engine has had something to do, up to now."""
        received = self.client.wait(self.client.request(COUNTERS, {}), LIMIT_SECONDS)
        return float(received.message["result"]["milliseconds"])

    def usage(self) -> Usage:
        """Measure the server and its engine."""
        return usage(self.client.process.pid)

    def close(self) -> None:
        """End the server."""
        if self._client is not None:
            self._client.close()

    def _change(self, key: Key, before: str) -> None:
        self._versions[key.document] += 1
        change = {
            "range": {
                "start": lsp_position(before, key.edit.start),
                "end": lsp_position(before, key.edit.end),
            },
            "text": key.edit.text,
        }
        self.client.notify(
            "textDocument/didChange",
            {
                "textDocument": {
                    "uri": _uri(key.document, self._files[key.document]),
                    "version": self._versions[key.document],
                },
                "contentChanges": [change],
            },
        )

    def _ask(self, document: int, position: dict[str, int]) -> None:
        self._shown = False
        self._asked = self.client.request(
            METHOD,
            {
                "textDocument": {"uri": _uri(document, self._files[document])},
                "position": position,
                "context": {"triggerKind": 2},
            },
        )

    def _suggestion(self, received: Received) -> Suggestion:
        if "error" in received.message:
            raise BenchmarkError(f"the server answered {received.message['error']}")
        result: Any = received.message.get("result") or []
        items = result["items"] if isinstance(result, dict) else result
        if not items:
            return Suggestion("", received.at)
        if not self._shown:
            self._shown = True
            self.client.notify("textDocument/didShowCompletion", {"item": items[0]})
        return Suggestion(items[0]["insertText"], received.at)

    def _count(self) -> None:
        """Ask for the counters as they are before the next key, without waiting for the answer.

        They are read a moment later, so a few tokens may count for the key before; sums are exact.
        """
        self._counters.append(self.client.request(COUNTERS, {}))

    def _counted(self, number: int) -> Tokens | None:
        message = self.client.wait(number, LIMIT_SECONDS).message
        result = message.get("result")
        if not isinstance(result, dict):
            return None
        return Tokens(result["tokensRead"], result["tokensWritten"])


def _uri(number: int, file: OpenFile) -> str:
    """Return an address in a folder that does not exist: nothing is to be found beside the file."""
    return f"file:///replay/{number}/{file.name}"
