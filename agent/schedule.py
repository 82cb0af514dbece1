"""Which function the model is asked about next, in which words, and how freely it may answer.

The likeliest function gets the most answers. Answers about one function come in blocks, because
the engine keeps what it has read: within a block an answer costs its writing only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

from codegen_lsp.model.backend import GREEDY, Sampling

BLOCKS = (4, 2, 2, 1, 1)
"""Answers in a row for the likeliest suspect, the next one, and so on, in each round."""

TEMPERATURES = (0.6, 0.8, 1.0)
TOP_P = 0.95
ASKS = ("ask_direct", "ask_explain")
"""The templates of the question, taken in turn."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One answer to ask for: about suspect number ``suspect``, with the question ``ask``."""

    suspect: int
    ask: str
    sampling: Sampling

    @property
    def code_only(self) -> bool:
        """Whether the answer is to begin with code at once."""
        return self.ask == ASKS[0]


def attempt(number: int, suspects: int) -> Attempt:
    """Return attempt ``number`` (from 0) when there are so many ``suspects`` (at least one)."""
    return next(islice(_attempts(suspects), number, None))


def _attempts(suspects: int) -> Iterator[Attempt]:
    asked = [0] * suspects
    seeds = count(1)
    while True:
        for suspect in range(suspects):
            for _ in range(BLOCKS[min(suspect, len(BLOCKS) - 1)]):
                yield _attempt(suspect, asked[suspect], next(seeds))
                asked[suspect] += 1


def _attempt(suspect: int, times: int, seed: int) -> Attempt:
    """Ask greedily the first time, then ever more freely, and with each question in turn."""
    if times == 0:
        return Attempt(suspect, ASKS[0], GREEDY)
    temperature = TEMPERATURES[((times - 1) // len(ASKS)) % len(TEMPERATURES)]
    return Attempt(suspect, ASKS[times % len(ASKS)], Sampling(temperature, TOP_P, seed))
