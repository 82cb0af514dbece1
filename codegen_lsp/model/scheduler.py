"""One owner of the model: decides whose turn it is, step by step.

Backends work in small steps, so going over to something more urgent means asking another iterator
for the next step, and going back means asking the first one again: a review that gave way to a
completion goes on from where it was. An urgent arrival also interrupts the step under way.

It runs in the engine process and knows nothing of pipes or processes: results go to a sink.
"""

import threading
from collections.abc import Generator
from dataclasses import dataclass
from itertools import count
from typing import Protocol

from codegen_lsp.errors import CodegenError
from codegen_lsp.model.backend import (
    Backend,
    Finished,
    FinishReason,
    GenerationRequest,
    Piece,
    Step,
)


class Sink(Protocol):
    """Where results go; called on the scheduler's thread only."""

    def step(self, job: int, step: Piece | Finished) -> None:
        """Pass on some text, or the end of job ``job``."""
        ...

    def failed(self, job: int, error: CodegenError) -> None:
        """Pass on that job ``job`` ended with an error."""
        ...


@dataclass(slots=True)
class _Job:
    number: int
    request: GenerationRequest
    arrival: int
    steps: Generator[Step, None, None] | None = None
    cancelled: bool = False
    superseded: bool = False

    @property
    def order(self) -> tuple[int, int]:
        return self.request.priority, self.arrival

    @property
    def over(self) -> bool:
        return self.cancelled or self.superseded


class Scheduler:
    """Runs jobs on ``backend``: by priority, then in order of arrival, one step at a time.

    ``submit``, ``cancel`` and ``stop`` may be called from any thread, ``run`` from one.
    """

    def __init__(self, backend: Backend, sink: Sink) -> None:
        self._backend = backend
        self._sink = sink
        self._changed = threading.Condition()
        self._jobs: dict[int, _Job] = {}
        self._running: _Job | None = None
        self._arrivals = count()
        self._stopped = False

    def submit(self, number: int, request: GenerationRequest) -> None:
        """Queue a job under a number that no other job has."""
        job = _Job(number, request, next(self._arrivals))
        with self._changed:
            if request.supersedes is not None:
                for other in self._jobs.values():
                    if other.request.supersedes == request.supersedes:
                        other.superseded = True
            self._jobs[number] = job
            self._reconsider()

    def cancel(self, number: int) -> None:
        """End a job without a word to the sink; unknown numbers are jobs that have ended."""
        with self._changed:
            job = self._jobs.get(number)
            if job is not None:
                job.cancelled = True
                self._reconsider()

    def stop(self) -> None:
        """Make ``run`` return soon."""
        with self._changed:
            self._stopped = True
            self._backend.interrupt()
            self._changed.notify()

    def run(self) -> None:
        """Work until stopped."""
        while (job := self._next()) is not None:
            if job.over:
                self._end(job)
            else:
                self._advance(job)

    def _reconsider(self) -> None:
        """Interrupt the step under way if its job is over or outranked; the lock is held."""
        running = self._running
        if running is not None and (running.over or self._first() is not running):
            self._backend.interrupt()
        self._changed.notify()

    def _first(self) -> _Job:
        return min(self._jobs.values(), key=lambda job: (not job.over, job.order))

    def _next(self) -> _Job | None:
        with self._changed:
            self._running = None
            while not self._jobs and not self._stopped:
                self._changed.wait()
            if self._stopped:
                return None
            self._backend.clear_interrupt()
            self._running = self._first()
            return self._running

    def _advance(self, job: _Job) -> None:
        try:
            if job.steps is None:
                job.steps = self._backend.generate(job.request)
            step = next(job.steps)
        except CodegenError as error:
            self._forget(job)
            self._sink.failed(job.number, error)
            return
        if isinstance(step, Finished):
            self._forget(job)
        if step is not None:
            self._sink.step(job.number, step)

    def _end(self, job: _Job) -> None:
        if job.steps is not None:
            job.steps.close()
        self._forget(job)
        if job.superseded and not job.cancelled:
            self._sink.step(job.number, Finished(FinishReason.SUPERSEDED))

    def _forget(self, job: _Job) -> None:
        with self._changed:
            self._jobs.pop(job.number, None)
