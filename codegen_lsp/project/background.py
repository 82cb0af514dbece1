"""The handle to the process that indexes: starts it, tells it of changes, hears when it is done.

Nobody waits for it but who says so. When the process ends by itself, what it has written stays, and
the project is known as it was then.
"""

import contextlib
import json
import logging
import subprocess
import sys
import threading
from pathlib import Path
from queue import SimpleQueue

log = logging.getLogger(__name__)

_CLOSE_SECONDS = 5.0


class BackgroundIndexer:
    """The indexing of ``root`` into ``database``; safe to use from several threads."""

    def __init__(self, root: Path, database: Path) -> None:
        self._arguments = [str(root), str(database)]
        self._lock = threading.Lock()
        self._updates = threading.Condition()
        self._process: subprocess.Popen[str] | None = None
        self._changes: SimpleQueue[str | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._asked = self._answered = 0
        self._ended = False

    def start(self) -> None:
        """Start the process unless it was; the index is brought up to date behind everything."""
        with self._lock:
            if self._process is None and not self._ended:
                self._asked += 1
                self._process = subprocess.Popen(  # noqa: S603 - our own module, in our interpreter
                    [sys.executable, "-P", "-m", "codegen_lsp.project.indexer", *self._arguments],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
                for work in (self._listen, self._send):
                    thread = threading.Thread(target=work, args=(self._process,), daemon=True)
                    thread.start()
                    self._threads.append(thread)

    def changed(self, path: Path) -> None:
        """Have one file read again; nothing where the process does not run."""
        self._ask(str(path))

    def rescan(self) -> None:
        """Have everything that has changed read again."""
        self._ask(None)

    @property
    def process_id(self) -> int | None:
        """The id of the process; None when none runs."""
        return self._process.pid if self._process is not None else None

    @property
    def is_done(self) -> bool:
        """Whether all that was asked for so far is done."""
        return 0 < self._asked <= self._answered

    def wait(self, seconds: float) -> bool:
        """Wait until all that was asked for is done; say whether it is."""
        with self._updates:
            self._updates.wait_for(lambda: self._ended or self._answered >= self._asked, seconds)
            return self._answered >= self._asked

    def close(self) -> None:
        """End the process, in the middle of its work if need be."""
        with self._lock:
            self._ended = True
            process, self._process = self._process, None
        if process is None:
            return
        self._changes.put(None)  # wakes the thread that sends
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_CLOSE_SECONDS)
        for thread in self._threads:
            thread.join(_CLOSE_SECONDS)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was not sent any more
                    pipe.close()

    def _ask(self, what: str | None) -> None:
        with self._lock:
            if self._process is not None and not self._ended:
                self._asked += 1
                self._changes.put(what)

    def _send(self, process: "subprocess.Popen[str]") -> None:
        """Pass changes on; waits while the process is busy and the pipe is full."""
        while process.stdin is not None and not self._ended:
            what = self._changes.get()
            try:
                process.stdin.write(json.dumps(what) + "\n")
                process.stdin.flush()
            except (OSError, ValueError) as error:  # the process has ended, the pipe is closed
                log.debug("a change is not indexed: %s", error)
                return

    def _listen(self, process: "subprocess.Popen[str]") -> None:
        """Count what is done; the process's last word is the end of its output."""
        with contextlib.suppress(ValueError, OSError):  # closed meanwhile
            for _ in process.stdout or ():
                with self._updates:
                    self._answered += 1
                    self._updates.notify_all()
        with self._updates:
            self._ended = True
            self._updates.notify_all()
