"""How the progress of a pull looks: a bar on a terminal, a plain line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from codegen_lsp.model.download import Phase, Progress, Report, SourceSkipped

LINE_SECONDS = 5.0
"""How often there is a line where there is no terminal."""

Told = Callable[[Report], None]
"""What a pull calls to tell how far it is."""


def display() -> AbstractContextManager[Told]:
    """Give what fits standard error, for as long as the pull runs."""
    return _bar() if sys.stderr.isatty() else _lines()


def sentence(report: SourceSkipped) -> str:
    """Say that one source failed and which is tried next."""
    following = f"{report.following.label} ({report.following.place})"
    return f"the {report.source.label} failed: {report.reason}; trying the {following}"


class LineProgress:
    """Says a plain line when a phase starts, and then every :data:`LINE_SECONDS`.

    ``clock`` tells seconds that only go forward.
    """

    def __init__(
        self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._say = say
        self._clock = clock
        self._phase: Phase | None = None
        self._began = self._said = 0.0
        self._done_at_start = 0

    def __call__(self, report: Report) -> None:
        """Take a report."""
        now = self._clock()
        if isinstance(report, SourceSkipped):
            self._say(sentence(report))
        elif report.phase is not self._phase:
            self._phase, self._began, self._said = report.phase, now, now
            self._done_at_start = report.done
            self._say(_line(report, bytes_per_second=0))
        elif now - self._said >= LINE_SECONDS:
            self._said = now
            self._say(_line(report, (report.done - self._done_at_start) / (now - self._began)))


def _line(report: Progress, bytes_per_second: float) -> str:
    line = (
        f"{report.phase}: {report.done / 1e6:,.0f} of {report.total / 1e6:,.0f} MB "
        f"({report.done * 100 // report.total} %)"
    )
    if bytes_per_second <= 0:
        return line
    left = (report.total - report.done) / bytes_per_second
    return f"{line}, {bytes_per_second / 1e6:,.1f} MB/s, {left:,.0f} s left"


@contextmanager
def _lines() -> Iterator[Told]:
    yield LineProgress(lambda line: print(f"codegen: {line}", file=sys.stderr, flush=True))


@contextmanager
def _bar() -> Iterator[Told]:
    from rich import progress
    from rich.console import Console

    bar = progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    tasks: dict[Phase, progress.TaskID] = {}

    def told(report: Report) -> None:
        if isinstance(report, SourceSkipped):
            bar.console.print(f"codegen: {sentence(report)}", markup=False, highlight=False)
        elif report.phase in tasks:
            bar.update(tasks[report.phase], completed=report.done)
        else:
            for task in tasks.values():
                bar.update(task, visible=False)
            tasks[report.phase] = bar.add_task(
                report.phase, total=report.total, completed=report.done
            )

    with bar:
        yield told
