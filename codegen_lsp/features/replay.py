"""Carrying out a recorded completion request once more, and seeing whether the bytes are the same.

With what the model said then, nothing but this code decides the answer, so that it is exact; with
the model itself, greedy sampling makes it so on the same build and machine.
"""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.features.completion import Completion, Knowledge, complete
from codegen_lsp.features.examples import Examples, Tried
from codegen_lsp.features.recording import Recording, Steps
from codegen_lsp.model.backend import (
    Finished,
    FinishReason,
    GenerationRequest,
    Model,
    ModelDescription,
    Piece,
)
from codegen_lsp.model.budget import UNMEASURED
from codegen_lsp.model.counters import Counters
from codegen_lsp.model.drafts import Drafts
from codegen_lsp.model.generation import Generation
from codegen_lsp.model.speed import Speed

_SLOWED = 1000
"""Both the target and the model's speed are stretched by this: the same is chosen, and a machine
that is slower now has the time for it."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it this time."""

    recording: Recording
    completion: Completion

    @property
    def is_same(self) -> bool:
        """Whether the same is shown, byte for byte, or nothing for the same reason.

        Where the time was over then, there may be more now.
        """
        then, now = self.recording, self.completion
        if not then.is_whole and then.dropped is None:
            return now.dropped is None and now.text.startswith(then.text)
        return (then.text, then.dropped) == (now.text, now.dropped)


def replay(recording: Recording, model: Model | None = None) -> Replay:
    """Carry out ``recording`` with ``model``, or with what the model said then.

    Raises what :func:`~codegen_lsp.features.completion.complete` raises.
    """
    source = model if model is not None else RecordedModel(recording.description, recording.streams)
    settings = recording.settings
    completion = complete(
        recording.document,
        recording.position,
        drafts=Drafts(SlowedModel(source, recording.speed)),
        settings=replace(settings, target_ms=settings.target_ms * _SLOWED, work_ahead=False),
        trigger=recording.trigger,
        knowledge=Knowledge(context=recording.context, examples=_recorded(recording.tried)),
    )
    return Replay(recording, completion)


class RecordedModel:
    """Answers each request with the next of ``streams``, and with nothing after the last."""

    def __init__(self, description: ModelDescription, streams: tuple[Steps, ...]) -> None:
        self._description = description
        self._streams = list(streams)

    def describe(self) -> ModelDescription:
        """Say what was loaded then."""
        return self._description

    def submit(self, _request: GenerationRequest) -> Generation:
        """Return what was said then; what a filter ended was not written any further."""
        generation = Generation(cancel=_nothing, prioritise=_nothing)
        for step in self._streams.pop(0) if self._streams else ():
            generation.put(step)
        generation.put(Finished(FinishReason.LENGTH))
        return generation

    def stream(
        self, request: GenerationRequest, cancellation: Cancellation | None = None
    ) -> Generator[Piece | Finished, None, None]:
        """Yield what was said then."""
        yield from self.submit(request).follow(cancellation)

    def counters(self) -> Counters:
        """Nothing is done here."""
        return Counters()

    @property
    def speed(self) -> Speed | None:
        """Nothing is measured here."""
        return None

    def close(self) -> None:
        """Nothing to free."""


class SlowedModel:
    """``model``, said to be of ``speed``, and everything at a thousandth of it."""

    def __init__(self, model: Model, speed: Speed | None) -> None:
        self._model = model
        then = speed or UNMEASURED
        self._speed = Speed(
            reading=then.reading / _SLOWED,
            token_ms=then.token_ms * _SLOWED,
            move_ms=then.move_ms * _SLOWED,
        )

    def describe(self) -> ModelDescription:
        """Say what the model is."""
        return self._model.describe()

    def submit(self, request: GenerationRequest) -> Generation:
        """Have the model generate."""
        return self._model.submit(request)

    def stream(
        self, request: GenerationRequest, cancellation: Cancellation | None = None
    ) -> Generator[Piece | Finished, None, None]:
        """Have the model generate."""
        yield from self._model.stream(request, cancellation)

    def counters(self) -> Counters:
        """Say what the model has done."""
        return self._model.counters()

    @property
    def speed(self) -> Speed | None:
        """The speed then, slowed down."""
        return self._speed

    def close(self) -> None:
        """End the model."""
        self._model.close()


def _recorded(tried: Iterable[Tried]) -> Examples:
    """Return what tells the results of ``tried`` again, one text after another."""
    results = [(each.total, held) for each in tried for held in each.held]

    def told(_document: object, _position: object, texts: Sequence[str], _: object) -> Tried | None:
        now, results[:] = results[: len(texts)], results[len(texts) :]
        if len(now) < len(texts):
            return None
        return Tried(now[0][0], tuple(held for _, held in now))

    return told


def _nothing(*_arguments: object) -> None:
    """Nothing runs that could be cancelled or put behind other work."""
