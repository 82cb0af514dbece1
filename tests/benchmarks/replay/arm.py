"""What the replay drives: an editor with one kind of assistant in it.

An arm owns its processes and its clock; :mod:`.drive` owns the rhythm. All times are seconds on
``time.monotonic()``.
"""

from dataclasses import dataclass
from typing import Protocol

from tests.benchmarks.processes import Usage
from tests.benchmarks.replay.files import OpenFile
from tests.benchmarks.replay.typist import Key


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the editor held for the text as it was, and since when. Empty: nothing is offered."""

    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens that the model read and wrote."""

    read: int = 0
    written: int = 0


class Arm(Protocol):
    """One side of the comparison."""

    def open(self, files: list[OpenFile]) -> None:
        """Start the assistant, open the files, and wait until it has come to rest."""
        ...

    def visit(self, document: int, offset: int) -> None:
        """Ask for a suggestion in the untouched text, wait for it, and come to rest: a warm-up."""
        ...

    def press(self, number: int, key: Key, before: str, after: str) -> None:
        """Make the edit of key ``number``, and ask for what comes next."""
        ...

    def answer(self, until: float) -> Suggestion | None:
        """Wait for the suggestion after the last key; None when there is none by then."""
        ...

    def rest(self, until: float) -> None:
        """Let time pass."""
        ...

    def tokens(self) -> dict[int, Tokens] | None:
        """Return the tokens by key number, once all work has ended; None if it cannot be known."""
        ...

    def usage(self) -> Usage:
        """Return what the assistant's processes have used so far."""
        ...

    def close(self) -> None:
        """End the processes."""
        ...
