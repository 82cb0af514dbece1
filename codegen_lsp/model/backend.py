"""The vocabulary between those who want text generated and those who generate it.

Two sides, two protocols. A :class:`Backend` holds a loaded model and lives in the engine process;
it works in small steps so that its owner can stop it, or turn to something more urgent, between any
two. A :class:`Model` is the handle everyone else holds: it streams pieces and can be cancelled.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Protocol

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.model.counters import Counters
from codegen_lsp.model.speed import Speed
from codegen_lsp.prompt.prompt import Prompt

if TYPE_CHECKING:
    from codegen_lsp.model.generation import Generation


class Priority(IntEnum):
    """Who goes first when several want the model: lower numbers do."""

    COMPLETION = 0
    REQUEST = 1
    AGENT = 2
    IDLE = 3


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is picked.

    ``temperature`` 0 is greedy, and then nothing else matters. ``top_p`` 1 keeps all tokens.
    ``seed`` seeds the draw; the probabilities themselves may differ in their last bits between a
    prompt that was read and one that was cached, so equal seeds give equal tokens only mostly.
    """

    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0


GREEDY = Sampling()


@dataclass(frozen=True, slots=True)
class Given:
    """A text that is read instead of written, to learn how likely it is.

    It stands after the prompt and ``before``, whose own probability is not asked for.
    """

    before: str
    text: str


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """One thing to generate.

    ``max_tokens`` bounds what is written; with 0 the prompt is only read, to be there for the next
    one. ``stop`` strings end generation and are not part of the text. ``grammar`` is GBNF with a
    rule ``root``; the text then follows it, unless it was cut off.
    ``supersedes`` names what this replaces: an unfinished request with the same name is cancelled.
    ``siblings`` ask for further texts after the same prompt, written side by side in one batch with
    the first; each piece says to which it belongs. ``beams`` asks for so many texts that differ in
    their first line: the likeliest lines by beam search, the likeliest first, each carried on
    greedily; ``sampling`` and ``siblings`` then mean nothing. ``given`` texts are not written but
    read, and come back as samples whose pieces say how likely they are. What has not ended
    ``limit_ms`` after the first step is given up (None: never); a backend called without a
    scheduler knows no limit.
    """

    prompt: Prompt
    max_tokens: int
    sampling: Sampling = GREEDY
    stop: tuple[str, ...] = ()
    grammar: str | None = None
    priority: Priority = Priority.REQUEST
    supersedes: str | None = None
    siblings: tuple[Sampling, ...] = ()
    beams: int = 0
    given: tuple[Given, ...] = ()
    limit_ms: int | None = None

    @property
    def samples(self) -> int:
        """How many texts come back."""
        return self.beams or len(self.given) or 1 + len(self.siblings)


class FinishReason(StrEnum):
    """Why a generation ended."""

    END = "end"  # the model said it was done
    STOP = "stop"  # a stop string came up
    LENGTH = "length"  # max_tokens were written, or the context is full
    SUPERSEDED = "superseded"  # a newer request took its place
    CANCELLED = "cancelled"  # nobody needed more, or its time was over


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text that was generated; ``logprob`` is the natural log of its token's probability.

    ``sample`` is 0 for the request's own ``sampling``, and counts its siblings from 1. ``reason``
    says why the sample's text ends with this piece; None where it goes on.
    """

    text: str
    logprob: float = 0.0
    sample: int = 0
    reason: FinishReason | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """How a generation went: the last thing a stream yields.

    ``tokens_read`` were decoded for the prompt, ``tokens_reused`` came from the cache,
    ``tokens_written`` were generated. ``milliseconds`` is model time from the first step on.
    ``sibling_reasons`` say why each of the request's other texts ended.
    """

    reason: FinishReason
    tokens_read: int = 0
    tokens_reused: int = 0
    tokens_written: int = 0
    milliseconds: float = 0.0
    sibling_reasons: tuple[FinishReason, ...] = ()


Step = Piece | Finished | None
"""What a backend yields: some text, the end, or None after a step that only read prompt."""


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """What a loaded model is.

    ``context_tokens`` is how much it can hold at once; ``has_file_markers`` whether a prompt for
    filling in may tell it other files.
    """

    name: str
    context_tokens: int
    can_fill_in_the_middle: bool
    has_chat_template: bool
    details: tuple[tuple[str, str], ...] = ()
    has_file_markers: bool = False


class Backend(Protocol):
    """A loaded model, used from one thread."""

    def describe(self) -> ModelDescription:
        """Say what is loaded."""
        ...

    def generate(self, request: GenerationRequest) -> Generator[Step, None, None]:
        """Work on ``request``, one small step at a time, ending with :class:`Finished`.

        Closing the generator at any step is how a request is cancelled; the backend is then free at
        once, and what it keeps cached is right. Raises
        :class:`~codegen_lsp.errors.UsageError` for a prompt that this model cannot take.
        """
        ...

    def interrupt(self) -> None:
        """Make the step under way, or the next one, end early; called from any thread.

        Nothing is lost: the step is taken up again when the generator is asked for its next one.
        """
        ...

    def clear_interrupt(self) -> None:
        """Let steps run to their end again."""
        ...

    def counters(self) -> Counters:
        """Say what was done since the model was loaded; may be asked from any thread."""
        ...

    def idle(self) -> Generator[Speed | None, None, None]:
        """Do what is worth doing while nobody waits, in small steps.

        A measured speed is yielded as soon as it is known; closing the generator ends the work.
        """
        ...

    def close(self) -> None:
        """Free the model."""
        ...


class Model(Protocol):
    """A handle to a model that may be running elsewhere; safe to use from several threads."""

    def describe(self) -> ModelDescription:
        """Say what is loaded; waits for the model to be ready."""
        ...

    def submit(self, request: GenerationRequest) -> "Generation":
        """Begin a generation that goes on by itself.

        It can be followed, by several if need be, and cancelled. Waits for the model to be ready;
        raises what ``describe`` raises.
        """
        ...

    def stream(
        self, request: GenerationRequest, cancellation: Cancellation | None = None
    ) -> Generator[Piece | Finished, None, None]:
        """Yield pieces as they are generated, then exactly one :class:`Finished`.

        Closing the generator stops the work. Raises :class:`~codegen_lsp.errors.Cancelled` when
        ``cancellation`` is set, :class:`~codegen_lsp.errors.EngineDied` when the engine process
        ends, :class:`~codegen_lsp.errors.ModelUnavailable` when it cannot be started.
        """
        ...

    def counters(self) -> Counters:
        """Say what the model has done; nothing when it is not loaded."""
        ...

    @property
    def speed(self) -> Speed | None:
        """How fast the model is here; None until it was measured."""
        ...

    def close(self) -> None:
        """End the engine."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole generation at once."""

    text: str
    finished: Finished


def collect(
    model: Model, request: GenerationRequest, cancellation: Cancellation | None = None
) -> Answer:
    """Run ``request`` to its end and return its first text; raises what ``stream`` raises."""
    return collect_all(model, request, cancellation)[0]


def collect_all(
    model: Model, request: GenerationRequest, cancellation: Cancellation | None = None
) -> tuple[Answer, ...]:
    """Run ``request`` to its end and return all of its texts.

    Raises what ``stream`` raises.
    """
    texts = [""] * request.samples
    finished = Finished(FinishReason.END)
    for step in model.stream(request, cancellation):
        if isinstance(step, Piece):
            texts[step.sample] += step.text
        else:
            finished = step
    reasons = (finished.reason, *finished.sibling_reasons)
    return tuple(
        Answer(text, replace(finished, reason=reason))
        for text, reason in zip(texts, reasons, strict=True)
    )
