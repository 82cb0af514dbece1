"""What a session remembers of its answers: numbers for the ledger, and the last few texts.

The numbers are written behind everything else; the texts stay in memory, for ``codegen/why``, and
nowhere else. What clients tell is heard in ``feedback.py``.
"""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.document.text import Document, Position, TextEdit
from codegen_lsp.feedback.following import KEPT_SECONDS, Accepted, Edit, Following
from codegen_lsp.feedback.ledger import Ledger, suggestions_since
from codegen_lsp.feedback.suggestion import (
    Outcome,
    Source,
    Suggestion,
    document_hash,
    plain_reason,
)
from codegen_lsp.feedback.threshold import LEAST_MEAN, least_mean

if TYPE_CHECKING:
    from codegen_lsp.features.completion import Completion
    from codegen_lsp.server.session import Session

REMEMBERED = 16
"""Answers of which a session remembers the text."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered at a place: a completion, or the ``reason`` why none was even tried."""

    uri: str
    document: Document
    position: Position
    completion: "Completion | None" = None
    reason: str = ""


class Answers:
    """One session's answers, and its share of the ledger; used on the event loop's thread.

    ``least_mean`` is how sure the model must be, as the ledger had it when the session began.
    """

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._ledger: Ledger | None = None
        self._following: Following | None = None
        self._last = deque[Answer](maxlen=REMEMBERED)
        self.least_mean = LEAST_MEAN

    def add(
        self,
        uri: str,
        document: Document,
        position: Position,
        completion: "Completion",
        *,
        invoked: bool,
    ) -> str | None:
        """Take in an answer, and return the id by which a client may speak of what it offers.

        None when nothing is offered, or no ledger is kept.
        """
        self._last.append(Answer(uri, document, position, completion))
        self._open()
        following = self.following
        if following is None or self._ledger is None:
            return None
        model = Path(self._session.settings.model.name).name
        make = partial(_row, uri, document, position, completion, invoked=invoked, model=model)
        if not completion.text:
            self._ledger.put(make)
            return None
        row = make()
        return following.offered(uri, row, completion.text, document.index(position))

    def refuse(self, uri: str, document: Document, position: Position, reason: str) -> None:
        """Remember why nothing was even tried at a place."""
        self._last.append(Answer(uri, document, position, reason=reason))

    def last(self, uri: str, line: int | None = None) -> Answer | None:
        """Return the latest answer for a document, in ``line`` if that is given."""
        found = (each for each in self.latest(uri) if line in {None, each.position.line})
        return next(found, None)

    def latest(self, uri: str) -> Iterator[Answer]:
        """Yield the answers for a document that are remembered, the latest first."""
        return (answer for answer in reversed(self._last) if answer.uri == uri)

    @property
    def following(self) -> Following | None:
        """Who follows what is offered; None before the first answer, and while that is off."""
        return self._following if self._session.settings.feedback.enabled else None

    def id_of(self, text: str) -> str | None:
        """Return the id of the suggestion ``text``, for clients that name it by nothing else."""
        return self._following.find(text) if self._following is not None else None

    def changed(self, uri: str, before: Document, edit: TextEdit, after: Document) -> None:
        """Take in one edit of a document."""
        if self.following is not None:
            start, end = before.index(edit.span.start), before.index(edit.span.end)
            self.following.changed(uri, Edit(start, end, edit.new_text), after.text)

    def replaced(self, uri: str, document: Document) -> None:
        """Take in a document that was sent whole."""
        if self.following is not None:
            self.following.replaced(uri, document.text)

    def closed(self, uri: str) -> None:
        """Take in that a document is about to be closed."""
        document = self._session.snapshot(uri)
        if self.following is not None and document is not None:
            self.following.closed(uri, document.text)

    def close(self) -> None:
        """Write what is known of everything that is open."""
        for uri in self._session.uris():
            self.closed(uri)
        if self._ledger is not None:
            self._ledger.close()

    def _open(self) -> None:
        """Open the ledger, unless it is open or the settings forbid it."""
        settings = self._session.settings.feedback
        if settings.enabled and self._following is None:
            self._ledger = Ledger(settings.folder)
            self._following = Following(self._ledger, self._later)
            self._session.in_background(self._learn(settings.folder))

    async def _learn(self, folder: Path) -> None:
        def work(_cancellation: Cancellation) -> float:
            return least_mean(suggestions_since(folder))

        self.least_mean = await self._session.workers.offer("threshold", work, LEAST_MEAN)

    def _later(self, accepted: Accepted) -> None:
        asyncio.get_running_loop().call_later(KEPT_SECONDS, self._due, accepted)

    def _due(self, accepted: Accepted) -> None:
        document = self._session.snapshot(accepted.name)
        if self.following is not None:
            self.following.due(accepted, document.text if document is not None else None)


def _row(
    uri: str,
    document: Document,
    position: Position,
    completion: "Completion",
    *,
    invoked: bool,
    model: str,
) -> Suggestion:
    """Return what of an answer may stand in the ledger."""
    dropped_by = next((each.filter for each in completion.verdicts if each.after is None), "")
    changed = [each.filter for each in completion.verdicts if each.after not in {None, each.before}]
    source = Source.KEPT if completion.reused else Source.MODEL
    done = completion.finished
    text, sure = completion.text, completion.confidence
    return Suggestion(
        id=secrets.token_hex(8),
        at=time.time(),
        outcome=Outcome.WAITING if text else Outcome.DROPPED,
        language=document.language or "",
        source=Source.AHEAD if completion.is_ahead else source,
        trigger="invoked" if invoked else "automatic",
        model=model,
        document=document_hash(str(document.path) if document.path is not None else uri),
        line=position.line,
        column=position.column,
        dropped_by=dropped_by,
        changed_by=" ".join(changed),
        reason=plain_reason(completion.dropped or "") if not dropped_by else "",
        code_points=len(text),
        lines=text.count("\n") + 1 if text else 0,
        first_ms=completion.first_ms,
        total_ms=completion.total_ms,
        tokens_read=done.tokens_read if done is not None else 0,
        tokens_reused=done.tokens_reused if done is not None else 0,
        tokens_written=done.tokens_written if done is not None else 0,
        mean_logprob=sure.mean if sure is not None else None,
        least_logprob=sure.least if sure is not None else None,
    )
