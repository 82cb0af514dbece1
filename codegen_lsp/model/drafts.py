"""Answers to completions, finished or still running, kept for whoever comes back to them.

People type along what they are shown, delete a letter and type it again, accept a line and want the
next. Each of these is a new place, and a new request; but where the text typed since is the
beginning of what the model wrote, the rest of that is the answer, and costs nothing. So a
generation outlives the request that began it: it goes on behind all other work, and the next
request takes it over or ends it.

It knows prompts and texts, not documents: an answer fits where its prompt, with a part of the
answer typed behind it, ends like the new prompt.
"""

import threading
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from itertools import takewhile

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import CodegenError
from codegen_lsp.model.backend import (
    Finished,
    FinishReason,
    GenerationRequest,
    Model,
    Piece,
    Priority,
)
from codegen_lsp.model.generation import Generation
from codegen_lsp.prompt.prompt import FimPrompt

MOST_KEPT = 64
"""Answers that are kept; each is a prompt and a few lines."""

_MOVED_WINDOWS = 4
"""So many of the latest answers are also tried where the window begins at another line now."""

_AGREEMENT = 100
"""Code points that two windows with other limits must have in common on either side."""

_CUT_SHORT = frozenset({FinishReason.LENGTH, FinishReason.SUPERSEDED, FinishReason.CANCELLED})


class PastIndent:
    """Takes ``indent`` off the beginning of a text that comes in pieces, as far as it is there."""

    def __init__(self, indent: str) -> None:
        self._left = indent

    def __call__(self, piece: str) -> str:
        """Return what is left of the next piece."""
        pairs = zip(piece, self._left, strict=False)
        length = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        self._left = self._left[length:] if length == len(piece) else ""
        return piece[length:]


@dataclass(slots=True)
class _Kept:
    """An answer, the place it is for, and how many follow it now.

    ``place`` is its prompt with the white space ``indent`` behind its prefix, which stands in the
    document and was not shown to the model. ``is_ahead`` says that it was begun before anybody
    asked for it, ``only_reads`` that it is no answer: its prompt is read.
    """

    place: FimPrompt
    document: str | None
    generation: Generation
    indent: str = ""
    followers: int = 0
    is_ahead: bool = False
    only_reads: bool = False

    @property
    def text(self) -> str:
        """What there is so far to insert at the place."""
        return PastIndent(self.indent)(self.generation.text)


@dataclass(slots=True)
class Draft:
    """The text for one place, as it comes.

    ``reused`` says that the model had begun it before, ``is_old`` that it had also ended. One of
    :meth:`leave` and :meth:`end` must be called when no more is wanted. One that was left can still
    be read, and ended if nobody follows it.
    """

    drafts: "Drafts"
    kept: _Kept
    typed: int
    reused: bool
    is_old: bool = False
    released: bool = field(default=False, init=False)

    def pieces(
        self, cancellation: Cancellation | None = None
    ) -> Generator[Piece | Finished, None, None]:
        """Yield the text from this place on, then the end; raises what ``Model.stream`` raises."""
        skip, past_indent = self.typed, PastIndent(self.kept.indent)
        for step in self.kept.generation.follow(cancellation):
            if isinstance(step, Finished):
                yield self._seen_from_here(step)
                continue
            text = past_indent(step.text)
            if not skip or skip < len(text):
                yield replace(step, text=text[skip:])
            skip = max(0, skip - len(text))

    def _seen_from_here(self, finished: Finished) -> Finished:
        """Count no token twice; a draft that was once given up is now one that is cut short."""
        if not self.reused:
            return finished
        given_up = self.is_old and finished.reason in _CUT_SHORT
        reason = FinishReason.LENGTH if given_up else finished.reason
        return replace(finished, reason=reason, tokens_read=0, tokens_written=0)

    def leave(self) -> None:
        """Let the model go on when nothing else is to be done: more of this may be wanted soon."""
        self.drafts.release(self, go_on=True)

    def end(self) -> None:
        """Let the model stop: nothing after this is wanted."""
        self.drafts.release(self, go_on=False)


class Drafts:
    """The drafts of all documents; safe to use from several threads."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._lock = threading.Lock()
        self._submitting = threading.Lock()
        self._kept: list[_Kept] = []

    def draft(
        self,
        request: GenerationRequest,
        indent: str = "",
        cancellation: Cancellation | None = None,
    ) -> Draft:
        """Return the draft for a fill-in-the-middle request: one that fits, or a new one.

        ``indent`` is white space that stands at the place, behind the prompt's prefix, without the
        model being shown it: it is taken off the answer. What runs for the same document
        (``request.supersedes``) and does not fit is ended, and so is what nobody follows.

        A request that was cancelled ends nothing, however late its thread comes here: whoever makes
        a newer one cancels the older ones first. Raises :class:`~codegen_lsp.errors.Cancelled`
        then, and what :meth:`Model.submit` raises.
        """
        with self._lock:
            found = self._find(request, indent)
            if found is not None:
                found.kept.generation.prioritise(request.priority)
                return found
        with self._submitting:
            if cancellation is not None:
                cancellation.raise_if_cancelled()
            return self._begin(request, indent)

    def ask(
        self, request: GenerationRequest, cancellation: Cancellation | None = None
    ) -> Generator[Piece | Finished, None, None]:
        """Have the model answer a request whose answer is not kept, for the same place as a draft.

        Like :meth:`draft`, it ends nothing when it was cancelled. Raises what
        :meth:`Model.stream` raises.
        """
        with self._submitting:
            if cancellation is not None:
                cancellation.raise_if_cancelled()
            generation = self.model.submit(request)
        try:
            yield from generation.follow(cancellation)
        finally:
            generation.cancel()

    def prepare(self, request: GenerationRequest, indent: str = "") -> Draft | None:
        """Have the answer to a request that may come next written, when nobody waits.

        The draft that is returned has been left: whoever wants something else ends it. None while
        something else runs for the same document. Raises what :meth:`Model.submit` raises.
        """
        with self._submitting:
            with self._lock:
                draft = self._find(request, indent)
                if draft is None and any(self._runs_for(request, kept) for kept in self._kept):
                    return None
            if draft is None:
                draft = self._begin(replace(request, priority=Priority.IDLE), indent)
                draft.kept.is_ahead = True
        draft.leave()
        return draft

    def read_ahead(self, request: GenerationRequest) -> Generation | None:
        """Have a prompt read when nobody waits, so that the next one like it costs little.

        Whoever wants something meanwhile ends it; what was read by then is kept. None while
        something runs for the same document. Raises what :meth:`Model.submit` raises.
        """
        with self._submitting:
            with self._lock:
                if any(self._runs_for(request, kept) for kept in self._kept):
                    return None
            draft = self._begin(replace(request, max_tokens=0, priority=Priority.IDLE), "")
        draft.leave()
        return draft.kept.generation

    def release(self, draft: Draft, *, go_on: bool) -> None:
        """Note that a draft is not followed any more; for :class:`Draft`."""
        with self._lock:
            if not draft.released:
                draft.released = True
                draft.kept.followers -= 1
            if draft.kept.followers:
                return
            # With the lock held: else somebody might take over what is about to be ended.
            if go_on:
                draft.kept.generation.prioritise(Priority.IDLE)
            else:
                draft.kept.generation.cancel()

    def _begin(self, request: GenerationRequest, indent: str) -> Draft:
        """Submit a request; one at a time, so that the newest is submitted last."""
        place = _place_of(request, indent)
        kept = _Kept(place, request.supersedes, self.model.submit(request), indent, followers=1)
        kept.only_reads = not request.max_tokens
        with self._lock:
            outdated = [
                each
                for each in self._kept
                if each.generation.end is None
                and (self._runs_for(request, each) or not each.followers)
            ]
            self._kept = [*self._kept[1 - MOST_KEPT :], kept]
            for each in outdated:
                each.generation.cancel()
        return Draft(self, kept, typed=0, reused=False)

    def _find(self, request: GenerationRequest, indent: str) -> Draft | None:
        """Return a draft that fits, the latest first; the lock is held."""
        place = _place_of(request, indent)
        same = [
            kept
            for kept in reversed(self._kept)
            if kept.document == request.supersedes and not kept.only_reads
        ]
        for age, kept in enumerate(same):
            if age >= _MOVED_WINDOWS and not place.prefix.startswith(kept.place.prefix):
                continue
            text, end = kept.text, kept.generation.end
            typed = typed_along(kept.place, text, place)
            if typed is None or not _has_more(text[typed:], end):
                continue
            kept.followers += 1
            return Draft(self, kept, typed, reused=True, is_old=end is not None)
        return None

    @staticmethod
    def _runs_for(request: GenerationRequest, kept: _Kept) -> bool:
        same = request.supersedes is not None and kept.document == request.supersedes
        return same and kept.generation.end is None


def _place_of(request: GenerationRequest, indent: str) -> FimPrompt:
    if not isinstance(request.prompt, FimPrompt):
        raise TypeError("drafts are kept of fill-in-the-middle prompts only")
    return replace(request.prompt, prefix=request.prompt.prefix + indent)


def typed_along(old: FimPrompt, text: str, new: FimPrompt) -> int | None:
    """Return how much of ``text``, the answer at ``old``, stands typed before ``new``'s hole.

    None when something else was typed, or something else changed. The windows may begin and end at
    different lines; what both hold must agree.
    """
    if not _agree(old.suffix, new.suffix):
        return None
    if new.prefix.startswith(old.prefix):
        typed = new.prefix[len(old.prefix) :]
        return len(typed) if text.startswith(typed) else None
    for length in range(len(text) + 1):
        typed = text[:length]
        if new.prefix.endswith(typed) and _agree((old.prefix + typed)[::-1], new.prefix[::-1]):
            return length
    return None


def _agree(one: str, other: str) -> bool:
    """Say whether two texts are equal, or one is a long beginning of the other."""
    both = min(len(one), len(other))
    return one == other or (both >= _AGREEMENT and one[:both] == other[:both])


def _has_more(rest: str, end: Finished | CodegenError | None) -> bool:
    """Say whether an answer, of which ``rest`` is left, serves: it goes on, or has a whole line."""
    if end is None:
        return True
    if isinstance(end, CodegenError):
        return False
    if end.reason in _CUT_SHORT:
        return "\n" in rest.lstrip("\n")
    return bool(rest.strip())
