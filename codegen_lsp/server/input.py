"""Reads what the client sends, in the pieces that pygls asks for, without its changes of threads.

Each change of threads waits for a core, and where the model keeps all of them busy that takes
milliseconds. Pipes and sockets are therefore watched by the event loop itself; what else may be
standard input (a file, a terminal, anything on Windows) is read on a thread, a whole message at
once.
"""

import asyncio
import logging
import os
import re
import stat
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import BinaryIO, Protocol

log = logging.getLogger(__name__)

_CONTENT_LENGTH = re.compile(rb"Content-Length: (\d+)\r\n")  # as pygls knows it

_LONGEST_LINE = 2**20
"""In bytes. What holds no line end for longer is no header."""


class File(Protocol):
    """Something with a file descriptor, or that raises OSError when asked for it."""

    def fileno(self) -> int:
        """Return the descriptor."""
        ...


class Messages(Protocol):
    """What pygls reads messages from."""

    async def readline(self) -> bytes:
        """Return the next line of a header; empty at the end of the input."""
        ...

    async def readexactly(self, n: int, /) -> bytes:
        """Return the body whose length the header has said, shorter where the input ends."""
        ...


@asynccontextmanager
async def messages_of(
    stream: BinaryIO, output: File, pool: ThreadPoolExecutor
) -> AsyncIterator[Messages]:
    """Read ``stream``: on the event loop where that is possible, else on threads of ``pool``.

    ``output`` is what is written to meanwhile.
    """
    if not can_be_watched(stream, output):
        yield ThreadInput(stream, pool)
        return
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=_LONGEST_LINE)
    # The transport closes what it is given; the stream belongs to the caller.
    pipe = os.fdopen(os.dup(stream.fileno()), "rb", buffering=0)
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    try:
        yield LoopInput(reader)
    finally:
        transport.close()


def can_be_watched(stream: File, output: File) -> bool:
    """Say whether the event loop can wait for ``stream``: a pipe, or a socket that is not shared.

    What is watched never blocks; were ``output`` the same socket, writing would not either, and
    fail where the client does not read for a while.
    """
    if os.name == "nt":
        return False
    try:
        read, written = os.fstat(stream.fileno()), os.fstat(output.fileno())
    except OSError:  # not a file at all
        return False
    is_pipe, is_socket = stat.S_ISFIFO(read.st_mode), stat.S_ISSOCK(read.st_mode)
    return is_pipe or (is_socket and not os.path.samestat(read, written))


class LoopInput:
    """Reads from the event loop's own reader. Between messages others have their turn."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def readline(self) -> bytes:
        """Return the next line of a header; empty at the end of the input, and if it is endless."""
        await asyncio.sleep(0)
        try:
            return await self._reader.readline()
        except ValueError:
            log.warning("the input has a line of more than 1 MiB: it is taken for its end")
            return b""

    async def readexactly(self, n: int, /) -> bytes:
        """Return the body whose length the header has said, shorter where the input ends."""
        try:
            return await self._reader.readexactly(n)
        except asyncio.IncompleteReadError as error:
            return error.partial


class ThreadInput:
    """Reads whole messages, each on another thread and at once, and hands them out in pieces.

    What pygls asks for line by line is there already, so that a key costs two changes of threads
    instead of six.
    """

    def __init__(self, stream: BinaryIO, pool: ThreadPoolExecutor) -> None:
        self._stream = stream
        self._pool = pool
        self._pieces = deque[bytes]()

    async def readline(self) -> bytes:
        """Return the next line of a header; empty at the end of the input."""
        if not self._pieces:
            loop = asyncio.get_running_loop()
            self._pieces.extend(await loop.run_in_executor(self._pool, _pieces_of, self._stream))
        return self._pieces.popleft()

    async def readexactly(self, _n: int, /) -> bytes:
        """Return the body whose length the header has said, shorter where the input ends."""
        return self._pieces.popleft()


def _pieces_of(stream: BinaryIO) -> list[bytes]:
    """Read one message: the lines of its header, an empty one, and its body if it has a length."""
    pieces: list[bytes] = []
    length = 0
    while line := stream.readline():
        pieces.append(line)
        if (match := _CONTENT_LENGTH.fullmatch(line)) is not None and not length:
            length = int(match.group(1))
        if not line.strip():
            return [*pieces, stream.read(length)] if length else pieces
    return [*pieces, b""]
