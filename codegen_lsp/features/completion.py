"""Inline completion, top to bottom: window, prompt, draft, filters, result.

Knows nothing of editors: a position comes in, and out comes text that may be inserted there, or the
reason why there is none.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import CompletionSettings
from codegen_lsp.context.chunk import ToldContext
from codegen_lsp.context.window import Window
from codegen_lsp.document.text import Document, Position, with_lf
from codegen_lsp.features.alternatives import Search, not_sure, others, unless_unsure
from codegen_lsp.features.asking import Question, question_for
from codegen_lsp.features.candidate import Candidate, Choice
from codegen_lsp.features.checking import Checked, Verdict, checked
from codegen_lsp.features.confidence import Confidence, confidence_of
from codegen_lsp.features.drafting import Drafting
from codegen_lsp.features.examples import Examples, Tried
from codegen_lsp.feedback.threshold import LEAST_MEAN
from codegen_lsp.filters.place import Place
from codegen_lsp.model.backend import Finished
from codegen_lsp.model.drafts import Draft, Drafts
from codegen_lsp.project.facts import ProjectFacts
from codegen_lsp.syntax.extent import Extent, extent_at

SEARCH_TARGETS = 6
"""While the user types, the search for another suggestion may take as long as so many targets."""


class Trigger(StrEnum):
    """Who asked: the user, or the editor while they type."""

    INVOKED = "invoked"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Completion:
    """The result for one place, and how it came about.

    ``text`` is what to insert at the position, with the document's own line ends; empty when there
    is nothing to offer, and ``dropped`` then says why. ``verdicts`` are about ``draft``;
    ``candidates`` are all drafts that were looked at where there were several, the first one first.
    ``others`` are the texts of those that might be inserted as well, the likeliest first.
    ``confidence`` is how sure the model was of the text. ``reused`` says that an earlier request
    had begun the first draft, ``is_ahead`` that it was begun before anybody asked for it.
    ``is_whole`` is False when the target was over before the model had ended; more lines may be
    there soon. ``first_ms`` is the time to the first token. ``context`` is what the model was
    told of other files. ``tried`` is what came of trying the examples in the function's docstring,
    and ``held`` how many of them hold with the text; None where that is not known.
    """

    text: str
    dropped: str | None = None
    draft: str = ""
    window: Window | None = None
    verdicts: tuple[Verdict, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    others: tuple[str, ...] = ()
    confidence: Confidence | None = None
    finished: Finished | None = None
    reused: bool = False
    is_ahead: bool = False
    is_whole: bool = True
    first_ms: float = 0.0
    total_ms: float = 0.0
    context: ToldContext | None = None
    tried: tuple[Tried, ...] = ()
    held: int | None = None

    @property
    def examples(self) -> int:
        """How many examples were tried."""
        return self.tried[-1].total if self.tried else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What is known beside the document.

    ``project`` tells what can be imported; without it imports and members are not checked.
    ``context`` is what the model is told of other files. What nobody asked for is shown if the
    model gave its tokens a mean log-probability of at least ``least_mean``. ``examples`` tries
    those of a docstring on suggestions; without it none are.
    """

    project: ProjectFacts | None = None
    context: ToldContext | None = None
    least_mean: float = LEAST_MEAN
    examples: Examples | None = None


NOTHING_KNOWN = Knowledge()


def complete(
    document: Document,
    position: Position,
    *,
    drafts: Drafts,
    settings: CompletionSettings,
    trigger: Trigger = Trigger.INVOKED,
    name: str | None = None,
    knowledge: Knowledge = NOTHING_KNOWN,
    cancellation: Cancellation | None = None,
) -> Completion:
    """Return what may be inserted at ``position``.

    ``name`` is the document's: a newer request with the same name ends this one, which is then
    dropped, unless it can go on with this one's draft. A request of the editor's own is answered
    with the lines that are whole once ``settings.target_ms`` are over, and only if the model was
    sure enough. Raises
    :class:`~codegen_lsp.errors.InvalidPosition`, and what
    :meth:`~codegen_lsp.model.backend.Model.stream` raises.
    """
    if cancellation is not None:
        cancellation.raise_if_cancelled()
    by_hand = trigger is Trigger.INVOKED
    place = place_at(document, position, knowledge.project)
    if not by_hand and is_inside_word(place):
        return Completion("", dropped="the cursor is inside a word")
    question = question_for(
        document,
        position,
        drafts.model,
        settings,
        name,
        context=knowledge.context,
        by_hand=by_hand,
    )
    draft = drafts.draft(question.request, question.indent, cancellation)
    target_ms = None if by_hand else settings.target_ms
    attempt = Attempt(document, question, draft, Drafting(place, target_ms), knowledge, by_hand)
    attempt.run(settings, cancellation)
    choice = Choice(attempt.first())
    if attempt.drafting.over is None:
        tries = _tries(knowledge.examples, document, position, cancellation)
        limit_ms = SEARCH_TARGETS * settings.target_ms
        search = Search(
            attempt.drafting.place,
            question,
            drafts,
            cancellation,
            tries,
            knowledge.least_mean,
            limit_ms,
        )
        choice = search.choice(choice.best, by_hand=by_hand)
    return attempt.completion(choice)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was asked of the model for one place in ``document``, and what it writes."""

    document: Document
    question: Question
    draft: Draft
    drafting: Drafting
    knowledge: Knowledge
    by_hand: bool

    def run(self, settings: CompletionSettings, cancellation: Cancellation | None) -> None:
        """Collect the draft; what is to be known of the place is found out meanwhile."""
        drafting, draft, goes_on = self.drafting, self.draft, settings.work_ahead
        place = drafting.place
        try:
            drafting.place = place.with_extent(_extent(place, settings, by_hand=self.by_hand))
            if not draft.reused:
                place.look_around()
            with closing(draft.pieces(cancellation)) as steps:
                drafting.run(steps)
            goes_astray = drafting.stopped_by is not None
            goes_on &= not goes_astray or drafting.place.extent is Extent.STATEMENT
        finally:
            if goes_on:
                draft.leave()
            else:
                draft.end()

    def first(self) -> Candidate:
        """Return the draft as a candidate.

        One that is not wanted any more goes unchecked, and so does one that will not be shown.
        """
        drafting = self.drafting
        said = () if drafting.stopped_by is None else (drafting.stopped_by,)
        if drafting.over is not None:
            return Candidate(drafting.draft, Checked("", drafting.over, said), None)
        text = drafting.text
        sure = confidence_of(drafting.tokens, text)
        if not self.by_hand and text.strip() and sure and sure.mean < self.knowledge.least_mean:
            return Candidate(drafting.draft, not_sure(text, said), sure)
        return Candidate(drafting.draft, checked(text, drafting.place, said), sure)

    def completion(self, choice: Choice) -> Completion:
        """Return what came of it."""
        best, drafting, line_end = choice.best, self.drafting, self.document.line_end
        if not choice.is_proved:
            best = unless_unsure(best, self.knowledge.least_mean, by_hand=self.by_hand)
        text, dropped = best.checked.text, best.checked.dropped
        return Completion(
            text="" if dropped is not None else text.replace("\n", line_end),
            dropped=dropped,
            draft=best.draft,
            window=self.question.window,
            verdicts=best.checked.verdicts,
            candidates=choice.candidates,
            others=tuple(other.replace("\n", line_end) for other in others(choice)),
            tried=choice.tried,
            held=best.held,
            confidence=best.confidence,
            finished=drafting.finished,
            reused=self.draft.reused,
            is_ahead=self.draft.kept.is_ahead,
            is_whole=not drafting.is_late,
            first_ms=drafting.first_ms,
            total_ms=(time.monotonic() - drafting.started) * 1000,
            context=self.knowledge.context,
        )


def _tries(
    examples: Examples | None,
    document: Document,
    position: Position,
    cancellation: Cancellation | None,
) -> Callable[[Sequence[str]], Tried | None] | None:
    if examples is None:
        return None
    return lambda texts: examples(document, position, texts, cancellation)


def is_inside_word(place: Place) -> bool:
    """Say whether a word goes on behind the cursor: while somebody types, nothing fits there."""
    return place.line_after[:1].isidentifier()


def place_at(document: Document, position: Position, project: ProjectFacts | None) -> Place:
    """Return what filters look at; raises :class:`~codegen_lsp.errors.InvalidPosition`."""
    prefix, suffix = document.split(position)
    before, after = with_lf(prefix), with_lf(suffix)
    path = None if document.path is None else document.path.absolute()
    return Place(before, after, document.language, path=path, project=project)


def _extent(place: Place, settings: CompletionSettings, *, by_hand: bool) -> Extent:
    """Return how much is wanted; whoever asks by hand wants all, but in comments and strings."""
    if settings.lines != "auto":
        return Extent(settings.lines)
    check = place.insertion
    extent = Extent.BLOCK if check is None else extent_at(check, place.prefix)
    takes_all = by_hand and extent is not Extent.LINE and place.suffix.strip()
    return Extent.ALL if takes_all else extent
