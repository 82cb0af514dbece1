"""Around every handler: work on a thread, stop with the request, answer exactly once.

Features block; the event loop must not. A handler is a coroutine that runs its feature on a pool of
the server's own (pygls' pool also reads standard input), and sets the feature's cancellation when
the client takes the request back.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import Cancelled, CodegenError

log = logging.getLogger(__name__)

T = TypeVar("T")

WORKERS = 8
"""Requests that may be under way at once; each mostly waits for the engine."""


class Workers:
    """The threads on which features run."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="feature")
        self._is_closed = False
        self._running: set[Cancellation] = set()
        self._newest: dict[str, tuple[object, list[Cancellation]]] = {}

    async def run(
        self,
        name: str,
        work: Callable[[Cancellation], T],
        *,
        instead_of: str | None = None,
        place: object = None,
    ) -> T:
        """Run ``work`` on a thread and return what it returns.

        Cancelling the coroutine cancels the work, and so does newer work ``instead_of`` the same
        at another ``place``, before it begins: editors ask twice at one place. Raises what ``work``
        raises, and :class:`~codegen_lsp.errors.Cancelled` after :meth:`close`; how long it took is
        logged, what it worked on is not.
        """
        if self._is_closed:
            raise Cancelled("the server ends")
        cancellation = Cancellation()
        self._running.add(cancellation)
        if instead_of is not None:
            self.supersede(instead_of, place)
            self._newest[instead_of][1].append(cancellation)
        started = time.monotonic()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, cancellation)
        except asyncio.CancelledError:
            cancellation.cancel()
            raise
        finally:
            self._running.discard(cancellation)
            log.debug("%s took %.0f ms", name, (time.monotonic() - started) * 1000)

    def supersede(self, name: str, place: object) -> None:
        """Cancel what runs for ``name`` at another ``place`` than this."""
        known, running = self._newest.get(name, (None, []))
        if known != place:
            for older in running:
                older.cancel()
            running = []
        self._newest[name] = (place, [each for each in running if each in self._running])

    async def offer(
        self,
        name: str,
        work: Callable[[Cancellation], T],
        empty: T,
        *,
        instead_of: str | None = None,
        place: object = None,
    ) -> T:
        """Run ``work`` like :meth:`run`, and return ``empty`` when it fails.

        For what the editor asks by itself while the user types: an error there would only be noise.
        """
        try:
            return await self.run(name, work, instead_of=instead_of, place=place)
        except Cancelled:
            return empty
        except CodegenError as error:
            log.warning("%s: %s", name, error)
            return empty
        except Exception:
            log.exception("%s failed", name)
            return empty

    def close(self) -> None:
        """Stop all work and wait for no one."""
        self._is_closed = True
        for cancellation in list(self._running):
            cancellation.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)
