"""Turns a rhythm and the real files into edits: what each event does to which text.

Pure. All arms of the replay are given the same keys, so all of them see the same texts, whatever
they suggest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.benchmarks.replay.rhythm import Event, Kind, Rhythm, Spot


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the code points ``start`` to ``end`` of a text by ``text``."""

    start: int
    end: int
    text: str

    def applied_to(self, before: str) -> str:
        """Return the text after the edit."""
        return before[: self.start] + self.text + before[self.end :]


@dataclass(frozen=True, slots=True)
class Key:
    """One keystroke: an edit of a document, after which the cursor stands at its end.

    ``rest`` is the right rest of the line, None while the line holds a typo.
    """

    kind: Kind
    document: int
    edit: Edit
    pause_ms: int
    rest: str | None

    @property
    def cursor(self) -> int:
        """Where the cursor stands afterwards, in code points."""
        return self.edit.start + len(self.edit.text)


def holes_of(rhythm: Rhythm, texts: Sequence[str]) -> tuple[list[str], list["Hole"]]:
    """Return the texts as they are opened, and what is missing in them.

    All spots are cleared but for the indentation of their first line: nothing an assistant sees
    before or between must hold the lines that are to be typed.
    """
    opened = list(texts)
    holes = []
    for spot in rhythm.spots:
        place = spot_range(texts[spot.document], spot)
        wanted = texts[spot.document][place.start : place.stop]
        holes.append(Hole(spot.document, place.start, wanted, done=_indent(wanted)))
    for hole in sorted(holes, key=lambda hole: hole.start, reverse=True):
        edit = Edit(hole.start, hole.start + len(hole.wanted), hole.wanted[: hole.done])
        opened[hole.document] = edit.applied_to(opened[hole.document])
        _move(holes, hole, edit)
    return opened, holes


def keys_of(rhythm: Rhythm, texts: Sequence[str]) -> Iterator[Key]:
    """Yield the keystrokes that type ``rhythm``'s spots again in ``texts``.

    Raises ValueError when the rhythm does not fit the texts.
    """
    _, holes = holes_of(rhythm, texts)
    hole: Hole | None = None
    for event in rhythm.events:
        if event.kind is Kind.JUMP:
            hole = holes[int(event.detail or 0)]
        elif hole is None:
            raise ValueError("a rhythm begins with a jump")
        edit = hole.typed(event)
        _move(holes, hole, edit)
        yield Key(event.kind, hole.document, edit, event.pause_ms, hole.rest)


def spot_range(text: str, spot: Spot) -> range:
    """Return where the spot's lines lie, without the last line's end."""
    lines = text.splitlines(keepends=True)
    start = sum(map(len, lines[: spot.first - 1]))
    body = "".join(lines[spot.first - 1 : spot.first - 1 + spot.lines])
    return range(start, start + len(body.removesuffix("\n")))


@dataclass(slots=True)
class Hole:
    """The lines being typed again: ``done`` characters of ``wanted`` are there, then ``wrong``."""

    document: int
    start: int
    wanted: str
    done: int
    wrong: str = ""

    @property
    def rest(self) -> str | None:
        """The right rest of the line; None while it holds a typo."""
        return None if self.wrong else self.wanted[self.done :].split("\n", 1)[0]

    def typed(self, event: Event) -> Edit:
        """Do ``event`` and return its edit; a jump only goes there."""
        cursor = self.start + self.done + len(self.wrong)
        if event.kind is Kind.JUMP:
            return Edit(cursor, cursor, "")
        if event.kind is Kind.TYPO:
            self.wrong += str(event.detail)
            return Edit(cursor, cursor, str(event.detail))
        if event.kind is Kind.BACK:
            if not self.wrong:
                raise ValueError("a backspace would take back what is right")
            self.wrong = self.wrong[:-1]
            return Edit(cursor - 1, cursor, "")
        if self.wrong or self.done == len(self.wanted):
            raise ValueError(f"{event} cannot go on from {self.wanted[: self.done]!r}")
        text = self._next() if event.kind is Kind.KEY else self.rest or ""
        self.done += len(text)
        return Edit(cursor, cursor, text)

    def _next(self) -> str:
        character = self.wanted[self.done]
        if character != "\n":
            return character
        return character + " " * _indent(self.wanted[self.done + 1 :])


def _move(holes: Sequence[Hole], edited: Hole, edit: Edit) -> None:
    """Keep the places of the holes behind ``edited`` in its document right."""
    for hole in holes:
        if hole.document == edited.document and hole.start > edited.start:
            hole.start += len(edit.text) - (edit.end - edit.start)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
