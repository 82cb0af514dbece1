"""How far a review is, on standard error: one line written over on a terminal, lines elsewhere."""

import sys
from typing import TextIO

from codegen_lsp.features.review import PassageDone, PassageStarted
from codegen_lsp.filters.fix_claim_text import plain_text

_CLEAR = "\r\x1b[2K"


class ReviewProgress:
    """Tells which passage is being read and about how long the rest will take.

    The time left is the mean of the passages so far, times those that are left.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._live = self._stream.isatty()
        self._seconds: list[float] = []
        self._showing = ""

    def started(self, event: PassageStarted) -> None:
        """Show the passage that is being read."""
        name = f" {event.name}" if event.name else ""
        line = (
            f"reviewing {event.number}/{event.total}: {event.path}:{event.line}{name}"
            f"{self._time_left(event.total - event.number + 1)}"
        )
        self._showing = plain_text(line)
        self._draw()

    def done(self, event: PassageDone) -> None:
        """Take note of how long a passage took."""
        self._seconds.append(event.seconds)

    def say(self, line: str) -> None:
        """Write a line of its own, above the progress line."""
        self.clear()
        print(f"codegen: {plain_text(line)}", file=self._stream)
        if self._live:
            self._draw()

    def clear(self) -> None:
        """Take the progress line off the terminal, so that something else can be written."""
        if self._live:
            self._stream.write(_CLEAR)
            self._stream.flush()

    def redraw(self) -> None:
        """Put the progress line back after something else was written."""
        if self._live:
            self._draw()

    def end(self) -> None:
        """Take the progress line away for good."""
        self.clear()
        self._showing = ""

    def _draw(self) -> None:
        if not self._showing:
            return
        if self._live:
            import shutil

            columns = shutil.get_terminal_size().columns
            self._stream.write(f"{_CLEAR}{self._showing[: columns - 1]}")
            self._stream.flush()
        else:
            print(f"codegen: {self._showing}", file=self._stream, flush=True)

    def _time_left(self, passages: int) -> str:
        if not self._seconds:
            return ""
        seconds = round(sum(self._seconds) / len(self._seconds) * passages)
        left = f"{seconds} s" if seconds < 90 else f"{round(seconds / 60)} min"  # noqa: PLR2004 - reads better than a name
        return f", about {left} left"
