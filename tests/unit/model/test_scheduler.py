import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import replace

import pytest

from codegen_lsp.errors import CodegenError, UsageError
from codegen_lsp.model.backend import (
    Finished,
    FinishReason,
    GenerationRequest,
    Piece,
    Priority,
    Step,
)
from codegen_lsp.model.scheduler import IDLE_SECONDS, Scheduler
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from codegen_lsp.model.speed import Speed
from codegen_lsp.prompt.prompt import FimPrompt

MEASURED = -1
"""Stands for the number of a job where a speed is heard."""

SPEED = Speed(reading=1.0, token_ms=2.0)


class Heard:
    """A sink that remembers, and can be waited for."""

    def __init__(self) -> None:
        self.said: list[tuple[int, object]] = []
        self._changed = threading.Condition()

    def step(self, job: int, step: Piece | Finished) -> None:
        self._hear(job, step)

    def failed(self, job: int, error: CodegenError) -> None:
        self._hear(job, error)

    def speed(self, speed: Speed) -> None:
        self._hear(MEASURED, speed)

    def _hear(self, job: int, what: object) -> None:
        with self._changed:
            self.said.append((job, what))
            self._changed.notify_all()

    def wait(self, job: int, seconds: float = 5) -> object:
        """Wait for the end of ``job`` and return it."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.ends(job), seconds), self.said
        return self.ends(job)[0]

    def ends(self, job: int) -> list[object]:
        return [what for number, what in self.said if number == job and not isinstance(what, Piece)]

    def text(self, job: int) -> str:
        return "".join(
            what.text for number, what in self.said if number == job and isinstance(what, Piece)
        )


def request(
    prompt: str, priority: Priority = Priority.REQUEST, supersedes: str | None = None
) -> GenerationRequest:
    return GenerationRequest(FimPrompt(prompt, ""), 99, priority=priority, supersedes=supersedes)


def running(*answers: ScriptedAnswer) -> tuple[Scheduler, Heard]:
    heard = Heard()
    scheduler = Scheduler(ScriptedBackend(list(answers)), heard)
    threading.Thread(target=scheduler.run, daemon=True).start()
    return scheduler, heard


def test_a_completion_goes_before_a_review_that_then_goes_on() -> None:
    scheduler, heard = running(
        ScriptedAnswer("a long review of it", when="review", token_ms=50),
        ScriptedAnswer("quick", when="completion"),
    )
    scheduler.submit(1, request("review"))
    time.sleep(0.08)
    scheduler.submit(2, request("completion", Priority.COMPLETION))
    assert isinstance(heard.wait(1), Finished)
    order = [number for number, what in heard.said if isinstance(what, Finished)]
    assert order == [2, 1]
    assert heard.text(1) == "a long review of it"
    assert heard.text(2) == "quick"


def test_equals_go_in_order_of_arrival() -> None:
    scheduler, heard = running(*[ScriptedAnswer("x y z", token_ms=2)] * 5)
    for number in range(5):
        scheduler.submit(number, request("same"))
    heard.wait(4)
    order = [number for number, what in heard.said if isinstance(what, Finished)]
    assert order == [0, 1, 2, 3, 4]
    scheduler.stop()


def test_a_newer_request_supersedes_the_older_one_of_the_same_name() -> None:
    scheduler, heard = running(
        ScriptedAnswer("never", when="old", read_ms=60_000), ScriptedAnswer("now", when="new")
    )
    scheduler.submit(1, request("old", supersedes="document"))
    scheduler.submit(2, request("new", supersedes="document"))
    assert isinstance(heard.wait(2), Finished)
    ended = heard.wait(1)
    assert isinstance(ended, Finished)
    assert ended.reason is FinishReason.SUPERSEDED


def test_a_cancelled_request_is_not_spoken_of_again() -> None:
    scheduler, heard = running(
        ScriptedAnswer("never", when="old", read_ms=60_000), ScriptedAnswer("now", when="new")
    )
    scheduler.submit(1, request("old"))
    time.sleep(0.02)
    scheduler.cancel(1)
    scheduler.submit(2, request("new"))
    heard.wait(2)
    assert heard.ends(1) == []
    scheduler.cancel(77)


def test_what_has_not_ended_in_time_is_given_up_and_the_next_is_begun() -> None:
    scheduler, heard = running(
        ScriptedAnswer("some words of many", when="slow", token_ms=40),
        ScriptedAnswer("now", when="next"),
    )
    scheduler.submit(1, replace(request("slow"), limit_ms=100))
    scheduler.submit(2, replace(request("next"), limit_ms=60_000))
    ended, followed = heard.wait(1), heard.wait(2)
    assert isinstance(ended, Finished)
    assert isinstance(followed, Finished)
    assert (ended.reason, followed.reason) == (FinishReason.CANCELLED, FinishReason.END)
    assert heard.text(1) in {"some", "some words"}
    scheduler.stop()


class Refusing(ScriptedBackend):
    def generate(self, request: GenerationRequest) -> Iterator[Piece | Finished | None]:
        if "bad" in str(request.prompt):
            raise UsageError("this cannot be done")
        return super().generate(request)


def test_an_error_ends_its_own_request_only() -> None:
    heard = Heard()
    scheduler = Scheduler(Refusing([ScriptedAnswer("fine")]), heard)
    threading.Thread(target=scheduler.run, daemon=True).start()
    scheduler.submit(1, request("bad"))
    scheduler.submit(2, request("good"))
    assert isinstance(heard.wait(1), UsageError)
    assert isinstance(heard.wait(2), Finished)


def test_stopping_ends_the_run() -> None:
    heard = Heard()
    scheduler = Scheduler(ScriptedBackend([]), heard)
    thread = threading.Thread(target=scheduler.run)
    thread.start()
    scheduler.stop()
    thread.join(timeout=5)
    assert not thread.is_alive()


def test_a_job_put_behind_gives_way_and_goes_on_later() -> None:
    scheduler, heard = running(
        ScriptedAnswer("first of all", when="one", token_ms=50),
        ScriptedAnswer("quick", when="other"),
    )
    scheduler.submit(1, request("one", Priority.COMPLETION))
    scheduler.submit(2, request("other", Priority.AGENT))
    time.sleep(0.08)
    scheduler.prioritise(1, Priority.IDLE)
    assert isinstance(heard.wait(1), Finished)
    assert [number for number, what in heard.said if isinstance(what, Finished)] == [2, 1]
    assert heard.text(1) == "first of all"
    scheduler.stop()


def test_a_job_put_before_others_is_next_and_ended_ones_are_ignored() -> None:
    scheduler, heard = running(
        ScriptedAnswer("a b c", when="running", token_ms=50), *[ScriptedAnswer("x")] * 2
    )
    scheduler.submit(1, request("running", Priority.AGENT))
    scheduler.submit(2, request("agent", Priority.AGENT))
    scheduler.submit(3, request("idle", Priority.IDLE))
    scheduler.prioritise(3, Priority.COMPLETION)
    assert isinstance(heard.wait(2), Finished)
    assert [number for number, what in heard.said if isinstance(what, Finished)] == [3, 1, 2]
    scheduler.prioritise(3, Priority.IDLE)
    scheduler.prioritise(77, Priority.COMPLETION)
    scheduler.stop()


class Interruptible(ScriptedBackend):
    """Takes half a minute for each step of a "long" request, unless it is interrupted."""

    def __init__(self, answers: list[ScriptedAnswer]) -> None:
        super().__init__(answers)
        self.interrupted = threading.Event()

    def generate(self, request: GenerationRequest) -> Generator[Step, None, None]:
        if "long" in str(request.prompt):
            self.interrupted.wait(30)
            yield None
        yield from super().generate(request)

    def interrupt(self) -> None:
        self.interrupted.set()

    def clear_interrupt(self) -> None:
        self.interrupted.clear()


@pytest.mark.parametrize(
    ("raised", "to"), [(2, Priority.COMPLETION), (1, Priority.IDLE)], ids=["raised", "lowered"]
)
def test_another_order_interrupts_the_step_under_way(raised: int, to: Priority) -> None:
    heard = Heard()
    scheduler = Scheduler(Interruptible([ScriptedAnswer("x")] * 2), heard)
    threading.Thread(target=scheduler.run, daemon=True).start()
    scheduler.submit(1, request("long", Priority.REQUEST))
    scheduler.submit(2, request("short", Priority.AGENT))
    time.sleep(0.1)
    scheduler.prioritise(raised, to)
    heard.wait(1)
    assert [number for number, what in heard.said if isinstance(what, Finished)] == [2, 1]
    scheduler.stop()


class Diligent(Interruptible):
    """Has work for idle time: steps that last until somebody interrupts, then a measured speed."""

    def __init__(self, *answers: ScriptedAnswer, steps: int, step_seconds: float) -> None:
        super().__init__(list(answers))
        self.rounds: list[str] = []
        self._steps, self._step_seconds = steps, step_seconds

    def idle(self) -> Generator[Speed | None, None, None]:
        self.rounds.append("begun")
        try:
            for _ in range(self._steps):
                self.interrupted.wait(self._step_seconds)
                yield None
            yield SPEED
            self.rounds[-1] = "done"
        finally:
            if self.rounds[-1] != "done":
                self.rounds[-1] = "closed"


class Idling:
    """A scheduler that runs on a :class:`Diligent` backend."""

    def __init__(
        self, *answers: ScriptedAnswer, steps: int = 1, step_seconds: float = 0.01
    ) -> None:
        self.backend = Diligent(*answers, steps=steps, step_seconds=step_seconds)
        self.heard = Heard()
        self.scheduler = Scheduler(self.backend, self.heard)
        self.thread = threading.Thread(target=self.scheduler.run, daemon=True)
        self.thread.start()

    def wait_for(self, *rounds: str) -> None:
        deadline = time.monotonic() + 5
        while self.backend.rounds != list(rounds):
            assert time.monotonic() < deadline, self.backend.rounds
            time.sleep(0.005)


def test_idle_work_waits_until_nobody_has_wanted_anything_for_a_while() -> None:
    idling = Idling()
    began = time.monotonic()
    idling.wait_for("done")
    assert time.monotonic() - began >= 0.8 * IDLE_SECONDS
    assert idling.heard.said == [(MEASURED, SPEED)]
    idling.scheduler.stop()


def test_idle_work_that_is_done_is_begun_again_only_after_a_job() -> None:
    idling = Idling(ScriptedAnswer("x"))
    idling.wait_for("done")
    time.sleep(2 * IDLE_SECONDS)
    assert idling.backend.rounds == ["done"]
    idling.scheduler.submit(1, request("x"))
    idling.wait_for("done", "done")
    idling.scheduler.stop()


def test_a_job_interrupts_idle_work_at_once() -> None:
    """Its steps may be as long as they like, and what was left of it is done later."""
    idling = Idling(ScriptedAnswer("x"), steps=2, step_seconds=30)
    idling.wait_for("begun")
    time.sleep(0.05)
    asked = time.monotonic()
    idling.scheduler.submit(1, request("x"))
    idling.heard.wait(1)
    assert time.monotonic() - asked < IDLE_SECONDS
    assert idling.backend.rounds == ["closed"]
    idling.wait_for("closed", "begun")
    idling.scheduler.stop()
    idling.thread.join(timeout=5)
    assert not idling.thread.is_alive(), "stopping interrupts idle work, too"
