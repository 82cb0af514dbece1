"""When llama.vim asks, what it keeps, and what it shows: its protocol as a state machine.

Modelled, with its default settings and after ``autoload/llama.vim`` of ggml-org/llama.vim at commit
85952a62 (the newest to be had when this was written):

- after each change, first a look into the cache of answers (250, least recently used ones go): the
  text as it is, or walking back up to 128 characters to an answer that begins with what was typed;
- then a request, unless one is running: then it is tried again every 100 ms. A running request is
  never cancelled, and there is no debounce;
- the first request of a place may generate for 250 ms, and once its answer is shown a second,
  speculative one asks what would follow it (1000 ms). Either ends at a line end past its time;
- no request when more than 8 characters stand right of the cursor;
- 256 lines before and 64 after the cursor, ``n_predict`` 128, ``n_indent``, the samplers ``top_k``
  40, ``top_p`` 0.9 and ``infill``, ``cache_prompt``, slot 0;
- the ring of context chunks, picked on entering a buffer and after a jump of more than 32 lines,
  and sent ahead when the cursor has rested for 3 s (:mod:`.vim_ring`).

With :attr:`LlamaVim.keeps_answers` off, what is left is the request protocol: no cache, so nothing
is shown while one types along an answer, and no speculative request.

The recorded user never rests for 3 s, so while keys are typed nothing is sent ahead, even where the
replay waits longer for an answer: the peer is spared a cache that changes under it.

Not modelled, each to the peer's advantage: the time vim script takes (SHA-256 of up to 129 texts on
each key) and starting curl for each request. Chunks picked on yank and on saving are left out,
because the replay does neither.

The clock is the caller's: times are seconds on any steady clock. Nothing here does input or output:
requests are put into :attr:`LlamaVim.outbox`, and the caller brings the answers.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks.replay.place import Place
from tests.benchmarks.replay.vim_context import (
    KEY_SEPARATOR,
    PREFIX_LINES,
    SUFFIX_LINES,
    LocalContext,
    local_context,
    shown,
)
from tests.benchmarks.replay.vim_ring import CHUNK_LINES, Ring

CACHED_ANSWERS = 250
WALK_BACK = 128
LONGEST_LINE_SUFFIX = 8
RETRY_SECONDS = 0.1
REST_SECONDS = 3.0
RING_SECONDS = 1.0
FAR_LINES = 32
RING_SCOPE = 1024
FIRST_PREDICT_MS = 250
NEXT_PREDICT_MS = 1000


@dataclass(frozen=True, slots=True)
class Request:
    """One request: ``keys`` are what its answer is kept under, none for one that only reads."""

    body: dict[str, Any]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hint:
    """What is drawn at a place; ``lines`` is one empty line when there is nothing to accept."""

    place: Place
    lines: list[str]

    @property
    def acceptable(self) -> bool:
        """Whether it holds anything but blanks."""
        return any(line.strip() for line in self.lines)

    @property
    def text(self) -> str:
        """What accepting it would insert before the text that stands after the cursor."""
        return "\n".join(self.lines).removesuffix(self.place.after)


@dataclass(slots=True)
class _Retry:
    """A request to be made once the running one is over; ``place`` None means where one is then."""

    at: float
    place: Place | None
    previous: list[str]


@dataclass(slots=True)
class LlamaVim:
    """The plugin's state. ``here`` is the cursor; None before a buffer was entered.

    ``keeps_answers`` is what the plug-in does; without, each answer is shown and forgotten.
    ``hurried`` says that the user never rests for 3 s, although the replay may wait so long.
    """

    ring: Ring
    keeps_answers: bool = True
    inserting: bool = False
    hurried: bool = False
    outbox: list[Request] = field(default_factory=list)
    hint: Hint | None = None
    busy: bool = False
    here: Place | None = None
    _answers: OrderedDict[str, str] = field(default_factory=OrderedDict)
    _retry: _Retry | None = None
    _moved_at: float = float("-inf")
    _ring_at: float = 0.0
    _picked_row: int = -9999
    _indent: int = -1

    @property
    def idle(self) -> bool:
        """Whether no request for a suggestion runs or is planned."""
        return not self.busy and self._retry is None

    def enter(self, place: Place) -> None:
        """Go into another buffer: a chunk of it is picked unless it has unsaved changes."""
        self.here, self.hint = place, None
        if place.modified:
            return
        half = CHUNK_LINES // 2
        lines = place.lines[max(0, place.row - half) : place.row + half + 1]
        self.ring.pick(place.file, lines, evict=True)

    def moved(self, place: Place, now: float) -> None:
        """The text or the cursor changed."""
        self.passed(place, now)
        self._try_hint(now)
        self._ask(now, None, [])

    def passed(self, place: Place, now: float) -> None:
        """The text or the cursor changed, and nothing is to be asked."""
        self.here, self.hint, self._moved_at = place, None, now
        if not self.keeps_answers:
            self._answers.clear()

    def tick(self, now: float) -> None:
        """Do what is due."""
        if self._retry is not None and now >= self._retry.at:
            due, self._retry = self._retry, None
            self._ask(now, due.place, due.previous)
        if now >= self._ring_at:
            self._ring_at = now + RING_SECONDS
            self._update_ring(now)

    def next_tick(self) -> float:
        """Return when :meth:`tick` must be called next."""
        return min(self._ring_at, self._retry.at if self._retry else self._ring_at)

    def answered(self, request: Request, content: str | None, now: float) -> None:
        """An answer came; ``content`` is None for an error, which is passed over in silence."""
        if not request.keys:
            return
        if content is not None:
            for key in request.keys:
                self._keep(key, content)
            if self.hint is None or not self.hint.acceptable:
                self._try_hint(now)
        # Only now: the request's process ends after its output was handled.
        self.busy = False

    def _try_hint(self, now: float) -> None:
        """Show what is held for this place, and ask what would follow it."""
        if self.here is None or not self.inserting:
            return
        content = self._cached(local_context(self.here, []))
        if content is None:
            return
        self.hint = Hint(self.here, shown(content, self.here))
        if self.keeps_answers:
            self._ask(now, self.here, self.hint.lines)

    def _cached(self, context: LocalContext) -> str | None:
        content = self._look_up(context.keys[0])
        if content is not None:
            return content
        text = context.prefix + context.middle
        best: str | None = None
        for length in range(1, min(WALK_BACK, len(text)) + 1):
            older = self._look_up(f"{text[:-length]}{KEY_SEPARATOR}{context.suffix}")
            if older is None or older[:length] != text[-length:]:
                continue
            left = older[length:]
            if left and (best is None or len(left) > len(best)):
                best = left
        return best

    def _ask(self, now: float, place: Place | None, previous: list[str]) -> None:
        """Send a request, or plan to when one is running."""
        if self.busy:
            self._retry = _Retry(now + RETRY_SECONDS, place, previous)
            return
        at = self._anchored(place)
        if at is None:
            return
        context = local_context(at, previous)
        if len(context.after_cursor) > LONGEST_LINE_SUFFIX:
            return
        keys = context.keys
        if any(self._look_up(key) is not None for key in keys):
            return
        if context.indent is not None:
            self._indent = context.indent
        limit = NEXT_PREDICT_MS if previous else FIRST_PREDICT_MS
        body = _infill(context, self._indent, self.ring.extra(), limit)
        self.busy = True
        self.outbox.append(Request(body, tuple(keys)))
        self._pick_far(at)

    def _anchored(self, place: Place | None) -> Place | None:
        """Return ``place`` in the text as it is now: a planned request keeps only its position."""
        if place is None or self.here is None:
            return self.here
        here = self.here
        row = min(place.row, len(here.lines) - 1)
        return Place(here.file, here.lines, row, min(place.column, len(here.lines[row])))

    def _pick_far(self, place: Place) -> None:
        """After a far jump, pick what lies before and after the text that is sent anyway."""
        if abs(place.row - self._picked_row) <= FAR_LINES:
            return
        first = max(0, place.row - RING_SCOPE)
        before = place.lines[first : max(0, place.row - PREFIX_LINES) + 1]
        start = min(len(place.lines) - 1, place.row + SUFFIX_LINES)
        after = place.lines[start : place.row + SUFFIX_LINES + CHUNK_LINES + 1]
        for lines in (before, after):
            self.ring.pick(place.file, lines, evict=False)
        self._picked_row = place.row

    def _update_ring(self, now: float) -> None:
        if self.inserting and (self.hurried or now - self._moved_at < REST_SECONDS):
            return
        if self.ring.advance():
            self.outbox.append(Request(_reading(self.ring.extra())))

    def _look_up(self, key: str) -> str | None:
        content = self._answers.get(key)
        if content is not None:
            self._answers.move_to_end(key)
        return content

    def _keep(self, key: str, content: str) -> None:
        if len(self._answers) >= CACHED_ANSWERS:
            self._answers.popitem(last=False)
        self._answers[key] = content
        self._answers.move_to_end(key)


def _infill(
    context: LocalContext, indent: int, extra: list[dict[str, str]], limit_ms: int
) -> dict[str, Any]:
    return {
        "id_slot": 0,
        "input_prefix": context.prefix,
        "input_suffix": context.suffix,
        "input_extra": extra,
        "prompt": context.middle,
        "n_predict": 128,
        "stop": [],
        "n_indent": indent,
        "top_k": 40,
        "top_p": 0.90,
        "stream": False,
        "samplers": ["top_k", "top_p", "infill"],
        "cache_prompt": True,
        "t_max_prompt_ms": 500,
        "t_max_predict_ms": limit_ms,
    }


def _reading(extra: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "id_slot": 0,
        "input_prefix": "",
        "input_suffix": "",
        "input_extra": extra,
        "prompt": "",
        "n_predict": 0,
        "temperature": 0.0,
        "stream": False,
        "samplers": [],
        "cache_prompt": True,
        "t_max_prompt_ms": 1,
        "t_max_predict_ms": 1,
    }
