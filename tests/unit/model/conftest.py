"""Small models on small servers: a hub on 127.0.0.1, and a folder of wheels for pip."""

import hashlib
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from codegen_lsp.model.catalog import KnownModel
from codegen_lsp.model.wheel_source import WheelParts

FILE = "small.gguf"
REPOSITORY = "someone/small-GGUF"


class Hub:
    """Serves one file as the hub does, by a redirect; its fields say what goes wrong.

    ``cut_after`` bytes of a body, once, the line breaks. ``bytes_per_second`` 0 means at once.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.honours_ranges = True
        self.cut_after: int | None = None
        self.bytes_per_second = 0
        self.status = 200
        self.silence = 0.0
        self.seen: list[tuple[str, dict[str, str]]] = []
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def offsets(self) -> list[int]:
        """Where each transfer began."""
        return [
            int(headers.get("range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
            for path, headers in self.seen
            if path.startswith("/blobs/")
        ]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub

    def do_GET(self) -> None:
        self.hub.seen.append((self.path, {key.lower(): v for key, v in self.headers.items()}))
        time.sleep(self.hub.silence)
        if self.hub.status != 200:
            self.send_error(self.hub.status)
        elif self.path == f"/{REPOSITORY}/resolve/main/{FILE}":
            self.send_response(302)
            self.send_header("Location", f"{self.hub.endpoint}/blobs/1?signature=secret")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path.startswith("/blobs/"):
            self._send_file()
        else:
            self.send_error(404)

    def _send_file(self) -> None:
        hub, offset = self.hub, 0
        if hub.honours_ranges and "Range" in self.headers:
            offset = hub.offsets[-1]
        self.send_response(206 if offset else 200)
        self.send_header("Content-Length", str(len(hub.data) - offset))
        self.end_headers()
        body, cut, hub.cut_after = hub.data[offset:], hub.cut_after, None
        try:
            self._send_slowly(body[:cut])
        except (BrokenPipeError, ConnectionResetError):
            return
        self.close_connection = True

    def _send_slowly(self, body: bytes) -> None:
        step = max(1, self.hub.bytes_per_second // 50) if self.hub.bytes_per_second else len(body)
        for start in range(0, len(body), max(1, step)):
            self.wfile.write(body[start : start + step])
            time.sleep(0.02 if self.hub.bytes_per_second else 0)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def data() -> bytes:
    """A file that begins like a GGUF, and of which no two parts are alike."""
    return b"GGUF" + b"".join(
        hashlib.sha256(bytes([n, m])).digest() for n in range(256) for m in range(32)
    )


@pytest.fixture
def hub(data: bytes) -> Iterator[Hub]:
    server = Hub(data)
    yield server
    server.close()


@pytest.fixture
def small_model(data: bytes) -> Callable[..., KnownModel]:
    """Make the catalogue entry of ``data`` with the given sources."""

    def make(*sources: Any, **changes: Any) -> KnownModel:
        fields: dict[str, Any] = {
            "name": "small",
            "family": "small",
            "file": FILE,
            "size": len(data),
            "licence": "MIT",
            "sha256": hashlib.sha256(data).hexdigest(),
            "context_tokens": 1024,
            "sources": sources,
        }
        return KnownModel(**{**fields, **changes})

    return make


Wheels = Callable[..., WheelParts]


@pytest.fixture
def wheels(data: bytes, tmp_path: Path) -> Wheels:
    """Put ``data`` into wheels, and give the source that has them; ``spoil`` changes the parts."""

    def make(parts: int = 3, spoil: Callable[[list[bytes]], None] = lambda _: None) -> WheelParts:
        part_bytes = -(-len(data) // parts)
        pieces = [data[start : start + part_bytes] for start in range(0, len(data), part_bytes)]
        spoil(pieces)
        folder = tmp_path / "wheelhouse"
        folder.mkdir(exist_ok=True)
        for number, piece in enumerate(pieces, 1):
            write_wheel(folder, f"small_part{number}", {f"small_part{number}/data.bin": piece})
        return WheelParts(
            distribution="small-part{part}",
            version="1.0",
            member="small_part{part}/data.bin",
            parts=parts,
            part_bytes=part_bytes,
            pip_arguments=("--no-index", "--find-links", str(folder)),
        )

    return make


def write_wheel(folder: Path, name: str, members: dict[str, bytes]) -> Path:
    """Write a wheel that pip accepts, and that must never be imported."""
    metadata = f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 1.0\n"
    tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('imported')\n")
        for member, content in members.items():
            archive.writestr(member, content)
        archive.writestr(f"{name}-1.0.dist-info/METADATA", metadata)
        archive.writestr(f"{name}-1.0.dist-info/WHEEL", tags)
        archive.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return path
