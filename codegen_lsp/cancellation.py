"""One flag that says "stop": set by whoever asked for the work, read by whoever does it.

It knows nothing of LSP, asyncio or processes. The server sets it on ``$/cancelRequest``, the
command line on Ctrl-C; ``model/client.py`` forwards it to the engine process.
"""

import threading
from collections.abc import Callable

from codegen_lsp.errors import Cancelled


class Cancellation:
    """A one-way flag, safe to set from any thread.

    Callbacks registered with :meth:`on_cancel` run once, on the thread that cancels, or at once
    when the flag is already set.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._event = threading.Event()
        self._callbacks: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        """Whether the work should stop."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Ask for the work to stop; a second call does nothing."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> None:
        """Run ``callback`` when the flag is set; at once if it is set already."""
        with self._lock:
            if not self._event.is_set():
                self._callbacks.append(callback)
                return
        callback()

    def forget(self, callback: Callable[[], None]) -> None:
        """Take back a callback given to :meth:`on_cancel`; unknown ones are ignored."""
        with self._lock:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

    def raise_if_cancelled(self) -> None:
        """Raise :class:`~codegen_lsp.errors.Cancelled` if the flag is set."""
        if self._event.is_set():
            raise Cancelled("cancelled")
