"""Stands between an editor and its server, and notes when each message passes."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

REQUEST = "textDocument/inlineCompletion"

_HEADER = re.compile(rb"Content-Length: (\d+)\r\n(?:[^\r\n]+\r\n)*\r\n")


@dataclass(frozen=True, slots=True)
class Passed:
    """A request and its answer, as they passed the relay; monotonic seconds."""

    asked: float
    answered: float


def relayed(command: list[str], log: Path) -> list[str]:
    """Return a command that runs ``command`` and notes in ``log`` what passes."""
    return [sys.executable, "-m", __name__, str(log), *command]


def relay(log: Path, command: list[str]) -> None:
    """Run a server, pass everything on both ways, and write down what passed when."""
    with (
        log.open("w", encoding="ascii") as file,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server,
    ):
        if server.stdin is None or server.stdout is None:
            raise OSError("no pipes")
        up = (server.stdout, sys.stdout.buffer, file, "up")
        threading.Thread(target=_pass, args=up, daemon=True).start()
        _pass(sys.stdin.buffer, server.stdin, file, "down")
        server.stdin.close()


def passed_in(log: Path) -> list[Passed]:
    """Return the completion requests of a relay's log that were answered, in order."""
    chunks: dict[str, list[tuple[float, bytes]]] = {"up": [], "down": []}
    for line in log.read_text("ascii").splitlines():
        at, way, chunk = json.loads(line)
        chunks[way].append((at, chunk.encode("latin-1")))
    asked = {each["id"]: at for at, each in _messages(chunks["down"]) if _is_request(each)}
    answered = {each["id"]: at for at, each in _messages(chunks["up"]) if "method" not in each}
    return [Passed(at, answered[key]) for key, at in asked.items() if key in answered]


def _is_request(message: dict[str, Any]) -> bool:
    return message.get("method") == REQUEST


def _pass(source: IO[bytes], target: IO[bytes], log: IO[str], way: str) -> None:
    while chunk := os.read(source.fileno(), 1 << 16):
        at = time.monotonic()
        target.write(chunk)
        target.flush()
        log.write(json.dumps([at, way, chunk.decode("latin-1")]) + "\n")
        log.flush()


def _messages(chunks: list[tuple[float, bytes]]) -> Iterator[tuple[float, dict[str, Any]]]:
    """Yield each message, with the time at which the last of it was there."""
    buffer = b""
    for at, chunk in chunks:
        buffer += chunk
        while (header := _HEADER.match(buffer)) is not None:
            end = header.end() + int(header[1])
            if len(buffer) < end:
                break
            yield at, json.loads(buffer[header.end() : end])
            buffer = buffer[end:]


if __name__ == "__main__":
    relay(Path(sys.argv[1]), sys.argv[2:])
