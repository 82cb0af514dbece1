"""The scheduler under random interleavings, on a pretended backend whose steps are explicit.

All happens on one thread: while a step is under way the world goes on (jobs arrive, are cancelled,
time passes), as other threads would make it do, so that every run can be repeated. Only the last
test uses threads.
"""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Generator
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from codegen_lsp.errors import CodegenError, UsageError
from codegen_lsp.model.backend import (
    Finished,
    FinishReason,
    GenerationRequest,
    ModelDescription,
    Piece,
    Priority,
    Step,
)
from codegen_lsp.model.scheduler import PATIENCE_SECONDS, Scheduler
from codegen_lsp.model.speed import Speed
from codegen_lsp.prompt.prompt import FimPrompt

LONGEST_STEP_SECONDS = 1.0
EXAMPLES = 300


@dataclass(frozen=True)
class Submit:
    priority: Priority
    name: str | None = None
    steps: int = 1
    refused: bool = False


@dataclass(frozen=True)
class Cancel:
    """Cancel any job: live, ended, or one that never was."""

    number: int


@dataclass(frozen=True)
class Pass:
    """Let the step under way end after ``seconds``; ``deaf``: it was past being interrupted."""

    seconds: float = 0.0
    deaf: bool = False


Event = Submit | Cancel | Pass


@dataclass
class Job:
    """What the world knows of a job, and what has become of it."""

    number: int
    wanted: Submit
    arrived: float
    done: int = 0
    started: bool = False
    closed: bool = False
    cancelled: bool = False
    superseded: bool = False
    text: str = ""
    end: Finished | CodegenError | None = None
    ended: float = 0.0

    @property
    def over(self) -> bool:
        return self.cancelled or self.superseded

    @property
    def live(self) -> bool:
        return self.end is None and not self.cancelled


@dataclass
class World:
    """A backend, a sink and a clock in one; ``events`` happen while steps are under way."""

    events: list[Event]
    jobs: list[Job] = field(default_factory=list)
    now: float = 0.0
    interrupted: bool = False
    served: dict[Priority, float] = field(default_factory=lambda: defaultdict(float))
    longest_wait: float = 0.0
    ends: list[int] = field(default_factory=list)
    was_idle: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.events = self.events[::-1]
        self.scheduler = Scheduler(self, self, clock=lambda: self.now)

    def run(self) -> list[Job]:
        """Let everything happen, and return the jobs once none is live any more."""
        self._go_on()
        self.scheduler.run()
        return self.jobs

    def first(self) -> Job:
        """Return the job whose turn it is as long as nobody has lost patience."""
        return min(self._live(), key=lambda job: (job.wanted.priority, job.number))

    def generate(self, request: GenerationRequest) -> Generator[Step, None, None]:
        assert isinstance(request.prompt, FimPrompt)
        job = self.jobs[int(request.prompt.prefix)]
        assert not job.started
        job.started = True
        try:
            while job.done < job.wanted.steps:
                if self._work(job):
                    job.done += 1
                    yield Piece("x")
                else:
                    yield None
            if job.wanted.refused:
                raise UsageError("this cannot be done")
            yield Finished(FinishReason.END)
        finally:
            job.closed = True

    def step(self, job: int, step: Piece | Finished) -> None:
        heard = self.jobs[job]
        assert heard.live, "nothing is said of a job after its end or its cancellation"
        if isinstance(step, Piece):
            heard.text += step.text
        else:
            self._end(heard, step)

    def failed(self, job: int, error: CodegenError) -> None:
        assert self.jobs[job].live
        self._end(self.jobs[job], error)

    def interrupt(self) -> None:
        self.interrupted = True

    def clear_interrupt(self) -> None:
        self.interrupted = False

    def idle(self) -> Generator[Speed | None, None, None]:
        self.was_idle.set()
        yield None

    def speed(self, speed: Speed) -> None:
        raise NotImplementedError

    def describe(self) -> ModelDescription:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def _live(self) -> list[Job]:
        return [job for job in self.jobs if job.live]

    def _end(self, job: Job, end: Finished | CodegenError) -> None:
        job.end, job.ended = end, self.now
        self.ends.append(job.number)
        if not self._live():
            self._go_on()

    def _go_on(self) -> Pass:
        """Carry out what happens now; when nothing is left to happen, the scheduler stops."""
        while self.events:
            event = self.events.pop()
            if isinstance(event, Submit):
                self.submit(event)
            elif isinstance(event, Cancel):
                self._cancel(event.number)
            elif self._live():
                self.now += event.seconds
                return event
        if not self._live():
            self.scheduler.stop()
        return Pass(0.01)

    def submit(self, wanted: Submit) -> None:
        for job in self.jobs:
            if wanted.name is not None and job.wanted.name == wanted.name:
                job.superseded = True
        number = len(self.jobs)
        self.jobs.append(Job(number, wanted, self.now))
        prompt = FimPrompt(str(number), "")
        request = GenerationRequest(prompt, 99, priority=wanted.priority, supersedes=wanted.name)
        self.scheduler.submit(number, request)

    def _cancel(self, number: int) -> None:
        if number < len(self.jobs) and self.jobs[number].live:
            self.jobs[number].cancelled = True
        self.scheduler.cancel(number)

    def _work(self, job: Job) -> bool:
        """Work for a while; False when that was interrupted and came to nothing."""
        assert not self.interrupted, "a step begins free of older interruptions"
        assert not job.over, "no work is done for those who do not want it any more"
        self._check_room()
        self._check_turn(job)
        self._note_waits()
        arrived = len(self.jobs)
        how = self._go_on()
        if job.over:
            assert self.interrupted, "a job that is over is not finished first"
        patient = self.now - self.served[job.wanted.priority] < PATIENCE_SECONDS
        urgent = (new for new in self._live() if new.number >= arrived)
        if patient and any(new.wanted.priority < job.wanted.priority for new in urgent):
            assert self.interrupted, "what is more urgent does not wait for the step"
        if self.interrupted and not job.over:
            assert self._was_outranked(job, arrived), "nobody is interrupted without a reason"
        if job.over or not self.interrupted:
            self.served[job.wanted.priority] = self.now
        return how.deaf or not self.interrupted

    def _was_outranked(self, job: Job, arrived: int) -> bool:
        """Say whether there was something more wanted, be it only until it was cancelled."""
        others = {other.wanted.priority for other in [*self._live(), *self.jobs[arrived:]]}
        return any(
            other < job.wanted.priority or self.now - self.served[other] >= PATIENCE_SECONDS
            for other in others - {job.wanted.priority}
        )

    def _check_room(self) -> None:
        under_way = [job.wanted.priority for job in self.jobs if job.started and not job.closed]
        assert len(set(under_way)) == len(under_way), "equals do not overtake each other"

    def _check_turn(self, job: Job) -> None:
        if job is not self.first():
            assert self.now - self.served[job.wanted.priority] >= PATIENCE_SECONDS
            assert job.wanted.priority is not Priority.IDLE

    def _note_waits(self) -> None:
        for job in self._live():
            if job.wanted.priority is not Priority.IDLE:
                since = max(job.arrived, self.served[job.wanted.priority])
                self.longest_wait = max(self.longest_wait, self.now - since)


SUBMITS = st.builds(
    Submit,
    priority=st.sampled_from(Priority),
    name=st.sampled_from([None, "one", "other"]),
    steps=st.integers(0, 4),
    refused=st.sampled_from([False, False, False, True]),
)
CANCELS = st.builds(Cancel, number=st.integers(0, 12))
PASSES = st.builds(
    Pass, seconds=st.sampled_from([0.01, 0.1, LONGEST_STEP_SECONDS]), deaf=st.booleans()
)
EVENTS = st.lists(st.one_of(SUBMITS, CANCELS, PASSES, PASSES), max_size=60)


@settings(deadline=None, max_examples=EXAMPLES)
@given(EVENTS)
def test_every_job_ends_once_or_was_cancelled(events: list[Event]) -> None:
    """Whose turn it is and what interrupts whom is asserted by the world at every step."""
    for job in World(events).run():
        if job.end is None:
            assert job.cancelled
        elif isinstance(job.end, CodegenError):
            assert job.wanted.refused
        elif job.end.reason is FinishReason.SUPERSEDED:
            assert job.superseded
        else:
            assert job.text == "x" * job.wanted.steps, "interruptions lose nothing"
        assert job.closed or not job.started or job.cancelled


@settings(deadline=None, max_examples=EXAMPLES)
@given(EVENTS)
def test_the_newest_job_of_a_name_wins(events: list[Event]) -> None:
    """Older ones end before it does, and nothing but its own cancellation takes its end away."""
    world = World(events)
    jobs = world.run()
    for name in ("one", "other"):
        named = [job for job in jobs if job.wanted.name == name]
        ended = [number for number in world.ends if jobs[number] in named]
        assert ended == sorted(ended)
        if named and not named[-1].cancelled:
            assert ended[-1] == named[-1].number
            assert isinstance(named[-1].end, UsageError) or named[-1].end == Finished(
                FinishReason.END
            )


@settings(deadline=None, max_examples=EXAMPLES)
@given(EVENTS)
def test_no_priority_waits_much_longer_than_its_patience(events: list[Event]) -> None:
    """At worst it stands behind one step of each of the others, and the one under way."""
    world = World(events)
    world.run()
    assert world.longest_wait <= PATIENCE_SECONDS + len(Priority) * LONGEST_STEP_SECONDS


@settings(deadline=None, max_examples=50)
@given(
    step=st.floats(0.02, LONGEST_STEP_SECONDS),
    keys=st.integers(1, 3),
    name=st.sampled_from([None, "document"]),
)
def test_an_endless_stream_of_completions_starves_no_request(
    step: float, keys: int, name: str | None
) -> None:
    """Though each step of theirs sees new completions arrive, all of them get done.

    Work ahead gets nothing until the stream ends.
    """
    completions: list[Event] = [Submit(Priority.COMPLETION, name)] * keys
    steps = 4
    turns = steps + 1  # the end is a step as well
    bound = turns * (PATIENCE_SECONDS + 4 * step)
    stream = [*completions, Pass(step)] * int(bound / step + 8)
    waiting = [
        Submit(priority, steps=steps)
        for priority in (Priority.IDLE, Priority.AGENT, Priority.REQUEST)
    ]
    world = World([*waiting, *stream])
    idle, agent, request = world.run()[:3]
    assert 0 < request.ended <= bound
    assert 0 < agent.ended <= bound
    assert world.ends[-1] == idle.number


def test_work_ahead_that_is_done_interrupts_nobody() -> None:
    """The world goes on once the scheduler has nothing to do at all."""
    less_urgent = [Submit(Priority.AGENT), Pass(), Submit(Priority.REQUEST), Pass()]
    world = World([*less_urgent, *less_urgent])
    runner = threading.Thread(target=world.scheduler.run)
    runner.start()
    assert world.was_idle.wait(timeout=10)
    time.sleep(0.1)
    world.submit(Submit(Priority.REQUEST, steps=6))
    runner.join(timeout=10)
    assert not runner.is_alive()
    assert world.ends == [0, 2, 4, 1, 3]


LAST = 2000
"""A job of the lowest priority, after all others."""


class Counting:
    """A sink that counts ends, and a backend whose jobs take as many steps as they ask for."""

    def __init__(self) -> None:
        self.ends: dict[int, int] = defaultdict(int)
        self.last_ended = threading.Event()

    def generate(self, request: GenerationRequest) -> Generator[Step, None, None]:
        for _ in range(request.max_tokens):
            yield None
        yield Finished(FinishReason.END)

    def step(self, job: int, step: Piece | Finished) -> None:
        self.ends[job] += isinstance(step, Finished)
        if job == LAST:
            self.last_ended.set()

    def failed(self, job: int, error: CodegenError) -> None:
        raise AssertionError((job, error))

    def interrupt(self) -> None:
        """Nothing to do: steps are short."""

    def clear_interrupt(self) -> None:
        """Nothing to do."""

    def idle(self) -> Generator[Speed | None, None, None]:
        yield from ()

    def speed(self, speed: Speed) -> None:
        raise NotImplementedError

    def describe(self) -> ModelDescription:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


def test_threads_that_submit_and_cancel_lose_no_job() -> None:
    """Four threads at once: every job they leave alone ends once, the others at most once."""
    counting = Counting()
    scheduler = Scheduler(counting, counting)
    runner = threading.Thread(target=scheduler.run)
    runner.start()
    cancelled: set[int] = set()

    def hammer(thread: int) -> None:
        chance = random.Random(thread)  # noqa: S311 - to be repeatable is what it is for
        for number in range(thread * 500, thread * 500 + 500):
            priority = chance.choice(list(Priority))
            name = chance.choice([None, f"document {thread}"])
            prompt = FimPrompt("", "")
            scheduler.submit(
                number,
                GenerationRequest(prompt, chance.randrange(4), priority=priority, supersedes=name),
            )
            if chance.random() < 0.3:
                victim = chance.randrange(thread * 500, number + 1)
                cancelled.add(victim)
                scheduler.cancel(victim)

    threads = [threading.Thread(target=hammer, args=(thread,)) for thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    scheduler.submit(LAST, GenerationRequest(FimPrompt("", ""), 0, priority=Priority.IDLE))
    assert counting.last_ended.wait(timeout=20)
    scheduler.stop()
    runner.join(timeout=5)
    assert not runner.is_alive()
    assert all(counting.ends[number] == 1 for number in range(2000) if number not in cancelled)
    assert all(counting.ends[number] <= 1 for number in cancelled)
