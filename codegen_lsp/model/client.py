"""The handle to the engine process: starts it, streams from it, notices when it dies.

The one place that starts the engine. A process that dies is answered for (every request under way
raises :class:`~codegen_lsp.errors.EngineDied`) and started again once; when it dies again before it
has finished a single request, it stays down and every request says so.
"""

import contextlib
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Generator, Sequence
from enum import Enum
from functools import partial
from itertools import count
from typing import Any, Protocol

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import CodegenError, EngineDied
from codegen_lsp.model import wire
from codegen_lsp.model.backend import (
    Finished,
    GenerationRequest,
    ModelDescription,
    Piece,
    Priority,
)
from codegen_lsp.model.counters import Counters
from codegen_lsp.model.generation import Generation
from codegen_lsp.model.speed import Speed


class EngineEvents(Protocol):
    """Hears of the engine process's life; called from a thread of the client's."""

    def engine_loading(self) -> None:
        """The process was started and loads its model."""
        ...

    def engine_ready(self, description: ModelDescription) -> None:
        """The model is loaded."""
        ...

    def engine_died(self, *, restarting: bool, reason: str) -> None:
        """The process ended by itself; ``restarting`` says whether another one is on its way."""
        ...

    def engine_failed(self, error: CodegenError) -> None:
        """The model could not be loaded."""
        ...


class _State(Enum):
    NEW = "new"
    LOADING = "loading"
    READY = "ready"
    DOWN = "down"


class EngineClient:
    """A :class:`~codegen_lsp.model.backend.Model` in a process of its own.

    ``arguments`` are those of :mod:`codegen_lsp.model.worker`. The process starts with
    :meth:`start`, or with the first request.
    """

    def __init__(self, arguments: Sequence[str], *, events: EngineEvents | None = None) -> None:
        self._arguments = list(arguments)
        self._events = events
        self._changed = threading.Condition()
        self._send_lock = threading.Lock()
        self._state = _State.NEW
        self._closing = False
        self._process: subprocess.Popen[bytes] | None = None
        self._description: ModelDescription | None = None
        self._error: CodegenError | None = None
        self._jobs: dict[int, Generation] = {}
        self._speed: Speed | None = None
        self._counters = Counters()
        self._counters_heard = 0
        self._numbers = count(1)
        self._restarts = 0

    @property
    def ready(self) -> bool:
        """Whether the model is loaded, so that a request begins at once."""
        return self._state is _State.READY

    @property
    def process_id(self) -> int | None:
        """The engine process's id, or None when none runs."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the process if there is none; does not wait for the model."""
        with self._changed:
            if self._state is _State.NEW:
                self._spawn()

    def describe(self) -> ModelDescription:
        """Say what is loaded; waits for it. Raises what loading raised."""
        self.start()
        with self._changed:
            self._changed.wait_for(lambda: self._state in {_State.READY, _State.DOWN})
            if self._state is _State.DOWN or self._description is None:
                raise self._error or EngineDied("the engine is closed")
            return self._description

    def stream(
        self, request: GenerationRequest, cancellation: Cancellation | None = None
    ) -> Generator[Piece | Finished, None, None]:
        """Yield pieces and then one :class:`Finished`; see the protocol."""
        if cancellation is not None:
            cancellation.raise_if_cancelled()
        generation = self.submit(request)
        try:
            yield from generation.follow(cancellation)
        finally:
            generation.cancel()

    def submit(self, request: GenerationRequest) -> Generation:
        """Begin a generation; see the protocol."""
        self.describe()
        number = next(self._numbers)
        generation = Generation(
            cancel=partial(self._cancel, number), prioritise=partial(self._prioritise, number)
        )
        with self._changed:
            if self._state is _State.DOWN:
                raise self._error or EngineDied("the engine is closed")
            self._jobs[number] = generation
        self._send({"job": number, "generate": wire.pack(request)})
        return generation

    def counters(self) -> Counters:
        """Say what the engine has done since it was started; nothing when it does not run."""
        with self._changed:
            if self._state is not _State.READY:
                return Counters()
            heard = self._counters_heard
        self._send({"count": True})
        with self._changed:
            self._changed.wait_for(
                lambda: self._counters_heard > heard or self._state is not _State.READY
            )
            return self._counters

    @property
    def speed(self) -> Speed | None:
        """How fast the model is here; None until the engine had time to measure it."""
        return self._speed

    def close(self) -> None:
        """End the process; requests under way raise ``EngineDied``."""
        with self._changed:
            self._closing = True
            process, self._process = self._process, None
            if self._state is _State.NEW:
                self._state = _State.DOWN
        if process is not None:
            process.kill()
            process.wait()

    def _cancel(self, number: int) -> None:
        with self._changed:
            self._jobs.pop(number, None)
        self._send({"cancel": number})

    def _prioritise(self, number: int, priority: Priority) -> None:
        self._send({"prioritise": number, "priority": priority})

    def _spawn(self) -> None:
        """Start a process and the threads that listen to it; the lock is held."""
        self._state = _State.LOADING
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            # -P: the current folder may be anybody's repository, and must not be imported from
            [sys.executable, "-P", "-m", "codegen_lsp.model.worker", *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C meant for the command must not end the engine
        )
        last_words: deque[bytes] = deque(maxlen=20)
        drain = threading.Thread(
            target=_drain,
            args=(self._process.stderr, last_words),
            daemon=True,
            name="engine stderr",
        )
        drain.start()
        threading.Thread(
            target=self._listen,
            args=(self._process, drain, last_words),
            daemon=True,
            name="engine stdout",
        ).start()
        if self._events is not None:
            self._events.engine_loading()

    def _listen(
        self, process: "subprocess.Popen[bytes]", drain: threading.Thread, last_words: deque[bytes]
    ) -> None:
        assert process.stdout is not None  # noqa: S101 - opened as a pipe above; tells mypy
        for text in process.stdout:
            try:
                self._take(wire.parse(text))
            except (LookupError, TypeError, ValueError):
                self._misunderstand(process)
                break
        code = process.wait()
        drain.join(timeout=1)
        _close_pipes(process)
        self._gone(code, b"".join(last_words).decode("utf-8", "replace").strip())

    def _take(self, message: dict[str, Any]) -> None:
        if "job" not in message:
            self._take_status(message)
            return
        step = _step(message)
        with self._changed:
            generation = self._jobs.get(message["job"])
            if not isinstance(step, Piece):
                self._jobs.pop(message["job"], None)
        if isinstance(step, Finished):
            self._restarts = 0
        if generation is not None:
            generation.put(step)

    def _misunderstand(self, process: "subprocess.Popen[bytes]") -> None:
        """End a process that speaks another language: the package was replaced under this one."""
        error = EngineDied(
            "the engine process is of another version than this one",
            advice="codegen was upgraded meanwhile: restart the editor",
        )
        with self._changed:
            self._error, self._state = error, _State.DOWN
        process.kill()
        if self._events is not None:
            self._events.engine_failed(error)

    def _take_status(self, message: dict[str, Any]) -> None:
        with self._changed:
            if "speed" in message:
                self._speed = wire.speed_from(message["speed"])
                return
            if "counters" in message:
                self._counters = wire.counters_from(message["counters"])
                self._counters_heard += 1
                self._changed.notify_all()
                return
            if "ready" in message:
                self._description = wire.description_from(message["ready"])
                self._state = _State.READY
            else:
                self._error = wire.error_from(message["failed"])
                self._state = _State.DOWN
            self._changed.notify_all()
        if self._events is None:
            return
        if self._state is _State.READY and self._description is not None:
            self._events.engine_ready(self._description)
        elif self._error is not None:
            self._events.engine_failed(self._error)

    def _gone(self, code: int, last_words: str) -> None:
        """Answer for a process that ended, and start another one if that may help."""
        reason = f"exit code {code}" if code >= 0 else f"signal {-code}"
        error = EngineDied(f"the engine process ended ({reason})", advice="it is started again")
        with self._changed:
            if self._state is _State.DOWN or self._closing:
                self._state = _State.DOWN
                restarting = False
            else:
                restarting = self._restarts == 0
                self._restarts += 1
            if restarting:
                self._spawn()
            elif self._state is not _State.DOWN:
                error = EngineDied(
                    f"the engine process ended twice ({reason}){_quoted(last_words)}",
                    advice="codegen doctor may tell why",
                )
                self._state = _State.DOWN
            expected = self._closing or self._error is not None
            self._error = self._error or (None if restarting else error)
            jobs, self._jobs = self._jobs, {}
            self._changed.notify_all()
        for generation in jobs.values():
            generation.put(error)
        if self._events is not None and not expected:
            self._events.engine_died(restarting=restarting, reason=reason)

    def _send(self, message: dict[str, Any]) -> None:
        """Send a line; a process that has just died is answered for by the thread that listens."""
        process = self._process
        if process is None or process.stdin is None:
            return
        try:
            with self._send_lock:
                process.stdin.write(wire.line(message))
                process.stdin.flush()
        except (BrokenPipeError, ValueError):
            return


def _step(message: dict[str, Any]) -> Piece | Finished | CodegenError:
    if "piece" in message:
        return wire.piece_from(message["piece"])
    if "finished" in message:
        return wire.finished_from(message["finished"])
    return wire.error_from(message["failed"])


def _close_pipes(process: "subprocess.Popen[bytes]") -> None:
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with contextlib.suppress(BrokenPipeError):  # text that was never sent
                stream.close()


def _drain(stream: Any, last_words: deque[bytes]) -> None:
    for text in stream:
        last_words.append(text)


def _quoted(last_words: str) -> str:
    last = last_words.splitlines()[-1:] if last_words else []
    return f", saying {last[0]!r}" if last else ""
