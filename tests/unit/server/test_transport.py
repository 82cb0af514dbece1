import asyncio
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest

from codegen_lsp.server.transport import Input

BODY = b'{"a": "\xc3\xa4\\n"}'
HEADER = b"Content-Length: %d\r\n" % len(BODY)


class Counted(ThreadPoolExecutor):
    """A pool that counts what it was given to do."""

    jobs = 0

    def submit(self, *arguments: Any, **options: Any) -> Any:
        self.jobs += 1
        return super().submit(*arguments, **options)


def read(data: bytes, lengths: list[int | None]) -> tuple[list[bytes], int]:
    """Read lines (None) and bodies (their length) like pygls; also return the changes of thread."""

    async def pieces(pool: Counted) -> list[bytes]:
        reader = Input(BytesIO(data), pool)
        return [
            await (reader.readline() if length is None else reader.readexactly(length))
            for length in lengths
        ]

    with Counted(1) as pool:
        return asyncio.run(pieces(pool)), pool.jobs


def test_a_message_is_read_with_one_change_of_thread() -> None:
    data = (HEADER + b"\r\n" + BODY) * 2
    lengths = [None, None, len(BODY)] * 2
    assert read(data, lengths) == ([HEADER, b"\r\n", BODY] * 2, 2)


@pytest.mark.parametrize("other", [b"Content-Type: x\r\n", b"nonsense\r\n"])
def test_other_lines_of_a_header_are_handed_out_as_they_are(other: bytes) -> None:
    pieces, _ = read(other + HEADER + b"\r\n" + BODY, [None, None, None, len(BODY)])
    assert pieces == [other, HEADER, b"\r\n", BODY]


def test_a_header_without_a_length_has_no_body() -> None:
    pieces, _ = read(b"nonsense\r\n\r\n" + HEADER, [None, None, None, None])
    assert pieces == [b"nonsense\r\n", b"\r\n", HEADER, b""]


def test_where_the_input_ends_the_body_is_shorter_and_the_next_line_empty() -> None:
    pieces, _ = read(HEADER + b"\r\n" + BODY[:3], [None, None, len(BODY), None])
    assert pieces == [HEADER, b"\r\n", BODY[:3], b""]
