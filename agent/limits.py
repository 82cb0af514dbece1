"""How long a run may go on: the one place where tries, seconds and tokens meet the settings."""

import time
from collections.abc import Callable

from codegen_lsp.config.settings import FixSettings

ANSWERS_PER_TRY = 3
"""Answers of the model for each try that is allowed: some come to nothing, or nothing new."""


class Limits:
    """The limits of one run, whose time starts now, or started ``spent`` seconds ago.

    ``clock`` gives seconds.
    """

    def __init__(
        self,
        settings: FixSettings,
        clock: Callable[[], float] = time.monotonic,
        *,
        spent: float = 0.0,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._started = clock() - spent

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return self._clock() - self._started

    @property
    def seconds_left(self) -> float:
        """Seconds the run may still take, at least 0."""
        return max(0.0, self._settings.max_seconds - self.seconds)

    @property
    def test_seconds(self) -> float:
        """Seconds that the next run of the tests may take."""
        return min(float(self._settings.test_seconds), self.seconds_left)

    @property
    def with_mutants(self) -> bool:
        """Whether mutants are tried."""
        return self._settings.mutants

    def tries_left(self, tries: int) -> int:
        """Candidates that may still be tested after ``tries``."""
        return max(0, self._settings.max_tries - tries)

    def tokens_left(self, written: int) -> int:
        """Tokens that may still be written after ``written``."""
        return max(0, self._settings.max_tokens - written)

    def answers_left(self, *, tries: int, answers: int) -> int:
        """Answers that may still be asked for after so many tries and answers."""
        allowed = ANSWERS_PER_TRY * self._settings.max_tries - answers
        return max(0, min(allowed, ANSWERS_PER_TRY * (self._settings.max_tries - tries)))

    def share_used(self, *, tries: int, answers: int, tokens: int) -> float:
        """Return the largest share, from 0, that is used up of any of the limits."""
        return max(
            tries / max(1, self._settings.max_tries),
            answers / max(1, ANSWERS_PER_TRY * self._settings.max_tries),
            tokens / max(1, self._settings.max_tokens),
            self.seconds / max(1, self._settings.max_seconds),
        )

    def reached(self, *, tries: int) -> str | None:
        """Say why no further candidate may be tested after so many tries, or None."""
        if tries >= self._settings.max_tries:
            return f"all {self._settings.max_tries} tries are used up"
        if self.seconds_left <= 0:
            return f"{self._settings.max_seconds} seconds are over"
        return None

    def asked_enough(self, *, answers: int, tokens: int, reserved: float) -> str | None:
        """Say why the model may not be asked again after so many answers and tokens, or None.

        ``reserved`` are the seconds that testing an answer takes.
        """
        if self.seconds_left <= reserved:
            return f"too little of the {self._settings.max_seconds} seconds is left for a test"
        if self.tokens_left(tokens) <= 0:
            return f"{self._settings.max_tokens} tokens are written"
        if answers >= ANSWERS_PER_TRY * self._settings.max_tries:
            return f"{answers} answers brought nothing more to try"
        return None


def most_steps(settings: FixSettings) -> int:
    """Return how many steps a run can take at most: a guard, never the limit that is reached."""
    return 4 * ANSWERS_PER_TRY * settings.max_tries + 40
