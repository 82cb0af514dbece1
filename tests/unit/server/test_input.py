import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from codegen_lsp.server.input import LoopInput, Messages, can_be_watched, messages_of

BODY = b'{"a": "\xc3\xa4\\n"}'
HEADER = b"Content-Length: %d\r\n" % len(BODY)

on_posix = pytest.mark.skipif(os.name == "nt", reason="there standard input is read on a thread")


class Counted(ThreadPoolExecutor):
    """A pool that counts what it was given to do."""

    jobs = 0

    def submit(self, *arguments: Any, **options: Any) -> Any:
        self.jobs += 1
        return super().submit(*arguments, **options)


def read(stream: BinaryIO, lengths: list[int | None]) -> tuple[list[bytes], int]:
    """Read lines (None) and bodies (their length) like pygls; also return the changes of thread."""

    async def pieces(pool: Counted) -> list[bytes]:
        async with messages_of(stream, sys.__stdout__.buffer, pool) as reader:
            return [await _piece(reader, length) for length in lengths]

    with Counted(1) as pool:
        return asyncio.run(pieces(pool)), pool.jobs


async def _piece(reader: Messages, length: int | None) -> bytes:
    return await (reader.readline() if length is None else reader.readexactly(length))


@pytest.fixture(params=["file", pytest.param("pipe", marks=on_posix)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def held() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def opened(data: bytes, kind: str, held: ExitStack) -> BinaryIO:
    """Return something of that kind from which ``data`` can be read, and then the end."""
    if kind == "file":
        return BytesIO(data)
    reading, writing = os.pipe()
    stream = held.enter_context(os.fdopen(reading, "rb"))
    with os.fdopen(writing, "wb") as end:
        end.write(data)
    return stream


def test_messages_are_handed_out_in_the_pieces_that_are_asked_for(
    kind: str, held: ExitStack
) -> None:
    lengths = [None, None, len(BODY)] * 2
    pieces, threads = read(opened((HEADER + b"\r\n" + BODY) * 2, kind, held), lengths)
    assert pieces == [HEADER, b"\r\n", BODY] * 2
    assert threads == {"file": 2, "pipe": 0}[kind]


@pytest.mark.parametrize("other", [b"Content-Type: x\r\n", b"nonsense\r\n"])
def test_other_lines_of_a_header_are_handed_out_as_they_are(
    other: bytes, kind: str, held: ExitStack
) -> None:
    stream = opened(other + HEADER + b"\r\n" + BODY, kind, held)
    pieces, _ = read(stream, [None, None, None, len(BODY)])
    assert pieces == [other, HEADER, b"\r\n", BODY]


def test_a_header_without_a_length_has_no_body(kind: str, held: ExitStack) -> None:
    pieces, _ = read(opened(b"nonsense\r\n\r\n" + HEADER, kind, held), [None] * 4)
    assert pieces == [b"nonsense\r\n", b"\r\n", HEADER, b""]


def test_where_the_input_ends_the_body_is_shorter_and_the_next_line_empty(
    kind: str, held: ExitStack
) -> None:
    stream = opened(HEADER + b"\r\n" + BODY[:3], kind, held)
    pieces, _ = read(stream, [None, None, len(BODY), None])
    assert pieces == [HEADER, b"\r\n", BODY[:3], b""]


@on_posix
def test_a_body_larger_than_any_buffer_arrives_whole() -> None:
    body = b"x" * 5_000_000

    async def received() -> bytes:
        reading, writing = os.pipe()
        with os.fdopen(reading, "rb") as stream, ThreadPoolExecutor(1) as pool:
            sending = asyncio.get_running_loop().run_in_executor(pool, _send, writing, body)
            async with messages_of(stream, sys.__stdout__.buffer, pool) as reader:
                data = await reader.readexactly(len(body))
            await sending
            return data

    assert asyncio.run(received()) == body


def _send(descriptor: int, data: bytes) -> None:
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)


@on_posix
def test_a_line_without_an_end_is_the_end_of_the_input() -> None:
    async def line() -> bytes:
        reader = asyncio.StreamReader(limit=100)
        reader.feed_data(b"x" * 300)
        return await LoopInput(reader).readline()

    assert asyncio.run(line()) == b""


@on_posix
def test_others_have_their_turn_between_messages_that_are_there_already() -> None:
    said: list[str] = []

    async def other() -> None:
        said.append("other")

    async def lines() -> None:
        reader = asyncio.StreamReader()
        reader.feed_data(b"one\r\ntwo\r\n")
        read = LoopInput(reader)
        said.append((await read.readline()).decode().strip())
        task = asyncio.create_task(other())
        said.append((await read.readline()).decode().strip())
        await task

    asyncio.run(lines())
    assert said == ["one", "other", "two"]


@on_posix
def test_a_socket_is_watched_unless_it_is_written_to_as_well() -> None:
    one, other = socket.socketpair()
    with one, other:
        assert can_be_watched(one, other)
        assert not can_be_watched(one, one)


def test_a_file_on_disk_and_one_in_memory_are_read_on_a_thread(tmp_path: Path) -> None:
    with tempfile.TemporaryFile(dir=tmp_path) as file:
        assert not can_be_watched(file, file)
    assert not can_be_watched(BytesIO(), BytesIO())


@on_posix
def test_the_stream_is_still_its_owners_afterwards(held: ExitStack) -> None:
    stream = opened(b"one\r\n", "pipe", held)
    read(stream, [None])
    assert not stream.closed
    assert stream.read() == b""
