"""Cached prompts inside one llama.cpp context, and the moves that turn one into another.

Each slot owns two sequences. The *main* one holds the prompt and what is generated. The *tail* one
shares the cells of a fill-in-the-middle prompt's suffix, so that they survive when the main
sequence is cut back behind a changed prefix, and can be moved and joined to it again. Positions
given to decode must follow the last one of their sequence; that is why the suffix waits elsewhere
meanwhile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from codegen_lsp.errors import UsageError
from codegen_lsp.model.llama.native import BATCH_TOKENS, NativeContext, Status
from codegen_lsp.model.prompt_cache import Cached, Move, Tail, TokenPrompt, common_prefix, plan


@dataclass(slots=True)
class Slot:
    """One cached prompt. ``busy`` while a generation works in it; ``used`` orders evictions."""

    main: int
    tail: int
    cached: Cached = field(default_factory=Cached)
    busy: bool = False
    used: int = 0


class Slots:
    """The slots of one context. The context must have been made with two sequences a slot."""

    def __init__(self, context: NativeContext, number: int) -> None:
        self.context = context
        self._slots = [Slot(2 * index, 2 * index + 1) for index in range(number)]
        self._clock = count(1)

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
        if 2 * plan(best.cached, prompt).reads > len(prompt.tokens):
            best = min(idle, key=lambda slot: slot.used)
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
            yield from self._read(slot, prompt.tokens[len(cached.tokens) : steps.move.target])
            self._join(slot, prompt, steps.move)
            cached.drift = steps.drift
        yield from self._read(slot, prompt.tokens[len(cached.tokens) :])
        cached.drift = steps.drift
        self._keep_tail(slot, prompt)

    def append(self, slot: Slot, token: int) -> bool:
        """Read one generated token; False when it was interrupted and must be tried again."""
        status = self._decode(slot, [token])
        if status is Status.DONE:
            slot.cached.tokens.append(token)
        return status is Status.DONE

    def _read(self, slot: Slot, tokens: Sequence[int]) -> Iterator[int]:
        done = 0
        while done < len(tokens):
            before = len(slot.cached.tokens)
            chunk = tokens[done : done + BATCH_TOKENS]
            status = self._decode(slot, chunk)
            read = len(chunk)
            if status is Status.INTERRUPTED:
                read = max(0, self.context.length(slot.main) - before)
            slot.cached.tokens.extend(chunk[:read])
            done += read
            if done < len(tokens):
                yield read
        # The last step is not yielded: its logits must be used before anybody else decodes.

    def _decode(self, slot: Slot, tokens: Sequence[int]) -> Status:
        while True:
            status = self.context.decode(
                tokens, position=len(slot.cached.tokens), sequence=slot.main, logits=True
            )
            if status is not Status.NO_ROOM:
                return status
            self._evict()

    def _evict(self) -> None:
        idle = [slot for slot in self._slots if not slot.busy and _held(slot.cached)]
        if not idle:
            raise UsageError(
                f"the context of {self.context.tokens} tokens is full",
                advice="raise the option model.context_tokens",
            )
        slot = min(idle, key=lambda slot: slot.used)
        self._clear(slot)

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
        """Start ``slot`` from the longest beginning of ``prompt`` that another slot holds."""
        lender = max(
            self._slots, key=lambda other: common_prefix(other.cached.tokens, prompt.tokens)
        )
        shared = common_prefix(lender.cached.tokens, prompt.tokens)
        if lender is slot or shared <= common_prefix(slot.cached.tokens, prompt.tokens):
            return
        self._clear(slot)
        self.context.copy(lender.main, slot.main, 0, shared)
        slot.cached.tokens = prompt.tokens[:shared]

    def _clear(self, slot: Slot) -> None:
        self.context.remove(slot.main, 0)
        self.context.remove(slot.tail, 0)
        slot.cached = Cached()

    def _keep_tail(self, slot: Slot, prompt: TokenPrompt) -> None:
        if prompt.suffix is None:
            return
        self.context.remove(slot.tail, 0)
        start, end = prompt.suffix.start, prompt.suffix.stop
        self.context.copy(slot.main, slot.tail, start, end)
        slot.cached.tail = Tail(start, prompt.tokens[start:end]) if end > start else None


def _held(cached: Cached) -> bool:
    return bool(cached.tokens) or cached.tail is not None
