"""A generation under way: what it has brought so far, for anybody who wants to follow it.

It goes on whether or not somebody listens, so that a user who types along a suggestion, or comes
back to it, finds the text that is already there. Written by one thread, followed by any number.
"""

import threading
from collections.abc import Callable, Generator
from functools import partial

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import Cancelled, CodegenError
from codegen_lsp.model.backend import Finished, FinishReason, Piece, Priority


class Generation:
    """The pieces of one request. ``cancel`` and ``prioritise`` reach whoever produces them."""

    def __init__(
        self, *, cancel: Callable[[], None], prioritise: Callable[[Priority], None]
    ) -> None:
        self._changed = threading.Condition()
        self._pieces: list[Piece] = []
        self._end: Finished | CodegenError | None = None
        self._cancel = cancel
        self._prioritise = prioritise

    @property
    def text(self) -> str:
        """The first sample's text so far."""
        with self._changed:
            return "".join(piece.text for piece in self._pieces if piece.sample == 0)

    @property
    def end(self) -> Finished | CodegenError | None:
        """How it ended; None while it goes on."""
        return self._end

    def put(self, step: Piece | Finished | CodegenError) -> None:
        """Add what was produced; whatever comes after the end is ignored."""
        with self._changed:
            if self._end is not None:
                return
            if isinstance(step, Piece):
                self._pieces.append(step)
            else:
                self._end = step
            self._changed.notify_all()

    def follow(
        self, cancellation: Cancellation | None = None
    ) -> Generator[Piece | Finished, None, None]:
        """Yield all pieces from the first one on as they come, then the :class:`Finished`.

        Raises :class:`~codegen_lsp.errors.Cancelled` when ``cancellation`` is set, and the error
        that the generation ended with.
        """
        cancellation = cancellation or Cancellation()
        cancellation.on_cancel(self._wake)
        try:
            position = 0
            while True:
                with self._changed:
                    self._changed.wait_for(partial(self._has_news, position, cancellation))
                    pieces, end = self._pieces[position:], self._end
                if cancellation.cancelled:
                    raise Cancelled("cancelled")
                yield from pieces
                position += len(pieces)
                if end is not None and position == len(self._pieces):
                    if isinstance(end, CodegenError):
                        raise end
                    yield end
                    return
        finally:
            cancellation.forget(self._wake)

    def prioritise(self, priority: Priority) -> None:
        """Put it before or behind other work, unless it has ended."""
        if self._end is None:
            self._prioritise(priority)

    def cancel(self) -> None:
        """End it: nobody needs more than there is."""
        if self._end is None:
            self._cancel()
            self.put(Finished(FinishReason.CANCELLED))

    def _has_news(self, position: int, cancellation: Cancellation) -> bool:
        return cancellation.cancelled or position < len(self._pieces) or self._end is not None

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
