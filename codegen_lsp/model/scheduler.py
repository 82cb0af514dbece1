"""One owner of the model: decides whose turn it is, step by step.

Backends work in small steps, so going over to something more urgent means asking another iterator
for the next step, and going back means asking the first one again: a review that gave way to a
completion goes on from where it was. An urgent arrival also interrupts the step under way.

Nobody starves: a priority whose turn has not come for :data:`PATIENCE_SECONDS` gets one step before
more urgent ones, which nobody but its own cancellation interrupts. Work ahead is excepted, since it
is for the time when nobody waits. Jobs of one priority never overtake each other, so that at most
one of each is under way: a backend needs no more room than that.

It runs in the engine process and knows nothing of pipes or processes: results go to a sink.
"""

import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import count
from typing import Protocol

from codegen_lsp.errors import CodegenError
from codegen_lsp.model.backend import (
    Backend,
    Finished,
    FinishReason,
    GenerationRequest,
    Piece,
    Priority,
    Step,
)
from codegen_lsp.model.counters import Counters
from codegen_lsp.model.speed import Speed

PATIENCE_SECONDS = 3.0
"""How long a priority waits for a whole step before it goes first for one."""


IDLE_SECONDS = 0.5
"""How long nobody must want anything before idle work begins."""


class Sink(Protocol):
    """Where results go; called on the scheduler's thread only."""

    def step(self, job: int, step: Piece | Finished) -> None:
        """Pass on some text, or the end of job ``job``."""
        ...

    def failed(self, job: int, error: CodegenError) -> None:
        """Pass on that job ``job`` ended with an error."""
        ...

    def speed(self, speed: Speed) -> None:
        """Pass on how fast the model was measured to be."""
        ...


@dataclass(slots=True)
class _Job:
    number: int
    request: GenerationRequest
    arrival: int
    priority: Priority
    steps: Generator[Step, None, None] | None = None
    cancelled: bool = False
    superseded: bool = False
    deadline: float | None = None

    @property
    def order(self) -> tuple[int, int]:
        return self.priority, self.arrival

    @property
    def over(self) -> bool:
        return self.cancelled or self.superseded


class Scheduler:
    """Runs jobs on ``backend``: by priority, then in order of arrival, one step at a time.

    ``submit``, ``cancel`` and ``stop`` may be called from any thread, ``run`` from one.
    """

    def __init__(
        self, backend: Backend, sink: Sink, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``clock`` counts seconds; it is what patience is measured with."""
        self._backend = backend
        self._sink = sink
        self._clock = clock
        self._changed = threading.Condition()
        self._jobs: dict[int, _Job] = {}
        self._waiting_since: dict[Priority, float] = {}
        self._running: _Job | None = None
        self._interrupted = False
        self._arrivals = count()
        self._stopped = False
        self._working_ahead = False
        self._ahead_is_due = True
        self._working_seconds = 0.0
        self._working_since = time.monotonic()

    def counters(self) -> Counters:
        """Say what the backend has done, and for how long there was something to do, up to now."""
        with self._changed:
            if self._jobs:
                self._count_work()
            worked_ms = self._working_seconds * 1000
        return replace(self._backend.counters(), milliseconds=worked_ms)

    def submit(self, number: int, request: GenerationRequest) -> None:
        """Queue a job under a number that no other job has."""
        job = _Job(number, request, next(self._arrivals), request.priority)
        with self._changed:
            if request.supersedes is not None:
                for other in self._jobs.values():
                    if other.request.supersedes == request.supersedes:
                        other.superseded = True
            self._begin_wait(request.priority)
            if not self._jobs:
                self._working_since = time.monotonic()
            self._jobs[number] = job
            self._reconsider()

    def cancel(self, number: int) -> None:
        """End a job without a word to the sink; unknown numbers are jobs that have ended."""
        with self._changed:
            job = self._jobs.get(number)
            if job is not None:
                job.cancelled = True
                self._reconsider()

    def prioritise(self, number: int, priority: Priority) -> None:
        """Give a job another priority; unknown numbers are jobs that have ended."""
        with self._changed:
            job = self._jobs.get(number)
            if job is not None:
                self._begin_wait(priority)
                job.priority = priority
                self._reconsider()

    def stop(self) -> None:
        """Make ``run`` return soon."""
        with self._changed:
            self._stopped = True
            self._backend.interrupt()
            self._changed.notify()

    def run(self) -> None:
        """Work until stopped."""
        while not self._stopped:
            job = self._next()
            if job is None:
                self._work_ahead()
            elif job.over or self._is_late(job):
                self._end(job)
            else:
                self._advance(job)

    def _count_work(self) -> None:
        """Count the time since it was counted, or since the first job came; the lock is held."""
        now = time.monotonic()
        self._working_seconds += now - self._working_since
        self._working_since = now

    def _begin_wait(self, priority: Priority) -> None:
        """Note since when jobs of this priority wait, if none did; the lock is held."""
        if all(other.priority != priority for other in self._jobs.values()):
            self._waiting_since[priority] = self._clock()

    def _reconsider(self) -> None:
        """Interrupt the step under way if its job is over or outranked; the lock is held."""
        running = self._running
        if self._working_ahead and self._jobs:
            self._backend.interrupt()
        elif running is not None and (running.over or self._wanted_most() is not running):
            self._interrupted = True
            self._backend.interrupt()
        self._changed.notify()

    def _first(self) -> _Job:
        """Return the job to attend to: ending one costs nothing, so that goes before any step."""
        over = next((job for job in self._jobs.values() if job.over), None)
        return over or self._wanted_most()

    def _wanted_most(self) -> _Job:
        """Return the job whose turn it is: the longest impatient, or else the most urgent."""
        since, latest = self._waiting_since, self._clock() - PATIENCE_SECONDS
        wanted = [job for job in self._jobs.values() if not job.over]
        impatient = [
            job
            for job in wanted
            if job.priority is not Priority.IDLE and since[job.priority] <= latest
        ]
        if impatient:
            return min(impatient, key=lambda job: (since[job.priority], job.order))
        return min(wanted, key=lambda job: job.order)

    def _next(self) -> _Job | None:
        """Return the job to attend to; None when nobody has wanted anything for a while."""
        with self._changed:
            self._running = None
            if not self._jobs and not self._stopped:
                self._changed.wait(IDLE_SECONDS if self._ahead_is_due else None)
            if not self._jobs or self._stopped:
                return None
            self._ahead_is_due = True
            self._interrupted = False
            self._backend.clear_interrupt()
            self._running = self._first()
            return self._running

    def _advance(self, job: _Job) -> None:
        try:
            if job.steps is None:
                job.steps = self._backend.generate(job.request)
                if job.request.limit_ms is not None:
                    job.deadline = self._clock() + job.request.limit_ms / 1000
            step = next(job.steps)
        except CodegenError as error:
            self._forget(job)
            if not job.cancelled:
                self._sink.failed(job.number, error)
            return
        self._count_step(job)
        if isinstance(step, Finished):
            job.steps.close()
            self._forget(job)
        if step is not None and not job.cancelled:
            self._sink.step(job.number, step)

    def _count_step(self, job: _Job) -> None:
        """Begin the wait of the job's priority anew, unless the step was taken from it.

        Such a step may have come to nothing. One that ended with its job has had its turn: else
        completions, which supersede each other while somebody types, would always be impatient.
        """
        with self._changed:
            if job.over or not self._interrupted:
                self._waiting_since[job.priority] = self._clock()

    def _work_ahead(self) -> None:
        """Do the backend's idle work until it is done or somebody wants something."""
        if not self._ahead_is_due:
            return
        with closing(self._backend.idle()) as steps:
            while self._may_work_ahead():
                try:
                    speed = next(steps)
                except StopIteration:
                    self._ahead_is_due = self._working_ahead = False
                    return
                if speed is not None:
                    self._sink.speed(speed)

    def _may_work_ahead(self) -> bool:
        with self._changed:
            self._working_ahead = not self._jobs and not self._stopped
            if self._working_ahead:
                self._backend.clear_interrupt()
            return self._working_ahead

    def _end(self, job: _Job) -> None:
        if job.steps is not None:
            job.steps.close()
        self._forget(job)
        if not job.cancelled:
            reason = FinishReason.SUPERSEDED if job.superseded else FinishReason.CANCELLED
            self._sink.step(job.number, Finished(reason))

    def _is_late(self, job: _Job) -> bool:
        return job.deadline is not None and self._clock() >= job.deadline

    def _forget(self, job: _Job) -> None:
        with self._changed:
            self._count_work()
            self._jobs.pop(job.number, None)
            self._running = None
