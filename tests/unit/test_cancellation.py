import pytest

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import Cancelled


def test_callbacks_run_once_when_cancelled() -> None:
    cancellation, calls = Cancellation(), list[int]()
    cancellation.on_cancel(lambda: calls.append(1))
    cancellation.cancel()
    cancellation.cancel()
    assert calls == [1]
    with pytest.raises(Cancelled):
        cancellation.raise_if_cancelled()


def test_a_callback_that_comes_late_runs_at_once() -> None:
    cancellation, calls = Cancellation(), list[int]()
    cancellation.cancel()
    cancellation.on_cancel(lambda: calls.append(1))
    assert calls == [1]


def test_a_forgotten_callback_does_not_run() -> None:
    cancellation, calls = Cancellation(), list[int]()

    def callback() -> None:
        calls.append(1)

    cancellation.on_cancel(callback)
    cancellation.forget(callback)
    cancellation.cancel()
    assert calls == []
    assert cancellation.cancelled
