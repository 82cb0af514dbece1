"""The recorded rhythm as data: which event comes, and how long until the next one.

It holds no code: an event says "the next right character", and :mod:`.typist` knows which one that
is from the files being typed. See :mod:`.make_rhythm` for where the numbers come from.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "data"

PAUSE_MS = 150
"""From this pause on the user is said to have paused: long enough to notice a suggestion."""


class Kind(StrEnum):
    """What the user does. The comments say what an event's ``detail`` is."""

    JUMP = "jump"  # go to a spot; its index
    KEY = "key"  # type the next right character; Enter brings the next line's indentation along
    TYPO = "typo"  # type a wrong character; that character
    BACK = "back"  # take one character back
    ACCEPT = "accept"  # insert the right rest of the line at once


@dataclass(frozen=True, slots=True)
class Event:
    """One event, and the ``pause_ms`` from it to the next one."""

    kind: Kind
    pause_ms: int
    detail: int | str | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """Lines that are missing and typed in: ``lines`` lines from ``first`` (counted from 1)."""

    document: int
    first: int
    lines: int


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Everything that is typed in one run."""

    spots: tuple[Spot, ...]
    events: tuple[Event, ...]

    def beginning(self, spots: int) -> "Rhythm":
        """Return the part of the run that types the first ``spots`` spots."""
        jumps = [index for index, event in enumerate(self.events) if event.kind is Kind.JUMP]
        end = jumps[spots] if spots < len(jumps) else len(self.events)
        return Rhythm(self.spots, self.events[:end])


def load_rhythm(path: Path = DATA / "rhythm.json") -> Rhythm:
    """Read a rhythm file."""
    return rhythm_from(json.loads(path.read_text("utf-8")))


def rhythm_from(data: Mapping[str, Any]) -> Rhythm:
    """Understand the contents of a rhythm file; raises ValueError for what it cannot hold."""
    spots = tuple(Spot(**spot) for spot in data["spots"])
    return Rhythm(spots, tuple(_event(entry, len(spots)) for entry in data["events"]))


def packed(event: Event) -> list[Any]:
    """Return ``event`` as it stands in the file."""
    detail = [] if event.detail is None else [event.detail]
    return [str(event.kind), event.pause_ms, *detail]


def _event(entry: Sequence[Any], spots: int) -> Event:
    kind, pause_ms, *rest = entry
    event = Event(Kind(kind), pause_ms, *rest)
    if pause_ms < 0:
        raise ValueError(f"a pause cannot be negative: {entry}")
    if event.kind is Kind.JUMP and event.detail not in range(spots):
        raise ValueError(f"there is no such spot: {entry}")
    if event.kind is Kind.TYPO and not (isinstance(event.detail, str) and len(event.detail) == 1):
        raise ValueError(f"a typo is one character: {entry}")
    return event
