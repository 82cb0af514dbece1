"""What a repository's commands may reach, and for how long.

Runs a command without a shell, under ``keeper.py``, with reduced environment, time, memory, output
and processes; and where bubblewrap works, with a read-only system, no home, no network, and only
the scratch folders to write to. It does not know what the commands are for; see ``checks.py``.
"""

import functools
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which

from agent.disk import MAX_FILES, MAX_WRITTEN_BYTES, DiskWatch
from agent.keeper import TOO_MANY
from codegen_lsp.cancellation import Cancellation

MAX_OUTPUT = 64 * 1024
"""Bytes of output that are kept: half from its beginning, half from its end."""

MAX_FILE_BYTES = 1024**3
MORE_PROCESSES = 256
LEAST_ADDRESS_SPACE = 2 * 1024**3

_KEEPER = Path(__file__).with_name("keeper.py")
_TICK_SECONDS = 0.05
_MEMORY_FOLDER_BYTES = 256 * 1024**2
_GRACE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended.

    ``exit_code`` is None when it was stopped because its time was up. ``stopped`` says why it was
    when it was stopped for taking too much of something else.
    """

    exit_code: int | None
    seconds: float
    output: str
    stopped: str = ""


def find_bubblewrap() -> str | None:
    """Return the path of bubblewrap if it is installed and this system lets it work."""
    found = which("bwrap")
    if found is None:
        return None
    trial = [found, "--unshare-all", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            [*trial, "true"], capture_output=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found if done.returncode == 0 else None


@dataclass(frozen=True)
class Sandbox:
    """Runs commands for one scratch folder.

    ``writable`` are the folders a command may change, ``readable`` those it must see although they
    lie in the user's home or the temporary folder. ``wrapper`` is the path of bubblewrap, or None
    when commands run with reduced rights only. ``held`` are open files that stay open until all of
    a command has ended, however this program ends.
    """

    environment: Mapping[str, str]
    writable: tuple[Path, ...]
    readable: tuple[Path, ...]
    hidden: tuple[Path, ...]
    wrapper: str | None = field(default_factory=find_bubblewrap)
    held: tuple[int, ...] = ()

    @property
    def description(self) -> str:
        """Say in one line what commands were kept from."""
        if self.wrapper:
            return "bubblewrap: no network, no home, read-only system"
        return "no sandbox (bubblewrap is not used): scrubbed environment and limits only"

    def run(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        seconds: float,
        cancellation: Cancellation,
        variables: Mapping[str, str] | None = None,
        also_readable: Sequence[Path] = (),
    ) -> Ended:
        """Run ``command`` in ``cwd`` for at most ``seconds``; nothing of it is left afterwards.

        Output and errors come together. Raises :class:`~codegen_lsp.errors.Cancelled`.
        """
        cancellation.raise_if_cancelled()
        wrapped = [*self._wrapping(cwd, also_readable), *command]
        keeper = [sys.executable, "-I", "-S", str(_KEEPER), _limits(self.held)]
        started = time.monotonic()
        process = subprocess.Popen(  # noqa: S603 - no shell; the command is the user's, or ours
            [*keeper, *wrapped],
            cwd=cwd,
            env={**self.environment, **(variables or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=self.held,
        )
        try:
            output = _Output()
            watch = DiskWatch(self.writable)
            in_time = _read(process, output, started + seconds, cancellation, watch)
        finally:
            _stop(process)
        cancellation.raise_if_cancelled()
        return Ended(
            exit_code=process.returncode if in_time else None,
            seconds=time.monotonic() - started,
            output=output.text(),
            stopped=_stopped(process.returncode, full=watch.full),
        )

    def _wrapping(self, cwd: Path, also_readable: Sequence[Path]) -> list[str]:
        if self.wrapper is None:
            return []
        arguments = [self.wrapper, "--die-with-parent", "--unshare-all", "--new-session"]
        size = ["--size", str(_MEMORY_FOLDER_BYTES)] if _takes_size(self.wrapper) else []
        arguments += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
        for folder in (*self.hidden, Path("/dev/shm")):  # noqa: S108 - the sandbox's own
            arguments += [*size, "--tmpfs", str(folder)]
        for folder in (*self.readable, *also_readable):
            arguments += ["--ro-bind", str(folder), str(folder)]
        for folder in self.writable:
            arguments += ["--bind", str(folder), str(folder)]
        return [*arguments, "--chdir", str(cwd), "--"]


class _Output:
    """Keeps the beginning and the end of what is written, however much it is."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = bytearray()
        self._dropped = False

    def add(self, data: bytes) -> None:
        half = MAX_OUTPUT // 2
        room = half - len(self._head)
        self._head += data[:room]
        self._tail += data[max(room, 0) :]
        if len(self._tail) > 2 * half:
            del self._tail[:-half]
            self._dropped = True

    def text(self) -> str:
        half = MAX_OUTPUT // 2
        dropped = self._dropped or len(self._tail) > half
        middle = b"\n... (output left out) ...\n" if dropped else b""
        return bytes(self._head + middle + self._tail[-half:]).decode("utf-8", "replace")


def _read(
    process: subprocess.Popen[bytes],
    output: _Output,
    deadline: float,
    cancellation: Cancellation,
    watch: DiskWatch,
) -> bool:
    """Read until the command has ended or the disk is full; False when its time was up."""
    assert process.stdout is not None  # noqa: S101 - it was opened as a pipe
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not cancellation.cancelled and time.monotonic() < deadline:
            if watch.look():
                return True
            if not selector.select(_TICK_SECONDS):
                if process.poll() is not None:
                    return True
                continue
            data = os.read(process.stdout.fileno(), 65536)
            if not data:
                return _waited(process, deadline)
            output.add(data)
    return False


def _waited(process: subprocess.Popen[bytes], deadline: float) -> bool:
    """Wait for a keeper that has closed its output; False when time is up before it ends."""
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return False
    return True


def _stopped(code: int, *, full: bool) -> str:
    if full:
        return f"it wrote more than {MAX_WRITTEN_BYTES:,} bytes or {MAX_FILES:,} files"
    return f"it started more than {MORE_PROCESSES} processes" if code == TOO_MANY else ""


@functools.cache
def _takes_size(wrapper: str) -> bool:
    """Say whether this bubblewrap can bound folders in memory (0.7 and later)."""
    done = subprocess.run(  # noqa: S603 - a fixed command
        [wrapper, "--help"], capture_output=True, timeout=10, check=False
    )
    return b"--size" in done.stdout


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Close the keeper's standard input, so that it ends everything; see that it has ended."""
    assert process.stdin is not None  # noqa: S101 - it was opened as a pipe
    assert process.stdout is not None  # noqa: S101 - same
    process.stdin.close()
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()


def _limits(held: Sequence[int]) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return json.dumps(
        {
            "address_space": max(memory // 2, LEAST_ADDRESS_SPACE),
            "file_size": MAX_FILE_BYTES,
            "processes": MORE_PROCESSES,
            "held": list(held),
        }
    )
