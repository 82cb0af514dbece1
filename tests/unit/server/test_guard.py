"""Work on threads: it ends with its request, with a newer one at another place, with the server."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import Cancelled
from codegen_lsp.server.guard import Workers

T = TypeVar("T")
SECONDS = 10


def until_cancelled(started: threading.Event | None = None) -> Any:
    """Return work that only ends when it is cancelled, and then says so."""

    def work(cancellation: Cancellation) -> str:
        if started is not None:
            started.set()
        while not cancellation.cancelled:
            threading.Event().wait(0.001)
        return "cancelled"

    return work


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(asyncio.wait_for(coroutine, SECONDS))


@pytest.mark.parametrize(
    ("place", "expected"), [("there", "cancelled"), ("here", None)], ids=["elsewhere", "same"]
)
def test_newer_work_ends_older_work_at_another_place(place: str, expected: str | None) -> None:
    async def ask() -> str | None:
        workers = Workers()
        older = asyncio.create_task(
            workers.run("completion", until_cancelled(), instead_of="a.py", place="here")
        )
        await asyncio.sleep(0)
        await workers.run("completion", lambda _: None, instead_of="a.py", place=place)
        done, _ = await asyncio.wait([older], timeout=1 if expected else 0.05)
        workers.close()
        return older.result() if done else None

    assert run(ask()) == expected


def test_a_request_that_is_taken_back_cancels_its_work() -> None:
    cancelled = threading.Event()

    def work(cancellation: Cancellation) -> None:
        until_cancelled()(cancellation)
        cancelled.set()

    async def ask() -> None:
        workers = Workers()
        task = asyncio.create_task(workers.run("review", work))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        workers.close()

    run(ask())
    assert cancelled.wait(SECONDS)


def test_what_fails_while_typing_is_nothing() -> None:
    def work(_: Cancellation) -> str:
        raise ValueError("whatever")

    async def ask() -> str:
        return await Workers().offer("completion", work, "nothing")

    assert run(ask()) == "nothing"


def test_nothing_begins_when_the_server_has_ended() -> None:
    async def ask() -> str:
        workers = Workers()
        workers.close()
        with pytest.raises(Cancelled):
            await workers.run("review", lambda _: "done")
        return await workers.offer("index", lambda _: "done", "nothing")

    assert run(ask()) == "nothing"
