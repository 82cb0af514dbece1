"""Reading a user's file into a :class:`Document`, with one clear line for each way it can fail."""

from pathlib import Path

from codegen_lsp.document.language import language_of_path
from codegen_lsp.document.text import Document
from codegen_lsp.errors import UnreadableFile

MAX_BYTES = 2 * 1024 * 1024
"""Files above this are generated or data; parsing and prompting them would only stall the user."""


def read_document(path: Path, *, max_bytes: int = MAX_BYTES) -> Document:
    """Read ``path`` as UTF-8 text, keeping its line ends.

    Raises :class:`~codegen_lsp.errors.UnreadableFile` for a file that is missing, a directory, not
    readable, over ``max_bytes`` bytes, binary, or in another encoding.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise UnreadableFile(f"{path} is a directory", advice="name a file in it")
        if size > max_bytes:
            raise UnreadableFile(
                f"{path} is too large ({size:,} bytes)", advice=f"the limit is {max_bytes:,} bytes"
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableFile(f"{path} does not exist") from error
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read", advice=error.strerror) from error
    return Document(text=decode(data, path), language=language_of_path(path), path=path)


def decode(data: bytes, path: Path) -> str:
    """Decode ``data``, the contents of ``path``, as UTF-8; a byte order mark stays in the text.

    Raises :class:`~codegen_lsp.errors.UnreadableFile` for binary data and other encodings.
    """
    if b"\0" in data:
        raise UnreadableFile(f"{path} is a binary file")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{path} is not UTF-8 (byte {error.start})", advice="convert it to UTF-8 first"
        ) from error
