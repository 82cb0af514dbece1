"""Inline completion, top to bottom: window, prompt, draft, filters, result.

Knows nothing of editors: a position comes in, and out comes text that may be inserted there, or the
reason why there is none.
"""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from enum import StrEnum

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import CompletionSettings
from codegen_lsp.context.chunk import ToldContext
from codegen_lsp.context.window import Window, window_around
from codegen_lsp.document.text import Document, Position, with_lf
from codegen_lsp.filters.pipeline import COMPLETION_CHECKS, COMPLETION_STOPS
from codegen_lsp.filters.place import Dropped, Place
from codegen_lsp.filters.trim_unfinished_line import trim_unfinished_line
from codegen_lsp.model.backend import (
    Finished,
    FinishReason,
    GenerationRequest,
    Model,
    Piece,
    Priority,
)
from codegen_lsp.model.budget import Budget, budget_for
from codegen_lsp.model.drafts import Draft, Drafts
from codegen_lsp.model.generation import Generation
from codegen_lsp.prompt.completion import completion_prompt


class Trigger(StrEnum):
    """Who asked: the user, or the editor while they type."""

    INVOKED = "invoked"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one filter made of the draft. ``after`` is None when it was dropped, for ``reason``."""

    filter: str
    before: str
    after: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """The result for one place, and how it came about.

    ``text`` is what to insert at the position, with the document's own line ends; empty when there
    is nothing to offer, and ``dropped`` then says why. ``reused`` says that an earlier request had
    begun the draft, ``is_ahead`` that it was begun before anybody asked for it. ``is_whole`` is
    False when the target was over before the model had ended; more lines may be there soon.
    ``first_ms`` is the time to the first token. ``context`` is what the model was told of other
    files.
    """

    text: str
    dropped: str | None = None
    draft: str = ""
    window: Window | None = None
    verdicts: tuple[Verdict, ...] = ()
    finished: Finished | None = None
    reused: bool = False
    is_ahead: bool = False
    is_whole: bool = True
    first_ms: float = 0.0
    total_ms: float = 0.0
    context: ToldContext | None = None


def complete(
    document: Document,
    position: Position,
    *,
    drafts: Drafts,
    settings: CompletionSettings,
    trigger: Trigger = Trigger.INVOKED,
    name: str | None = None,
    cancellation: Cancellation | None = None,
    context: ToldContext | None = None,
) -> Completion:
    """Return what may be inserted at ``position``.

    ``name`` is the document's: a newer request with the same name ends this one, which is then
    dropped, unless it can go on with this one's draft. A request of the editor's own is answered
    with the lines that are whole once ``settings.target_ms`` are over. ``context`` is what the
    model is told of other files. Raises
    :class:`~codegen_lsp.errors.InvalidPosition`, and what
    :meth:`~codegen_lsp.model.backend.Model.stream` raises.
    """
    if cancellation is not None:
        cancellation.raise_if_cancelled()
    place = _place(document, position)
    unwanted = _unwanted(place, trigger)
    if unwanted is not None:
        return Completion("", dropped=unwanted)
    window, request = _request(document, position, drafts.model, settings, name, context)
    target_ms = settings.target_ms if trigger is Trigger.AUTOMATIC else None
    drafting = _Drafting(place, target_ms)
    draft = drafts.draft(request)
    try:
        with closing(draft.pieces(cancellation)) as steps:
            drafting.run(steps)
    finally:
        if drafting.stopped_by is not None or not settings.work_ahead:
            draft.end()
        else:
            draft.leave()
    return replace(_checked(drafting, window, document, draft), context=context)


def prepare(
    document: Document,
    position: Position,
    *,
    drafts: Drafts,
    settings: CompletionSettings,
    name: str | None = None,
    context: ToldContext | None = None,
) -> None:
    """Have the completion at ``position`` written ahead, once nobody waits for the model.

    For the place where the cursor will be if a suggestion is accepted. Nothing happens when the
    settings forbid work ahead; raises what :func:`complete` raises.
    """
    if not settings.work_ahead:
        return
    _, request = _request(document, position, drafts.model, settings, name, context)
    drafts.prepare(request)


def read_ahead(
    document: Document,
    position: Position,
    *,
    drafts: Drafts,
    settings: CompletionSettings,
    name: str | None,
    context: ToldContext,
) -> Generation | None:
    """Have the prompt with ``context`` read while nobody waits; None when that is not the time.

    Raises what :func:`complete` raises.
    """
    _, request = _request(document, position, drafts.model, settings, name, context)
    return drafts.read_ahead(request)


@dataclass(slots=True)
class _Drafting:
    """Collects pieces until the model or a stop filter ends the draft."""

    place: Place
    target_ms: float | None = None
    draft: str = ""
    stopped_by: str | None = None
    is_late: bool = False
    finished: Finished | None = None
    started: float = field(default_factory=time.monotonic)
    first_ms: float = 0.0

    def run(self, steps: Iterator[Piece | Finished]) -> None:
        for step in steps:
            if isinstance(step, Finished):
                self.finished = step
                return
            if not self.draft and step.text:
                self.first_ms = (time.monotonic() - self.started) * 1000
            self.draft += step.text
            if step.text and (self._stop() or self._is_due()):
                return

    @property
    def reason(self) -> FinishReason | None:
        """Why the model ended; None when a stop filter ended it first."""
        return self.finished.reason if self.finished is not None else None

    def over(self) -> str | None:
        """Say why this draft is not wanted any more, or None."""
        ended = self.reason in {FinishReason.SUPERSEDED, FinishReason.CANCELLED}
        return "a newer request took its place" if ended else None

    def _is_due(self) -> bool:
        """Cut the draft back to its whole lines when the target is over and there are any."""
        late = (time.monotonic() - self.started) * 1000
        if self.target_ms is None or late < self.target_ms:
            return False
        lines = trim_unfinished_line(self.draft)
        if lines is self.draft or not lines.strip():
            return False
        self.draft, self.is_late = lines, True
        return True

    def _stop(self) -> bool:
        for stop in COMPLETION_STOPS:
            end = stop(self.draft, self.place)
            if end is not None:
                self.draft, self.stopped_by = self.draft[:end], stop.__name__
                return True
        return False


def _request(
    document: Document,
    position: Position,
    model: Model,
    settings: CompletionSettings,
    name: str | None,
    context: ToldContext | None,
) -> tuple[Window, GenerationRequest]:
    budget = budget_for(model.speed, settings.target_ms)
    window = window_for(document, position, settings, budget)
    prompt = completion_prompt(
        window,
        context,
        language=document.language,
        has_file_markers=context is not None and model.describe().has_file_markers,
    )
    request = GenerationRequest(
        prompt=prompt,
        max_tokens=settings.max_tokens or budget.max_tokens,
        priority=Priority.COMPLETION,
        supersedes=name,
    )
    return window, request


def window_for(
    document: Document, position: Position, settings: CompletionSettings, budget: Budget
) -> Window:
    """Return the window that a completion looks at."""
    return window_around(
        document,
        position,
        before_tokens=settings.window_before_tokens or budget.window_before,
        after_tokens=settings.window_after_tokens or budget.window_after,
    )


def _checked(drafting: _Drafting, window: Window, document: Document, source: Draft) -> Completion:
    """Run the checks over the draft, in order, until one of them drops it."""
    text, dropped, verdicts = drafting.draft, drafting.over(), list[Verdict]()
    if drafting.stopped_by is not None:
        verdicts.append(Verdict(drafting.stopped_by, text, text))
    elif drafting.reason is FinishReason.LENGTH:
        text = trim_unfinished_line(text)
    for check in COMPLETION_CHECKS if dropped is None else ():
        outcome = check(text, drafting.place)
        if isinstance(outcome, Dropped):
            dropped = outcome.reason
            verdicts.append(Verdict(check.__name__, text, None, dropped))
            break
        verdicts.append(Verdict(check.__name__, text, outcome))
        text = outcome
    return Completion(
        text="" if dropped is not None else text.replace("\n", document.line_end),
        dropped=dropped,
        draft=drafting.draft,
        window=window,
        verdicts=tuple(verdicts),
        finished=drafting.finished,
        reused=source.reused,
        is_ahead=source.kept.is_ahead,
        is_whole=not drafting.is_late,
        first_ms=drafting.first_ms,
        total_ms=(time.monotonic() - drafting.started) * 1000,
    )


def _unwanted(place: Place, trigger: Trigger) -> str | None:
    if trigger is Trigger.AUTOMATIC and place.line_after[:1].isidentifier():
        return "the cursor is inside a word"
    return None


def _place(document: Document, position: Position) -> Place:
    prefix, suffix = document.split(position)
    return Place(with_lf(prefix), with_lf(suffix), document.language)
