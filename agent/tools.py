"""What the steps work with, and how they tell what they do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from agent.checks import TestRunner
from agent.lanes import Lanes
from agent.limits import Limits
from agent.report import Proposal
from agent.state import FixState, Step
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.model.backend import Model


@dataclass(frozen=True, slots=True)
class Event:
    """Progress: something happened in a step, ``seconds`` into the run, after so many ``tries``."""

    step: Step
    text: str
    tries: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What the user points at, where they know better than the evidence.

    ``function`` is the only one to suspect, ``PATH:SYMBOL`` with the path relative to the project.
    ``test`` is the name of the test function to mend; other failing tests are left alone. None
    leaves it to the evidence.
    """

    function: str | None = None
    test: str | None = None


NO_AIM = Aim()


def take_no_note(_step: Step, _after: FixState, _took: float) -> None:
    """Forget a step."""


def without_hash() -> str:
    """Say nothing of the model's file."""
    return ""


@dataclass(frozen=True)
class Tools:
    """The parts one run uses; the same for all of its steps.

    ``lanes`` run the tests. ``on_step`` hears of each step when it is over: the state after it, and
    the seconds it took.
    ``ask`` puts a fix before the user and returns whether it is wanted; None asks nobody.
    ``model_sha256`` gives the hash of the model's file, and may take its time.
    """

    model: Model
    lanes: Lanes
    limits: Limits
    cancellation: Cancellation
    on_event: Callable[[Event], None]
    on_step: Callable[[Step, FixState, float], None] = take_no_note
    ask: Callable[[Proposal], bool] | None = None
    model_sha256: Callable[[], str] = without_hash
    aim: Aim = NO_AIM
    _telling: Lock = field(default_factory=Lock, repr=False, compare=False)

    @property
    def runner(self) -> TestRunner:
        """What runs the tests where nothing runs beside them."""
        return self.lanes.first

    def warn_of_sandbox(self) -> None:
        """Say plainly when tests will run with the user's own rights."""
        sandbox = self.runner.sandbox
        if sandbox.wrapper is None:
            self.tell(Step.REPRODUCE, f"warning: {sandbox.description}; tests can do what you can")

    def tell(self, step: Step, text: str, tries: int = 0) -> None:
        """Report progress, from any thread, one at a time."""
        with self._telling:
            self.on_event(Event(step, text, tries, self.limits.seconds))
