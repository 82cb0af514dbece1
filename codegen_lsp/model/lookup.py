"""Guessing the next tokens from what was read or written before: prompt lookup, pure arithmetic.

Rewrites of a function and docstring insertions repeat most of their input. Where the last tokens
occurred before, those that followed them then are a guess at what follows now; the model checks a
whole guess in one batch, and what it would have written otherwise is not changed by it. (Saxena,
"Prompt Lookup Decoding", 2023; checking guesses in a batch is Leviathan et al., "Fast Inference
from Transformers via Speculative Decoding", 2023.)

A guess costs time when it is wrong: on two cores a batch of four takes three times as long as one
token. So how far to guess is decided from measured times and from how often guesses came true; with
bad luck, or on a machine where batches are dear, the answer is not to guess.
"""

from collections.abc import Callable, Iterable, Sequence

NGRAM = 3
"""Tokens that must have occurred before for what followed them to be a guess."""

MOST_GUESSED = 15
"""The longest guess; llama.cpp's kernels work on 16 rows at a time."""

LENGTHS = (0, 1, 3, 7, MOST_GUESSED)
"""The lengths that are weighed against each other."""

_RUNS = (4, 8, 16)
"""Runs of tokens that followed an earlier text are told apart by these lengths."""

_PRIOR_TRUE = (1.0, 3.0, 6.0, 12.0)
_PRIOR_FALSE = 1.0
"""What runs of each length are taken to have seen before the first guess.

The beginning of a run has to prove itself: whether a guess would have come true is known of every
token, guessed or not.
"""

_MEMORY = 60.0
"""Checked tokens after which older ones fade."""

_SUREST = 0.99


class Lookup:
    """The text so far in tokens, and where its end occurred before."""

    def __init__(self, tokens: Sequence[int]) -> None:
        self._tokens: list[int] = []
        self._follows: dict[tuple[int, ...], int] = {}
        self._source: int | None = None
        self.run = 0
        self.feed(tokens)

    def feed(self, tokens: Iterable[int]) -> None:
        """Append tokens that were read or written."""
        for token in tokens:
            self._feed(token)

    def guess(self, length: int) -> list[int]:
        """Return at most ``length`` tokens that followed the end of the text before."""
        if self._source is None:
            return []
        return self._tokens[self._source : self._source + length]

    def _feed(self, token: int) -> None:
        held = self._tokens
        follows_source = self._source is not None and held[self._source] == token
        key = (*held[1 - NGRAM :], token)
        held.append(token)
        if follows_source and self._source is not None:
            self._source, self.run = self._source + 1, self.run + 1
        else:
            self._source, self.run = self._follows.get(key), 0
        if len(key) == NGRAM:
            self._follows[key] = len(held)


class Luck:
    """How often guesses came true, by the length of the run they continued."""

    def __init__(self) -> None:
        self._true = list(_PRIOR_TRUE)
        self._false = [_PRIOR_FALSE] * len(_PRIOR_TRUE)

    def best_length(self, run: int, milliseconds: Callable[[int], float]) -> int:
        """Return how many tokens to guess: what gives the most tokens for the time.

        ``milliseconds`` is how long a batch of so many tokens takes. With a chance ``p`` for each
        token, a guess of ``n`` brings ``(1 - p**(n + 1)) / (1 - p)`` tokens, its correction
        included.
        """
        at = _bucket(run)
        chance = min(_SUREST, self._true[at] / (self._true[at] + self._false[at]))

        def tokens_per_millisecond(length: int) -> float:
            tokens = (1 - chance ** (length + 1)) / (1 - chance)
            return tokens / milliseconds(length + 1)

        return max(LENGTHS, key=tokens_per_millisecond)

    def count(self, run: int, *, right: int, wrong: int) -> None:
        """Remember that after a run so many guessed tokens came true, and so many first did not."""
        at = _bucket(run)
        seen = self._true[at] + self._false[at]
        fading = min(1.0, _MEMORY / seen)
        self._true[at] = self._true[at] * fading + right
        self._false[at] = self._false[at] * fading + wrong


def _bucket(run: int) -> int:
    return sum(run >= bound for bound in _RUNS)
