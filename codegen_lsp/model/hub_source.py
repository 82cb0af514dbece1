"""A file in a repository of the Hugging Face hub, or of a server that speaks as the hub does.

The client library runs in a child process (:mod:`codegen_lsp.model.hub_stream`) that writes the
bytes into a pipe: it can be ended at any moment, its environment can be fenced, and when this
process is killed the child ends at its next write and can spoil nothing.
"""

import os
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from codegen_lsp.errors import SourceFailed
from codegen_lsp.model.source import Arrival, UnderWay, end, output


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFile:
    """``file`` in ``repository``; ``endpoint`` None means the hub itself, or ``HF_ENDPOINT``.

    ``patience`` is how many seconds the first byte may take, name lookup and TLS included.
    """

    repository: str
    file: str
    endpoint: str | None = None
    patience: float = 8.0
    scratch_bytes: int = 0

    @property
    def label(self) -> str:
        """The hub."""
        return "Hugging Face hub"

    @property
    def place(self) -> str:
        """The repository."""
        return self.repository

    def stream(self, start: int, size: int, workspace: Path) -> Generator[Arrival, None, None]:
        """Yield the bytes as they come over the line; see the protocol."""
        if start == size:
            return
        command = [
            *(sys.executable, "-P", "-m", "codegen_lsp.model.hub_stream"),
            *(self.repository, self.file, str(start), self.endpoint or ""),
        ]
        with subprocess.Popen(  # noqa: S603 - our own module, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(workspace),
            start_new_session=True,  # Ctrl-C is for us; we end the child
        ) as child:
            assert child.stdout is not None  # noqa: S101 - opened as pipes above; tells mypy
            assert child.stderr is not None  # noqa: S101 - same
            try:
                yield from _patiently(output(child.stdout), self.patience)
                if child.wait() != 0:
                    raise SourceFailed(_last_line(child.stderr.read()))
            finally:
                end(child)


def _patiently(chunks: Iterator[bytes], patience: float) -> Iterator[Arrival]:
    """Yield ``chunks``; raises SourceFailed when the first one takes too long."""
    started, silent = time.monotonic(), True
    for chunk in chunks:
        silent = silent and not chunk
        if silent and time.monotonic() - started > patience:
            raise SourceFailed(f"no answer within {patience:g} seconds")
        yield chunk or UnderWay()


def _environment(workspace: Path) -> dict[str, str]:
    """Return the child's environment: no telemetry, no token, none of the user's hub folders."""
    kept = {name: value for name, value in os.environ.items() if "TOKEN" not in name}
    return kept | {
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
        "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        "HF_HOME": str(workspace),
    }


def _last_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "it ended without saying why"
