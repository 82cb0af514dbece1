"""Prompts that were read and gave way: kept as bytes until somebody goes back to their document.

A small context makes a keystroke cheap (moving cached cells costs time in proportion to all cells),
but holds one or two documents. The others wait here: taking one back copies about 15 MB, some
milliseconds, where reading it again would take seconds. What is kept is bounded in bytes; the least
recently used goes first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codegen_lsp.model.prompt_cache import Cached, TokenPrompt, plan

PARKED_BYTES = 80 * 1024 * 1024
"""About five windows of 512 tokens with the 1.5B."""


@dataclass(frozen=True, slots=True)
class Parked:
    """One sequence's cells as llama.cpp wrote them, and what they hold."""

    cached: Cached
    cells: bytes


class ParkingLot:
    """Parked prompts, least recently used first."""

    def __init__(self, limit_bytes: int = PARKED_BYTES) -> None:
        self._limit = limit_bytes
        self._parked: list[Parked] = []

    def __iter__(self) -> Iterator[Parked]:
        return iter(self._parked)

    def takes(self, size: int) -> bool:
        """Whether a prompt of ``size`` bytes is kept at all."""
        return size <= self._limit

    def put(self, parked: Parked) -> None:
        """Keep a prompt, unless it alone is more than may be kept."""
        if not self.takes(len(parked.cells)):
            return
        self._parked.append(parked)
        while sum(len(each.cells) for each in self._parked) > self._limit:
            self._parked.pop(0)

    def fill(self, parked: Iterable[Parked]) -> None:
        """Keep several prompts, the least recently used first."""
        for each in parked:
            self.put(each)

    def best(self, prompt: TokenPrompt, *, under: int) -> Parked | None:
        """Return what leaves the fewest tokens of ``prompt`` to read, if fewer than ``under``."""
        found = min(self._parked, key=lambda each: plan(each.cached, prompt).reads, default=None)
        if found is None or plan(found.cached, prompt).reads >= under:
            return None
        return found

    def take(self, parked: Parked) -> None:
        """Give a prompt out: it is not kept any more."""
        self._parked = [each for each in self._parked if each is not parked]
