"""What a source of a model file is: something that yields its bytes, in order, from any offset.

Sources know how to reach a place; they write no file of ours and judge nothing, since the SHA-256
decides what the bytes are worth. :mod:`codegen_lsp.model.download` is the one that asks them.
"""

import os
import select
import subprocess
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

POLL_SECONDS = 0.1
"""How often a source that waits for its child process gives its caller a turn."""

_PIPE_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class UnderWay:
    """About ``size`` bytes have arrived that cannot be handed over yet; 0 while only waiting."""

    size: int = 0


Arrival = bytes | UnderWay
"""What a source yields: the next bytes of the file, or a sign of life."""


class Source(Protocol):
    """One place that has a model file."""

    @property
    def label(self) -> str:
        """What kind of place it is, in a few words."""
        ...

    @property
    def place(self) -> str:
        """Where in it the file lies, for those who want to look for themselves."""
        ...

    @property
    def scratch_bytes(self) -> int:
        """How much disk space it needs at most, besides the file itself."""
        ...

    def stream(self, start: int, size: int, workspace: Path) -> Generator[Arrival, None, None]:
        """Yield the bytes from offset ``start`` to the end, of a file of ``size`` bytes.

        Yields at least every few :data:`POLL_SECONDS`, so that the caller can stop it by closing
        the generator, which ends what runs for it. ``workspace`` is an existing folder for its own
        files; what it finds there is left over from a run that was killed. Raises
        :class:`~codegen_lsp.errors.SourceFailed` with the reason, ``OSError`` for a full disk.
        """
        ...


def output(pipe: IO[bytes]) -> Iterator[bytes]:
    """Yield what a child process writes into ``pipe``, and ``b""`` at least each POLL_SECONDS."""
    while True:
        readable, _, _ = select.select([pipe], [], [], POLL_SECONDS)
        if not readable:
            yield b""
        elif chunk := os.read(pipe.fileno(), _PIPE_BYTES):
            yield chunk
        else:
            return


def end(process: subprocess.Popen[bytes]) -> None:
    """See that a source's child process is gone: asked at first, then killed after two seconds."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
