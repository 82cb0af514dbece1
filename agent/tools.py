"""What the steps work with, and how they tell what they do."""

from collections.abc import Callable
from dataclasses import dataclass

from agent.checks import TestRunner
from agent.limits import Limits
from agent.state import Step
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.model.backend import Model


@dataclass(frozen=True, slots=True)
class Event:
    """Progress: something happened in a step, ``seconds`` into the run, after so many ``tries``."""

    step: Step
    text: str
    tries: int
    seconds: float


@dataclass(frozen=True)
class Tools:
    """The parts one run uses; the same for all of its steps."""

    model: Model
    runner: TestRunner
    limits: Limits
    cancellation: Cancellation
    on_event: Callable[[Event], None]

    def tell(self, step: Step, text: str, tries: int = 0) -> None:
        """Report progress."""
        self.on_event(Event(step, text, tries, self.limits.seconds))
