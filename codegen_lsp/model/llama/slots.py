"""Cached prompts inside one llama.cpp context, and the moves that turn one into another.

Each slot owns two sequences. The *main* one holds the prompt and what is generated. The *tail* one
shares the cells of a fill-in-the-middle prompt's suffix, so that they survive when the main
sequence is cut back behind a changed prefix, and can be moved and joined to it again. Positions
given to decode must follow the last one of their sequence; that is why the suffix waits elsewhere
meanwhile. What finds no room any more is parked (:mod:`codegen_lsp.model.llama.parking`).

Sequences beyond those of the slots are *branches*: samples of one prompt, written side by side.
"""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from codegen_lsp.errors import UsageError
from codegen_lsp.model.llama.native import MICRO_BATCH_TOKENS, NativeContext, Row, Status
from codegen_lsp.model.llama.parking import Parked, ParkingLot
from codegen_lsp.model.prompt_cache import (
    SMALL_DRIFT,
    Cached,
    Drift,
    Move,
    Tail,
    TokenPrompt,
    common_prefix,
    plan,
)

WORTH_TAKING_BACK = 24
"""Tokens of reading that taking a prompt back from the parking lot must save."""


@dataclass(slots=True)
class Slot:
    """One cached prompt. ``busy`` while a generation works in it; ``used`` orders evictions."""

    main: int
    tail: int
    cached: Cached = field(default_factory=Cached)
    busy: bool = False
    used: int = 0


class Slots:
    """The slots of one context, made with two sequences a slot and one for each of ``branches``."""

    def __init__(self, context: NativeContext, number: int, *, branches: int = 0) -> None:
        self.context = context
        self.parking = ParkingLot()
        self.tokens_read = 0
        self.fastest_read_ms = math.inf
        self._slots = [Slot(2 * index, 2 * index + 1) for index in range(number)]
        self._branches = list(range(2 * number, 2 * number + branches))
        self._clock = count(1)

    @property
    def busy(self) -> bool:
        """Whether any slot is in use."""
        return any(slot.busy for slot in self._slots)

    def take(self, prompt: TokenPrompt) -> Slot:
        """Reserve the idle slot that serves ``prompt`` best: most of it cached, else least recent.

        Raises :class:`~codegen_lsp.errors.UsageError` when the prompt cannot fit the context or all
        slots are busy.
        """
        if len(prompt.tokens) >= self.context.tokens:
            raise UsageError(
                f"the prompt has {len(prompt.tokens)} tokens, the context {self.context.tokens}",
                advice="raise the option model.context_tokens",
            )
        idle = [slot for slot in self._slots if not slot.busy]
        if not idle:
            raise UsageError("the engine has too many requests at once")
        best = min(idle, key=lambda slot: plan(slot.cached, prompt).reads)
        reads = plan(best.cached, prompt).reads
        oldest = min(idle, key=lambda slot: slot.used)
        if self._take_back(oldest, prompt, under=reads - WORTH_TAKING_BACK):
            best = oldest
        elif 2 * reads > len(prompt.tokens):
            best = oldest
            self._borrow(best, prompt)
        best.busy, best.used = True, next(self._clock)
        return best

    def fill(self, slot: Slot, prompt: TokenPrompt) -> Iterator[int]:
        """Bring ``slot`` to hold ``prompt``, yielding the number of tokens read in each step.

        When it ends, the context's logits are those after the prompt's last token. It can be closed
        at any step; what the slot says it holds is then still true.
        """
        cached = slot.cached
        steps = plan(cached, prompt, can_move=self.context.can_shift)
        self._cut(slot, steps.keep)
        if steps.move is not None:
            before = prompt.tokens[len(cached.tokens) : steps.move.target]
            yield from self._read(slot, before, logits=False)
            self._join(slot, prompt, steps.move)
            cached.drift = steps.drift
        yield from self._read(slot, prompt.tokens[len(cached.tokens) :], logits=True)
        cached.drift = steps.drift
        self._keep_tail(slot, prompt.suffix)

    def extend(self, slot: Slot, tokens: Sequence[int]) -> bool:
        """Read generated tokens, with logits after each; False when interrupted: try again.

        :meth:`give_back` takes back those at the end that turn out not to be wanted.
        """
        start = len(slot.cached.tokens)
        rows = [Row(token, start + at, slot.main, logits=True) for at, token in enumerate(tokens)]
        if self._decode(rows) is not Status.DONE:
            self.context.remove(slot.main, start)
            return False
        slot.cached.tokens.extend(tokens)
        return True

    def give_back(self, slot: Slot, number: int) -> None:
        """Take back the last ``number`` tokens that were generated."""
        if number:
            self._cut(slot, len(slot.cached.tokens) - number)

    def open_branches(self, slot: Slot, number: int) -> list[int]:
        """Reserve sequences that begin as ``slot`` does; give them to :meth:`close_branch`.

        Attention looks at every cell in use, whosever it is, so what other slots hold is parked
        first: eight samples beside 2,000 foreign cells take half as long again.

        Raises :class:`~codegen_lsp.errors.UsageError` when there are not so many.
        """
        if number > len(self._branches):
            raise UsageError(
                f"{number} samples at once are too many; {len(self._branches)} are possible now"
            )
        for other in self._slots:
            if other is not slot and not other.busy and _held(other.cached):
                self._park(other)
        taken, self._branches = self._branches[:number], self._branches[number:]
        for branch in taken:
            self.context.copy(slot.main, branch, 0, len(slot.cached.tokens))
        return taken

    def fork(self, branch: int, length: int) -> int:
        """Reserve one more sequence, which begins with the first ``length`` tokens of ``branch``.

        Raises :class:`~codegen_lsp.errors.UsageError` when there is none left.
        """
        if not self._branches:
            raise UsageError("no more samples are possible now")
        taken = self._branches.pop(0)
        self.context.copy(branch, taken, 0, length)
        return taken

    def write_branches(self, rows: Sequence[Row]) -> bool:
        """Read a token for each of some branches; False when interrupted: try again."""
        return self._decode(rows) is Status.DONE

    def close_branch(self, branch: int) -> None:
        """Free a branch and what was written in it."""
        self.context.remove(branch, 0)
        self._branches.append(branch)

    def make_room(self) -> None:
        """Park the prompt used least recently.

        Raises :class:`~codegen_lsp.errors.UsageError` when all that is held is in use.
        """
        idle = [slot for slot in self._slots if not slot.busy and _held(slot.cached)]
        if not idle:
            raise UsageError(
                f"the context of {self.context.tokens} tokens is full",
                advice="raise the option model.context_tokens",
            )
        self._park(min(idle, key=lambda slot: slot.used))

    def refresh(self) -> Iterator[None]:
        """Read the suffix of the document used last again, if too much changed before it.

        Work for idle time; it can be closed at any step.
        """
        slot = max(self._slots, key=lambda slot: slot.used)
        cached = slot.cached
        if slot.busy or cached.tail is None or cached.drift.whole <= SMALL_DRIFT:
            return
        start, end = cached.tail.start, cached.tail.start + len(cached.tail.tokens)
        if cached.tokens[start:end] != cached.tail.tokens:
            return
        suffix, slot.busy = cached.tokens[start:end], True
        try:
            self._cut(slot, start)
            for _ in self._read(slot, suffix, logits=False):
                yield
            cached.drift = Drift()
            self._keep_tail(slot, range(start, end))
        finally:
            slot.busy = False

    def park_all(self) -> list[Parked]:
        """Return all prompts that are held or parked, the least recently used first."""
        held = sorted((slot for slot in self._slots if not slot.busy), key=lambda slot: slot.used)
        return [*self.parking, *filter(None, map(self._parked, held))]

    def _read(self, slot: Slot, tokens: Sequence[int], *, logits: bool) -> Iterator[int]:
        """Read ``tokens``; the logits after the last of them may be wanted."""
        done = 0
        while done < len(tokens):
            before = len(slot.cached.tokens)
            chunk = tokens[done : done + MICRO_BATCH_TOKENS]
            rows = [Row(token, before + at, slot.main) for at, token in enumerate(chunk)]
            if logits and done + len(chunk) == len(tokens):
                rows[-1] = rows[-1]._replace(logits=True)
            read, began = len(chunk), time.perf_counter()
            if self._decode(rows) is not Status.INTERRUPTED:
                self._note_time(read, (time.perf_counter() - began) * 1000)
            else:
                read = self.context.length(slot.main) - before
            done += read
            self.tokens_read += read
            slot.cached.tokens.extend(chunk[:read])
            if done < len(tokens):
                yield read
        # The last step is not yielded: its logits must be used before anybody else decodes.

    def _note_time(self, tokens: int, milliseconds: float) -> None:
        """Remember how fast a whole micro-batch was read, the machine being free."""
        if tokens == MICRO_BATCH_TOKENS:
            self.fastest_read_ms = min(self.fastest_read_ms, milliseconds)

    def _decode(self, rows: Sequence[Row]) -> Status:
        while True:
            status = self.context.decode(rows)
            if status is not Status.NO_ROOM:
                return status
            self.make_room()

    def _cut(self, slot: Slot, keep: int) -> None:
        if len(slot.cached.tokens) > keep:
            if not self.context.remove(slot.main, keep):
                # Recurrent models cannot give back a part: start over.
                self.context.remove(slot.main, 0)
                keep = 0
            del slot.cached.tokens[keep:]

    def _join(self, slot: Slot, prompt: TokenPrompt, move: Move) -> None:
        end = move.source + move.length
        self.context.remove(slot.tail, 0, move.source)
        self.context.remove(slot.tail, end)
        if move.target != move.source:
            self.context.shift(slot.tail, move.source, end, move.target - move.source)
        moved = prompt.tokens[move.target : move.target + move.length]
        self.context.copy(slot.tail, slot.main, move.target, move.target + move.length)
        slot.cached.tail = Tail(move.target, moved)
        slot.cached.tokens.extend(moved)

    def _borrow(self, slot: Slot, prompt: TokenPrompt) -> None:
        """Start ``slot`` from the longest beginning of ``prompt`` that another slot holds.

        What it held before waits in the parking lot. No cell of a suffix is shared: either slot may
        move it.
        """
        self._keep_copy(slot)
        lender = max(self._slots, key=lambda other: _lendable(other.cached, prompt))
        shared = _lendable(lender.cached, prompt)
        if lender is slot or shared <= common_prefix(slot.cached.tokens, prompt.tokens):
            return
        self._clear(slot)
        self.context.copy(lender.main, slot.main, 0, shared)
        slot.cached.tokens = prompt.tokens[:shared]

    def _take_back(self, slot: Slot, prompt: TokenPrompt, *, under: int) -> bool:
        """Bring a parked prompt into ``slot`` if that leaves fewer tokens to read."""
        parked = self.parking.best(prompt, under=under)
        if parked is None:
            return False
        self.parking.take(parked)
        self._park(slot)
        while not self.context.restore(slot.main, parked.cells):
            others = [each for each in self._slots if not each.busy and _held(each.cached)]
            if not others:
                return False
            self._park(min(others, key=lambda each: each.used))
        slot.cached = parked.cached
        tail = slot.cached.tail
        if tail is not None:
            self.context.copy(slot.main, slot.tail, tail.start, tail.start + len(tail.tokens))
        return True

    def _park(self, slot: Slot) -> None:
        """Empty ``slot``; what it held is kept in the parking lot."""
        self._keep_copy(slot)
        self._clear(slot)

    def _keep_copy(self, slot: Slot) -> None:
        parked = self._parked(slot)
        if parked is not None:
            self.parking.put(parked)

    def _parked(self, slot: Slot) -> Parked | None:
        """Return what ``slot`` holds as bytes; None where that is not worth it.

        A tail must be a part of the main sequence, or it would be lost. What the parking lot would
        not keep is not saved either: a long chat takes 100 ms and more, in which nothing can be
        interrupted.
        """
        cached, tail = slot.cached, slot.cached.tail
        if len(cached.tokens) < WORTH_TAKING_BACK:
            return None
        if not self.parking.takes(self.context.saved_bytes(slot.main)):
            return None
        if (
            tail is not None
            and cached.tokens[tail.start : tail.start + len(tail.tokens)] != tail.tokens
        ):
            return None
        copy = Cached(list(cached.tokens), tail, cached.drift)
        return Parked(copy, self.context.save(slot.main))

    def _clear(self, slot: Slot) -> None:
        self.context.remove(slot.main, 0)
        self.context.remove(slot.tail, 0)
        slot.cached = Cached()

    def _keep_tail(self, slot: Slot, suffix: range | None) -> None:
        if suffix is None:
            return
        self.context.remove(slot.tail, 0)
        start, end = suffix.start, suffix.stop
        self.context.copy(slot.main, slot.tail, start, end)
        tokens = slot.cached.tokens[start:end]
        slot.cached.tail = Tail(start, tokens) if tokens else None


def _held(cached: Cached) -> bool:
    return bool(cached.tokens) or cached.tail is not None


def _lendable(cached: Cached, prompt: TokenPrompt) -> int:
    """Return how many tokens both begin with alike and never move."""
    shared = common_prefix(cached.tokens, prompt.tokens)
    if cached.tail is not None:
        shared = min(shared, cached.tail.start)
    return shared if prompt.suffix is None else min(shared, prompt.suffix.start)
