"""How sure the model was of what it wrote, from the probabilities of its tokens."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Token(NamedTuple):
    """Some text, and the natural log of the probability that the model gave it."""

    text: str
    logprob: float


@dataclass(frozen=True, slots=True)
class Confidence:
    """Natural logs of token probabilities: their mean and the least of them.

    ``line`` is the sum over the first line that is not blank, the log of the probability of that
    line as a whole; ``whole`` that of the whole text, and of its end where the model ended it.
    """

    mean: float
    least: float
    line: float
    whole: float


def confidence_of(tokens: Iterable[Token], text: str) -> Confidence | None:
    """Return how sure the model was of ``text``, a beginning of what ``tokens`` are.

    A token counts when any of it is in ``text``. None when none is.
    """
    used, length, ending = list[Token](), 0, 0.0
    for token in tokens:
        if length > len(text) or (token.text and length == len(text)):
            ending = 0.0
            break
        if length == len(text):
            ending += token.logprob  # the mark with which the model ended
            continue
        used.append(token)
        length += len(token.text)
    if not used:
        return None
    logprobs = [token.logprob for token in used]
    whole = sum(logprobs)
    mean = whole / len(logprobs)
    return Confidence(mean, min(logprobs), _first_line(used), whole + ending)


def _first_line(tokens: Iterable[Token]) -> float:
    """Sum up to the token with which the first line ends that is not blank."""
    total, text = 0.0, ""
    for token in tokens:
        total += token.logprob
        text += token.text
        if "\n" in text.lstrip():
            break
    return total
