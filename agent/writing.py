"""Lets the model write answers side by side, and knows which of them are whole.

Nothing here looks at what is written; ``answer.py`` does.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.model.backend import Finished, FinishReason, GenerationRequest, Model

_WHOLE = {FinishReason.END, FinishReason.STOP}


@dataclass(frozen=True, slots=True)
class Draft:
    """What the model wrote for one sample, not checked yet; ``cut`` if it had more to say."""

    text: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A draft for each sample of a request, and the tokens that all of them took."""

    drafts: tuple[Draft, ...]
    tokens_read: int = 0
    tokens_written: int = 0


def write(
    model: Model,
    request: GenerationRequest,
    cancellation: Cancellation,
    is_over: Callable[[], bool],
) -> Written:
    """Write all samples of ``request``, to their end or until ``is_over``; asked at every token.

    Raises what the model's ``stream`` raises.
    """
    samples = range(1 + len(request.siblings))
    texts = ["" for _ in samples]
    latest = [0 for _ in samples]
    pieces = 0
    with closing(model.stream(request, cancellation)) as steps:
        for step in steps:
            if isinstance(step, Finished):
                reasons = (step.reason, *step.sibling_reasons)
                cut = [reason not in _WHOLE for reason in reasons]
                return Written(_drafts(texts, cut), step.tokens_read, step.tokens_written)
            pieces += 1
            texts[step.sample] += step.text
            latest[step.sample] = pieces
            if is_over():
                break
    # A sample that still goes on gets one piece in every decode, so at least each len(samples).
    cut = [last == 0 or pieces - last < len(samples) for last in latest]
    return Written(_drafts(texts, cut), tokens_written=pieces)


def _drafts(texts: list[str], cut: list[bool]) -> tuple[Draft, ...]:
    return tuple(Draft(*each) for each in zip(texts, cut, strict=True))
