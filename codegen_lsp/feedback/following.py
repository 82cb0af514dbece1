"""Finds out what became of suggestions, from what clients tell and from what they do not.

A client may say that it has drawn a suggestion, and that a part or all of it was taken. Most say
nothing; but the text they send does: where a suggestion's text appears at its place in one edit,
more than a keystroke's worth, it was accepted. Half a minute later it is looked at again.

Who types fast types over most of what appears, without having read it. That says nothing of it, so
it does not count as shown.

Knows texts and indexes in code points, and no documents: whoever holds it says what was edited, and
when :data:`KEPT_SECONDS` are over. Used from one thread.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from codegen_lsp.feedback.suggestion import Outcome, Suggestion

KEPT_SECONDS = 30.0
"""How long after it was accepted a suggestion is looked at again."""

READ_SECONDS = 0.75
"""What was dismissed sooner than that nobody has read.

As counted by Meta for CodeCompose (arXiv 2305.12050): displayed for more than 750 ms.
"""

_LEAST_ACCEPTED = 3
"""Code points that one edit must bring to be no keystroke; two will do when nothing is left."""

_PAIRS = frozenset({"()", "[]", "{}", '""', "''", "<>"})
"""What editors insert by themselves for one keystroke."""

_REMEMBERED = 32
"""Suggestions that are over, of which a client may still say that they were accepted."""


class Put(Protocol):
    """Takes rows; :class:`~codegen_lsp.feedback.ledger.Ledger` does."""

    def put(self, entry: Suggestion | Callable[[], Suggestion]) -> None:
        """Take a row, or what makes one."""
        ...


@dataclass(frozen=True, slots=True)
class Edit:
    """``inserted`` took the place of the code points from ``start`` to ``end``."""

    start: int
    end: int
    inserted: str


@dataclass(slots=True)
class _Offer:
    """A suggestion in a document: ``text`` fits at ``start``, its first ``typed`` stand there.

    It can be seen ``since`` that time.
    """

    row: Suggestion
    name: str
    text: str
    start: int
    typed: int
    since: float
    is_over: bool = False


@dataclass(slots=True, eq=False)
class Accepted:
    """Text that was taken, and stands between two indexes unless it was changed since."""

    offer: _Offer
    text: str
    start: int
    end: int

    @property
    def name(self) -> str:
        """The document."""
        return self.offer.name


@dataclass(slots=True)
class Following:
    """What is offered in each document, and what was accepted a short while ago.

    ``later`` is called with each :class:`Accepted`, to be handed to :meth:`due` after
    :data:`KEPT_SECONDS`. ``clock`` tells the time in seconds.
    """

    ledger: Put
    later: Callable[[Accepted], None]
    clock: Callable[[], float] = time.monotonic
    _offers: dict[str, _Offer] = field(default_factory=dict)
    _over: deque[_Offer] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    _accepted: dict[str, list[Accepted]] = field(default_factory=dict)
    _tells_shown: bool = False
    _tells_accepted: bool = False

    def offered(self, name: str, row: Suggestion, text: str, start: int, typed: int = 0) -> str:
        """Take in that ``text`` was offered in document ``name``, and return its id.

        It belongs at ``start``, and its first ``typed`` code points stand there already. What goes
        on with the suggestion before, from further on or with more lines, keeps that one's id.
        """
        before = self._offers.get(name)
        if before is not None and not before.is_over:
            rest, grown = before.text[before.typed :], text[typed:]
            if start + typed == before.start + before.typed and grown.startswith(rest):
                before.text = before.text[: before.typed] + grown
                self._know(before, code_points=len(before.text), lines=before.text.count("\n") + 1)
                return before.row.id
            self._end(before)
        offer = _Offer(row, name, text, start, typed, since=self.clock())
        self._offers[name] = offer
        self._know(offer, shown=not self._tells_shown)
        return row.id

    def shown(self, suggestion_id: str) -> None:
        """Take in that the client has drawn a suggestion; from then on only such ones count."""
        self._tells_shown = True
        offer = self._find(suggestion_id)
        if offer is not None and not offer.row.shown and not offer.is_over:
            offer.since = self.clock()
            self._know(offer, shown=True)

    def accepted(self, suggestion_id: str, length: int | None = None) -> None:
        """Take in that the first ``length`` code points were accepted; None means all."""
        self._tells_accepted = True
        offer = self._find(suggestion_id)
        if offer is None:
            return
        whole = length is None or length >= len(offer.text)
        taken = len(offer.text) if length is None else min(length, len(offer.text))
        if whole:
            self._take(offer, taken, Outcome.ACCEPTED)
            self._close(offer)
        elif offer.row.outcome is not Outcome.ACCEPTED:
            self._take(offer, taken, Outcome.PARTLY)

    def changed(self, name: str, edit: Edit, text: str) -> None:
        """Take in one edit of a document whose whole ``text`` is now this."""
        for accepted in self._accepted.get(name, ()):
            _move(accepted, edit)
        offer = self._offers.get(name)
        if offer is not None:
            self._follow(offer, edit, text)

    def replaced(self, name: str, text: str) -> None:
        """Take in that the whole document is ``text`` now, and nobody knows what was edited."""
        for accepted in self._accepted.get(name, ()):
            accepted.start, accepted.end = 0, len(text)
        offer = self._offers.get(name)
        if offer is not None:
            typed = _common(offer.text, text, offer.start)
            self._advance(offer, typed, is_edit=True, diverged=typed < offer.typed)

    def due(self, accepted: Accepted, text: str | None) -> None:
        """Look what is left of an acceptance in a document's ``text``; None when it is gone."""
        waiting = self._accepted.get(accepted.name, [])
        if accepted not in waiting:
            return
        waiting.remove(accepted)
        if text is not None:
            region = text[accepted.start : accepted.end]
            row = accepted.offer.row
            self.ledger.put(partial(_with_kept, row, accepted.text, region))

    def closed(self, name: str, text: str) -> None:
        """Take in that a document, whose last ``text`` this is, was closed."""
        offer = self._offers.get(name)
        if offer is not None:
            self._end(offer)
        for accepted in list(self._accepted.pop(name, ())):
            self._accepted[name] = [accepted]
            self.due(accepted, text)
        self._accepted.pop(name, None)

    def find(self, text: str) -> str | None:
        """Return the id of what was offered last with this text, or this text at its end."""
        known = [*self._over, *self._offers.values()]
        found = (each.row.id for each in reversed(known) if text.endswith(each.text))
        return next(found, None)

    def _follow(self, offer: _Offer, edit: Edit, text: str) -> None:
        """See whether a suggestion still fits after an edit, and how much of it stands there."""
        cursor = offer.start + offer.typed
        if edit.end < offer.start:
            offer.start += len(edit.inserted) - (edit.end - edit.start)
            return
        if edit.start > cursor:
            return
        end = edit.start + len(edit.inserted)  # what stands behind it was there before
        typed = min(_common(offer.text, text, offer.start), max(end - offer.start, 0))
        if edit.start < offer.start and typed <= offer.typed:
            self._end(offer)
            return
        diverged = offer.start + typed < end
        self._advance(offer, typed, is_edit=edit.inserted not in _PAIRS, diverged=diverged)

    def _advance(self, offer: _Offer, typed: int, *, is_edit: bool, diverged: bool) -> None:
        more, left = typed - offer.typed, len(offer.text) - offer.typed
        offer.typed = typed
        is_large = more >= _LEAST_ACCEPTED or (more == left and more > 1)
        if is_edit and is_large and not self._tells_accepted:
            whole = typed == len(offer.text)
            self._take(offer, typed, Outcome.ACCEPTED if whole else Outcome.PARTLY)
        if diverged or typed == len(offer.text):
            self._end(offer)

    def _take(self, offer: _Offer, length: int, outcome: Outcome) -> None:
        """Note an acceptance and wait for what becomes of it."""
        if offer.row.outcome is outcome and length <= offer.row.accepted:
            return
        self._know(offer, outcome=outcome, accepted=length, shown=True)
        accepted = Accepted(offer, offer.text[:length], offer.start, offer.start + length)
        others = [each for each in self._accepted.get(offer.name, ()) if each.offer is not offer]
        self._accepted[offer.name] = [*others, accepted]
        self.later(accepted)

    def _end(self, offer: _Offer) -> None:
        """Close a suggestion: what is not known to be accepted was typed, or dismissed."""
        if offer.row.outcome is Outcome.WAITING:
            typed = offer.typed == len(offer.text)
            was_read = typed or self.clock() - offer.since >= READ_SECONDS
            outcome = Outcome.TYPED if typed else Outcome.DISMISSED
            self._know(offer, outcome=outcome, shown=offer.row.shown and was_read)
        elif offer.row.outcome is Outcome.PARTLY and offer.typed == len(offer.text):
            self._take(offer, len(offer.text), Outcome.ACCEPTED)
        self._close(offer)

    def _close(self, offer: _Offer) -> None:
        if self._offers.get(offer.name) is offer:
            del self._offers[offer.name]
        if not offer.is_over:
            offer.is_over = True
            self._over.append(offer)

    def _find(self, suggestion_id: str) -> _Offer | None:
        candidates = [*self._offers.values(), *self._over]
        return next((each for each in candidates if each.row.id == suggestion_id), None)

    def _know(self, offer: _Offer, **facts: object) -> None:
        offer.row = replace(offer.row, **facts)  # type: ignore[arg-type]  # names of its fields
        self.ledger.put(offer.row)


def kept_share(accepted: str, now: str) -> float:
    """Return how much of the text ``accepted`` is in ``now``, from 0 to 1.

    1 where it is ``now``; else the share of its lines, without blank ones and indentation, that a
    line there contains, each line counted once.
    """
    if accepted == now:
        return 1.0
    wanted = [line.strip() for line in accepted.splitlines() if line.strip()]
    left = [line for line in now.splitlines() if line.strip()]
    if not wanted:
        return 0.0
    found = 0
    for line in wanted:
        match = next((index for index, each in enumerate(left) if line in each), None)
        if match is not None:
            del left[match]
            found += 1
    return found / len(wanted)


def _with_kept(row: Suggestion, accepted: str, now: str) -> Suggestion:
    return replace(row, kept=kept_share(accepted, now))


def _common(wanted: str, text: str, start: int) -> int:
    """Return how many code points of ``wanted`` stand in ``text`` from ``start`` on."""
    if text.startswith(wanted, start):
        return len(wanted)
    there = text[start : start + len(wanted)]
    pairs = enumerate(zip(wanted, there, strict=False))
    return next((index for index, (one, other) in pairs if one != other), len(there))


def _move(accepted: Accepted, edit: Edit) -> None:
    """Let an acceptance's limits go along with an edit; what is typed into it belongs to it."""
    grown = len(edit.inserted) - (edit.end - edit.start)
    if edit.start >= accepted.end:
        return
    if edit.end <= accepted.start:
        accepted.start += grown
        accepted.end += grown
        return
    accepted.start = min(accepted.start, edit.start)
    accepted.end = max(accepted.end, edit.end) + grown
