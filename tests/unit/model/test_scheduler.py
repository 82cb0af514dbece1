import threading
import time
from collections.abc import Iterator

from codegen_lsp.errors import CodegenError, UsageError
from codegen_lsp.model.backend import (
    Finished,
    FinishReason,
    GenerationRequest,
    Piece,
    Priority,
)
from codegen_lsp.model.scheduler import Scheduler
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from codegen_lsp.prompt.prompt import FimPrompt


class Heard:
    """A sink that remembers, and can be waited for."""

    def __init__(self) -> None:
        self.said: list[tuple[int, object]] = []
        self._changed = threading.Condition()

    def step(self, job: int, step: Piece | Finished) -> None:
        self._hear(job, step)

    def failed(self, job: int, error: CodegenError) -> None:
        self._hear(job, error)

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
