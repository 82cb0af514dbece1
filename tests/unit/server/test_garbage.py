"""What is there to stay is set aside, once."""

import asyncio
import gc
from collections.abc import Iterator

import pytest

from codegen_lsp.server import garbage
from codegen_lsp.server.garbage import Heap


@pytest.fixture(autouse=True)
def _thawed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(garbage, "SETTLED_SECONDS", 0.0)
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_the_collector_looks_at_what_is_new_only() -> None:
    asyncio.run(Heap().set_aside())
    assert gc.get_freeze_count() > 1_000
    assert len(gc.get_objects()) < 1_000


def test_it_is_done_once_because_garbage_would_stay() -> None:
    heap = Heap()
    asyncio.run(heap.set_aside())
    gc.unfreeze()
    asyncio.run(heap.set_aside())
    assert gc.get_freeze_count() == 0
