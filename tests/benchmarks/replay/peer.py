"""The peer's arm: llama-server, asked as llama.vim asks it.

Two kinds of it. *Protocol*: each key after which the user paused is a request, as llama.vim makes
it, and its answer is the suggestion; other keys cost the peer nothing. *Editor*: the plug-in as it
is, asking after every key, with the answers it keeps in the editor and its speculative requests.

:mod:`.llama_vim` says what of the plug-in is modelled. The server runs the preset that llama.vim
recommends for this model size (``llama-server --fim-qwen-1.5b-default``: context 0, ``cache-reuse``
256), on the same file and as many threads, with two differences: batch and micro-batch, 1024 in the
preset, are :data:`BATCH` here, because the server takes three quarters of a batch before the cursor
and a quarter after it, and 512 makes the window the one we use ourselves (the plug-in's help
recommends 512 and up; 1024 would double what the peer reads on each key). And ``--cache-reuse`` is
given in one arm and left out in the other.
"""

import http.client
import json
import queue
import random
import socket
import subprocess
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.llama_tools import environment
from tests.benchmarks.processes import Usage, usage
from tests.benchmarks.replay.arm import Suggestion, Tokens
from tests.benchmarks.replay.files import OpenFile
from tests.benchmarks.replay.llama_vim import LlamaVim, Request
from tests.benchmarks.replay.place import Place, place_at
from tests.benchmarks.replay.rhythm import PAUSE_MS
from tests.benchmarks.replay.typist import Key
from tests.benchmarks.replay.vim_ring import CHUNKS, Ring

BATCH = 512
REUSE = 256
START_SECONDS = 120.0
LIMIT_SECONDS = 120.0
HOST = "127.0.0.1"

WARM_UP = -1
"""The number of the key to which tokens of the warm-up belong."""


@dataclass(frozen=True, slots=True)
class _Answered:
    """An answer that came over the line; ``number`` is the key after which it was asked for."""

    request: Request
    number: int
    body: dict[str, Any]
    at: float


@dataclass(slots=True)
class Peer:
    """See :class:`~tests.benchmarks.replay.arm.Arm`.

    ``reuse`` gives the server ``--cache-reuse``; ``editor`` makes it the second kind.
    """

    program: Path
    model: Path
    threads: int
    reuse: bool
    editor: bool
    batch: int = BATCH
    chunks: int = CHUNKS
    _vim: LlamaVim = field(init=False)
    _process: "subprocess.Popen[bytes] | None" = None
    _port: int = 0
    _files: list[OpenFile] = field(default_factory=list)
    _document: int | None = None
    _modified: set[int] = field(default_factory=set)
    _number: int = WARM_UP
    _asked: bool = False
    _under_way: int = 0
    _came: "queue.SimpleQueue[_Answered]" = field(default_factory=queue.SimpleQueue)
    _suggestion: Suggestion | None = None
    _tokens: dict[int, Tokens] = field(default_factory=lambda: defaultdict(Tokens))

    def __post_init__(self) -> None:
        """Make the plug-in; its draws are the same in each run."""
        chance = random.Random(0)  # noqa: S311 - repeatable, not secret
        self._vim = LlamaVim(Ring(chance, self.chunks), keeps_answers=self.editor)

    def open(self, files: list[OpenFile]) -> None:
        """Start the server, and go into each file once, so that its chunk is read ahead."""
        self._files = files
        self._port = _free_port()
        self._process = subprocess.Popen(
            self._command(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(),
            cwd=tempfile.gettempdir(),
        )
        self._wait_for_health()
        for number, file in enumerate(files):
            self._enter(number, place_at(file.name, file.text, 0))
            self._settle()

    def visit(self, document: int, offset: int) -> None:
        """Go into the file, begin to insert, wait for the suggestion, and stop inserting."""
        file = self._files[document]
        place = place_at(file.name, file.text, offset)
        self._enter(document, place)
        self._vim.inserting = True
        self._move(place)
        self.answer(time.monotonic() + LIMIT_SECONDS)
        self._settle()
        self._vim.inserting = False
        self._settle()

    def press(self, number: int, key: Key, before: str, after: str) -> None:
        """Make the edit; the plug-in hears that the cursor moved, and asks unless told not to."""
        file = self._files[key.document]
        self._vim.inserting = self._vim.hurried = True
        if key.document != self._document:
            known = key.document in self._modified
            self._enter(key.document, place_at(file.name, before, key.edit.start, modified=known))
        self._number = number
        if before != after:
            self._modified.add(key.document)
        place = place_at(file.name, after, key.cursor)
        if self.editor or key.pause_ms >= PAUSE_MS:
            self._move(place)
        else:
            self._asked, self._suggestion = False, None
            self._vim.passed(place, time.monotonic())

    def answer(self, until: float) -> Suggestion | None:
        """Go on until the plug-in shows something, or has nothing to show and nothing planned."""
        while self._suggestion is None and time.monotonic() < until:
            self._pump(until)
        return self._suggestion

    def rest(self, until: float) -> None:
        """Go on until the time has come."""
        while time.monotonic() < until:
            self._pump(until)

    def tokens(self) -> dict[int, Tokens] | None:
        """Return what the server says it has read and written for the requests after each key."""
        deadline = time.monotonic() + LIMIT_SECONDS
        while self._under_way and time.monotonic() < deadline:
            self._pump(time.monotonic() + 1)
        return {number: used for number, used in self._tokens.items() if number != WARM_UP}

    def usage(self) -> Usage:
        """Measure llama-server."""
        return usage(self._running.pid)

    def close(self) -> None:
        """End llama-server."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @property
    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            raise BenchmarkError("llama-server has ended")
        return self._process

    def _command(self) -> list[str]:
        batch = str(self.batch)
        return [
            str(self.program),
            *("--model", str(self.model), "--host", HOST, "--port", str(self._port)),
            *("--threads", str(self.threads), "--threads-batch", str(self.threads)),
            *("--ctx-size", "0", "--batch-size", batch, "--ubatch-size", batch),
            *(("--cache-reuse", str(REUSE)) if self.reuse else ()),
        ]

    def _wait_for_health(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            _ = self._running
            try:
                if _get(self._port, "/health") == http.client.OK:
                    return
            except OSError:
                pass  # it does not listen yet
            time.sleep(0.1)
        raise BenchmarkError(f"llama-server was not ready in {START_SECONDS:.0f} s")

    def _enter(self, document: int, place: Place) -> None:
        self._document = document
        self._vim.enter(place)

    def _move(self, place: Place) -> None:
        self._asked, self._suggestion = True, None
        self._vim.moved(place, time.monotonic())
        self._dispatch()
        self._look()

    def _settle(self) -> None:
        """Go on until nothing is under way, planned or waiting to be read ahead."""
        deadline = time.monotonic() + LIMIT_SECONDS
        quiet = time.monotonic() + 1.5
        while time.monotonic() < deadline:
            self._pump(time.monotonic() + 0.2)
            if self._under_way or not self._vim.idle or self._vim.ring.queued:
                quiet = time.monotonic() + 1.5
            elif time.monotonic() > quiet:
                return
        raise BenchmarkError("llama-server did not come to rest")

    def _pump(self, until: float) -> None:
        """Wait for an answer, a timer or ``until``, and let the plug-in act."""
        now = time.monotonic()
        seconds = max(0.0005, min(until, self._vim.next_tick()) - now)
        try:
            self._take(self._came.get(timeout=seconds))
        except queue.Empty:
            _ = self._running
        self._vim.tick(time.monotonic())
        self._dispatch()
        self._look()

    def _take(self, answered: _Answered) -> None:
        self._under_way -= 1
        timings = answered.body.get("timings", {})
        used = self._tokens[answered.number]
        self._tokens[answered.number] = Tokens(
            used.read + timings.get("prompt_n", 0), used.written + timings.get("predicted_n", 0)
        )
        self._vim.answered(answered.request, answered.body.get("content"), answered.at)

    def _look(self) -> None:
        """Note the first thing that is shown for the text as it is."""
        if self._suggestion is not None or not self._asked:
            return
        hint = self._vim.hint
        if hint is not None:
            self._suggestion = Suggestion(hint.text if hint.acceptable else "", time.monotonic())
        elif self._vim.idle and not self._vim.outbox:
            self._suggestion = Suggestion("", time.monotonic())

    def _dispatch(self) -> None:
        for request in self._vim.outbox:
            self._under_way += 1
            threading.Thread(
                target=self._post, args=(request, self._number), daemon=True, name="curl"
            ).start()
        self._vim.outbox.clear()

    def _post(self, request: Request, number: int) -> None:
        body = json.dumps(request.body).encode()
        connection = http.client.HTTPConnection(HOST, self._port, timeout=LIMIT_SECONDS)
        try:
            connection.request("POST", "/infill", body, {"Content-Type": "application/json"})
            answer = json.loads(connection.getresponse().read())
        except (OSError, ValueError) as error:
            answer = {"error": str(error)}
        finally:
            connection.close()
        self._came.put(_Answered(request, number, answer, time.monotonic()))


def _get(port: int, path: str) -> int:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
