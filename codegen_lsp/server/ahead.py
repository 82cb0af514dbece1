"""What will be shown where a suggestion leads, found while the suggestion is being read.

Somebody who accepts is shown the next suggestion as soon as the server has seen the key: it was
written and checked before, so nothing is left to do but to see that this is the place.
"""

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.document.text import Document, Position, Span, TextEdit

if TYPE_CHECKING:
    from codegen_lsp.features.completion import Completion
    from codegen_lsp.server.session import Session

_UNTIL_ANSWERED_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class _Found:
    """What is shown at a place."""

    document: Document
    position: Position
    completion: "Completion"


@dataclass(slots=True)
class _Next:
    """A place that a suggestion leads to: its text, the index in it, and who looks what is next."""

    text: str
    index: int
    looking: "asyncio.Task[None] | None" = None
    found: _Found | None = None


class Ahead:
    """The next suggestion of each document; used on the event loop's thread."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._next: dict[str, _Next] = {}

    def left(self, uri: str, document: Document, position: Position) -> "Completion | None":
        """Return what was found for this place, or what is left of it; None where nothing was."""
        following = self._next.get(uri)
        if following is None or following.found is None:
            return None
        found = following.found
        if found.completion.context is not self._session.contexts.told(uri):
            return None  # the model would be told of other files now
        # Imported here: there is a completion, so all that comes with this is loaded.
        from codegen_lsp.features.typing_along import left_of

        left = left_of(found.completion, found.document, found.position, document, position)
        return None if left is None else replace(left, is_ahead=found.completion.is_ahead)

    def prepare(self, uri: str, document: Document, position: Position, text: str) -> None:
        """Begin to find what is to be shown after ``text``, unless that is known or under way.

        With no text, it is what is to be shown at the same place when the model has ended.
        """
        start = document.index(position)
        after = document.text[:start] + text + document.text[start:]
        known, index = self._next.get(uri), start + len(text)
        if known is not None and known.index == index and known.text == after:
            return
        self.forget(uri)
        self._next[uri] = following = _Next(after, index)
        edit = TextEdit(Span(position, position), text)
        following.looking = self._session.in_background(self._look(uri, document, edit, following))

    def give_up(self, uri: str) -> None:
        """Look no further for what comes next: something is wanted now."""
        following = self._next.get(uri)
        if following is not None and following.found is None:
            self.forget(uri)

    def forget(self, uri: str) -> None:
        """Forget what was found for a document, and look no further."""
        following = self._next.pop(uri, None)
        if following is not None and following.looking is not None:
            following.looking.cancel()

    async def _look(self, uri: str, document: Document, edit: TextEdit, following: _Next) -> None:
        session = self._session
        settings, least_mean = session.settings.completion, session.answers.least_mean

        def work(cancellation: Cancellation) -> _Found | None:
            from codegen_lsp.features.ahead import complete_ahead

            after = document.with_edit(edit)
            place = after.position(following.index)
            completion = complete_ahead(
                after,
                place,
                drafts=session.engine.drafts(),
                settings=settings,
                name=uri,
                knowledge=session.knowledge(uri, document, least_mean),
                cancellation=cancellation,
            )
            return None if completion is None else _Found(after, place, completion)

        # The answer is still to be written, and threads take turns: it must not wait for this.
        await asyncio.sleep(_UNTIL_ANSWERED_SECONDS)
        if session.is_current(uri, document):
            following.found = await session.workers.offer("ahead", work, None)
        if following.found is None and self._next.get(uri) is following:
            del self._next[uri]
