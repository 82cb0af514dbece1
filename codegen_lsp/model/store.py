"""Where model files lie, and what state they are in. Reads the disk, never the network.

Beside a file whose hash was checked lies ``<file>.sha256``, in the format of ``sha256sum``: while
it is the newer of the two, nobody needs to read a gigabyte again to trust the file.
"""

import hashlib
import os
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path

from codegen_lsp.config.settings import Settings
from codegen_lsp.errors import ModelUnavailable
from codegen_lsp.model.catalog import MODELS, KnownModel, find
from codegen_lsp.model.scripted_backend import SCHEME

GGUF_MAGIC = b"GGUF"

_CHUNK_BYTES = 1 << 22


class FileState(StrEnum):
    """What is known of a model's file without reading it."""

    MISSING = "missing"
    DAMAGED = "damaged"  # of another size than it should be
    PRESENT = "present"  # of the right size
    VERIFIED = "verified"  # and its hash was checked since it was last written


def require_model(settings: Settings, models: Iterable[KnownModel] = MODELS) -> Path:
    """Return the file of the model that ``settings`` name; see :func:`file_of`."""
    return file_of(settings.model.name, settings.model.folder, models)


def file_of(name: str, folder: Path, models: Iterable[KnownModel] = MODELS) -> Path:
    """Return the file of model ``name``: one of ``models`` in ``folder``, or the user's own GGUF.

    Reads at most a few bytes. Raises :class:`~codegen_lsp.errors.ModelUnavailable` for a name that
    is not known, and for a file that is missing, of the wrong size, or no GGUF.
    """
    if is_path(name):
        return own_file(name)
    model = find(name, models)
    path, state = path_of(model, folder), state_of(model, folder)
    if state is FileState.MISSING:
        raise ModelUnavailable(
            f"the model {name} is not on this machine",
            advice=f"`codegen models pull {name}` fetches it ({model.size_text}, {model.licence})",
        )
    if state is FileState.DAMAGED:
        raise ModelUnavailable(
            f"{path} is not the {model.size:,} bytes it should be",
            advice=f"`codegen models pull {name}` replaces it",
        )
    return path


def is_path(name: str) -> bool:
    """Say whether ``name`` means a file of the user's own and not an entry of the catalogue."""
    return "/" in name or os.sep in name or name.lower().endswith(".gguf")


def own_file(name: str) -> Path:
    """Return the path of the user's own GGUF ``name``.

    Raises :class:`~codegen_lsp.errors.ModelUnavailable` when it is none.
    """
    path = Path(name).expanduser()
    try:
        with path.open("rb") as file:
            magic = file.read(len(GGUF_MAGIC))
    except FileNotFoundError as error:
        raise ModelUnavailable(f"there is no model file {path}") from error
    except OSError as error:
        raise ModelUnavailable(
            f"the model file {path} cannot be read", advice=error.strerror
        ) from error
    if magic != GGUF_MAGIC:
        raise ModelUnavailable(f"{path} is no GGUF file", advice="it must begin with 'GGUF'")
    return path


def path_of(model: KnownModel, folder: Path) -> Path:
    """Return where the file of ``model`` lies, or would lie."""
    return folder / model.file


def state_of(model: KnownModel, folder: Path) -> FileState:
    """Say what state the file of ``model`` is in, by size and marker alone."""
    path = path_of(model, folder)
    try:
        found = path.stat()
    except OSError:
        return FileState.MISSING
    if found.st_size != model.size:
        return FileState.DAMAGED
    marker = _marker(path)
    try:
        checked = marker.stat().st_mtime_ns >= found.st_mtime_ns
        same = marker.read_text("utf-8").startswith(model.sha256)
    except (OSError, UnicodeDecodeError):
        return FileState.PRESENT
    return FileState.VERIFIED if checked and same else FileState.PRESENT


def model_sha256(settings: Settings, models: Iterable[KnownModel] = MODELS) -> str:
    """Return the hash of the model that ``settings`` name: the catalogue's, or that of the file.

    The latter reads all of it. Empty for a script of answers, which is no model. Raises what
    :func:`file_of` raises.
    """
    name = settings.model.name
    if name.startswith(SCHEME):
        return ""
    path = require_model(settings, models)
    return sha256_of(path) if is_path(name) else find(name, models).sha256


def mark_verified(model: KnownModel, folder: Path) -> None:
    """Note that the file of ``model`` was found to have its hash; raises ``OSError``."""
    _marker(path_of(model, folder)).write_text(f"{model.sha256}  {model.file}\n", "utf-8")


def mark_doubtful(model: KnownModel, folder: Path) -> None:
    """Take that back; raises ``OSError``."""
    _marker(path_of(model, folder)).unlink(missing_ok=True)


def sha256_of(path: Path, on_bytes: Callable[[int], None] = lambda _: None) -> str:
    """Return the hash of a file in hexadecimal; raises ``OSError``.

    ``on_bytes`` hears every few megabytes how many bytes were read so far, and may raise to stop.
    """
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            done += len(chunk)
            on_bytes(done)
    return digest.hexdigest()


def _marker(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")
