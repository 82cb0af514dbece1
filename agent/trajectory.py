"""What a run did, one JSON object a line for each step, written when the step is over.

For reading afterwards, by people and by programs: what was told of the step, what it took, where it
led. No prompt, no answer and no source code is in it, unless the user asked for them. A step that
was repeated after a crash is there twice under the same number; the later line counts.
"""

import json
import os
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from agent.state import FixState, Step
from agent.tools import Event
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.model.backend import Finished, GenerationRequest, Model, ModelDescription, Piece
from codegen_lsp.model.counters import Counters
from codegen_lsp.model.generation import Generation
from codegen_lsp.model.speed import Speed
from codegen_lsp.prompt.prompt import FimPrompt, Prompt, TextPrompt


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the model was asked, and all that it answered."""

    prompt: str
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One step: ``number`` counts from 1, ``took`` and ``seconds`` (into the run) are in seconds.

    ``said`` is the progress that was told; the counts are those after the step.
    """

    number: int
    step: Step
    next: Step
    took: float
    seconds: float
    tries: int
    answers: int
    tokens_read: int
    tokens_written: int
    model_seconds: float
    test_seconds: float
    said: tuple[str, ...] = ()
    exchanges: tuple[Exchange, ...] = ()


@dataclass
class Trajectory:
    """Adds lines to the file ``path``; ``hear`` and ``keep`` collect what the next one tells."""

    path: Path
    _said: list[str] = field(default_factory=list)
    _exchanges: list[Exchange] = field(default_factory=list)

    def hear(self, event: Event) -> None:
        """Take progress into the line of the step that is under way."""
        self._said.append(event.text)

    def keep(self, exchange: Exchange) -> None:
        """Take a prompt and its answers into the line of the step that is under way."""
        self._exchanges.append(exchange)

    def add(self, step: Step, after: FixState, took: float) -> None:
        """Write the line of a step that led to the state ``after``."""
        line = Line(
            number=after.steps,
            step=step,
            next=after.next,
            took=round(took, 3),
            seconds=round(after.seconds, 3),
            tries=after.tries,
            answers=after.answers,
            tokens_read=after.tokens_read,
            tokens_written=after.tokens_written,
            model_seconds=round(after.model_seconds, 3),
            test_seconds=round(after.test_seconds, 3),
            said=tuple(self._said),
            exchanges=tuple(self._exchanges),
        )
        self._said.clear()
        self._exchanges.clear()
        with self.path.open("a+b") as file:
            torn = file.tell() > 0 and not _ends_a_line(file.fileno())
            file.write(b"\n" * torn + json.dumps(asdict(line)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def read_trajectory(path: Path) -> list[Line]:
    """Return the steps in order, each once; a line that was not written to its end is left out."""
    if not path.is_file():
        return []
    found: dict[int, Line] = {}
    for text in path.read_text("utf-8").splitlines():
        try:
            line = _line(json.loads(text))
        except (ValueError, TypeError, KeyError):
            continue  # the program was ended while it wrote this
        found[line.number] = line
    return [found[number] for number in sorted(found)]


def _line(data: Mapping[str, Any]) -> Line:
    exchanges = [Exchange(each["prompt"], tuple(each["outputs"])) for each in data["exchanges"]]
    enums = {"step": Step(data["step"]), "next": Step(data["next"])}
    return Line(
        **{**data, **enums, "said": tuple(data["said"]), "exchanges": tuple(exchanges)},
    )


def _ends_a_line(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, 1, size - 1) == b"\n"


@dataclass(frozen=True)
class KeepingModel:
    """A model that passes on what ``model`` does, and keeps it in ``trajectory`` as well."""

    model: Model
    trajectory: Trajectory

    def describe(self) -> ModelDescription:
        """Say what is loaded."""
        return self.model.describe()

    def submit(self, request: GenerationRequest) -> Generation:
        """Begin a generation; it is not kept."""
        return self.model.submit(request)

    def stream(
        self, request: GenerationRequest, cancellation: Cancellation | None = None
    ) -> Generator[Piece | Finished, None, None]:
        """Yield what the model does; what there was is kept when it ends, however it does."""
        texts = [""] * (1 + len(request.siblings))
        try:
            with closing(self.model.stream(request, cancellation)) as steps:
                for step in steps:
                    if isinstance(step, Piece):
                        texts[step.sample] += step.text
                    yield step
        finally:
            self.trajectory.keep(Exchange(_shown(request.prompt), tuple(texts)))

    def counters(self) -> Counters:
        """Say what the model has done."""
        return self.model.counters()

    @property
    def speed(self) -> Speed | None:
        """How fast the model is here."""
        return self.model.speed

    def close(self) -> None:
        """Leave the model to whoever opened it."""


def _shown(prompt: Prompt) -> str:
    if isinstance(prompt, FimPrompt):
        return f"{prompt.prefix}[...]{prompt.suffix}"
    if isinstance(prompt, TextPrompt):
        return prompt.text
    turns = [f"[{message.role}]\n{message.content}" for message in prompt.messages]
    return "\n\n".join([*turns, f"[assistant]\n{prompt.answer_start}"])
