"""Writing after a prompt: one text with guesses checked in batches, or several side by side.

Both work in decodes of a few tokens; between any two of them the engine may turn to something
else, so the logits of a decode are used before anything is yielded.
"""

import codecs
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from codegen_lsp.model.backend import FinishReason, GenerationRequest, Piece, Sampling, Step
from codegen_lsp.model.llama.native import NativeModel, Row
from codegen_lsp.model.llama.sampler import Sampler
from codegen_lsp.model.llama.slots import Slot, Slots
from codegen_lsp.model.llama.vocabulary import Vocabulary
from codegen_lsp.model.lookup import Lookup, Luck
from codegen_lsp.model.speed import StepTimes
from codegen_lsp.model.stop_strings import StopStrings


@dataclass(slots=True)
class Written:
    """What writing came to; filled while it goes on. ``reasons`` are one for each sample."""

    tokens: int = 0
    reasons: list[FinishReason] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a writer works with; ``times`` and ``luck`` learn from it."""

    model: NativeModel
    vocabulary: Vocabulary
    slots: Slots
    times: StepTimes
    luck: Luck


class Sample:
    """One text that is being written: its sampler, its stop strings, why it ended."""

    def __init__(
        self, desk: Desk, request: GenerationRequest, sampling: Sampling, number: int
    ) -> None:
        """Prepare; raises :class:`~codegen_lsp.errors.UsageError` if the grammar is not GBNF."""
        self._vocabulary = desk.vocabulary
        self._sampler = Sampler(desk.model, sampling, request.grammar)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stop = StopStrings(request.stop)
        self._number = number
        self.reason: FinishReason | None = None
        self.tokens: list[int] = []

    def pick(self, logits: Any, room: int) -> Piece:
        """Take the next token and return its text; sets ``reason`` when the sample ends with it.

        ``room`` is the most tokens this sample may have.
        """
        return self.take(*self._sampler.pick(logits), room)

    def take(self, token: int, logprob: float, room: int) -> Piece:
        """Take ``token`` as the next one, like :meth:`pick`."""
        if self._vocabulary.ends(token):
            self.reason = FinishReason.END
            rest = self._stop.feed(self._decoder.decode(b"", final=True)) + self._stop.flush()
            return Piece(rest, logprob, self._number, self.reason)
        self.tokens.append(token)
        text = self._stop.feed(self._decoder.decode(self._vocabulary.piece(token)))
        if self._stop.stopped:
            self.reason = FinishReason.STOP
        elif len(self.tokens) >= room:
            self.reason = FinishReason.LENGTH
            text += self._stop.flush()
        return Piece(text, logprob, self._number, self.reason)

    def close(self) -> None:
        """Free the grammar."""
        self._sampler.close()


def write_one(
    desk: Desk, slot: Slot, request: GenerationRequest, written: Written
) -> Generator[Step, None, None]:
    """Write one text after the prompt in ``slot``; its tokens stay in the slot's main sequence."""
    slots = desk.slots
    room = min(request.max_tokens, slots.context.tokens - len(slot.cached.tokens))
    lookup = Lookup(slot.cached.tokens)
    sample = Sample(desk, request, request.sampling, 0)
    try:
        rows: Sequence[Any] = [slots.context.logits()]
        pending: list[int] = []
        while True:
            pieces = _picks(sample, rows, pending[1:], lookup, desk.luck, room)
            written.tokens = len(sample.tokens)
            slots.give_back(slot, max(0, len(pending) - len(pieces)))
            yield from pieces
            if sample.reason is not None:
                written.reasons = [sample.reason]
                return
            pending = [sample.tokens[-1], *_guess(lookup, desk, room - len(sample.tokens))]
            yield from _extend(desk, slot, pending)
            rows = [slots.context.logits(row) for row in range(len(pending))]
    finally:
        sample.close()


def write_several(
    desk: Desk, slot: Slot, request: GenerationRequest, written: Written
) -> Generator[Step, None, None]:
    """Write all samples of ``request`` side by side; the slot keeps the prompt alone.

    Each sample that is not finished gets one token in turn, as many in one decode as is quickest.
    """
    slots, start = desk.slots, len(slot.cached.tokens)
    samplings = (request.sampling, *request.siblings)
    room = min(request.max_tokens, (slots.context.tokens - start) // len(samplings))
    samples = [Sample(desk, request, each, at) for at, each in enumerate(samplings)]
    branches = slots.open_branches(slot, len(samples))
    logits = slots.context.logits()
    pieces = [sample.pick(logits, room) for sample in samples]
    texts = dict(zip(branches, samples, strict=True))
    yield from write_side_by_side(desk, start, texts, pieces, room, written)
    written.reasons = [sample.reason or FinishReason.END for sample in samples]


def write_side_by_side(
    desk: Desk,
    start: int,
    texts: dict[int, Sample],
    pieces: list[Piece],
    room: int,
    written: Written,
) -> Generator[Step, None, None]:
    """Yield ``pieces``, with which ``texts`` begin, and go on with each text in its branch.

    The last token of each has not been read yet; its branch holds the prompt, of ``start`` tokens,
    and those before. Branches and samples are closed as they end.
    """
    slots, samples, unfinished = desk.slots, list(texts.values()), dict(texts)
    before = written.tokens
    try:
        while True:
            written.tokens = before + sum(len(sample.tokens) for sample in samples)
            yield from pieces
            for branch in [each for each, sample in unfinished.items() if sample.reason]:
                del unfinished[branch]
                slots.close_branch(branch)
            if not unfinished:
                return
            pieces = []
            width = desk.times.best_width(len(unfinished))
            for batch in _batches(list(unfinished.items()), width):
                yield from _write_batch(slots, start, batch)
                pieces += [
                    sample.pick(slots.context.logits(row), room)
                    for row, (_, sample) in enumerate(batch)
                ]
    finally:
        for branch in unfinished:
            slots.close_branch(branch)
        for sample in samples:
            sample.close()


def _batches(
    branches: list[tuple[int, Sample]], width: int
) -> Iterator[Sequence[tuple[int, Sample]]]:
    for at in range(0, len(branches), width):
        yield branches[at : at + width]


def _write_batch(
    slots: Slots, start: int, batch: Sequence[tuple[int, Sample]]
) -> Generator[None, None, None]:
    """Read the last token of some branches; ``start`` is where the prompt ends in each."""
    rows = [
        Row(sample.tokens[-1], start + len(sample.tokens) - 1, branch, logits=True)
        for branch, sample in batch
    ]
    while not slots.write_branches(rows):
        yield


def _extend(desk: Desk, slot: Slot, pending: Sequence[int]) -> Generator[None, None, None]:
    """Read generated tokens, and time the decode that was not interrupted."""
    while True:
        began = time.perf_counter()
        if desk.slots.extend(slot, pending):
            desk.times.add(len(pending), (time.perf_counter() - began) * 1000)
            return
        yield


def _picks(
    sample: Sample,
    rows: Sequence[Any],
    guessed: Sequence[int],
    lookup: Lookup,
    luck: Luck,
    room: int,
) -> list[Piece]:
    """Pick from each row as long as the guess after it is what was picked."""
    pieces = []
    for at, logits in enumerate(rows):
        had_guess, run, before = lookup.guess(1), lookup.run, len(sample.tokens)
        pieces.append(sample.pick(logits, room))
        picked = sample.tokens[before:]
        if had_guess and picked:
            luck.count(run, right=int(picked == had_guess), wrong=int(picked != had_guess))
        lookup.feed(picked)
        if sample.reason is not None or picked != list(guessed[at : at + 1]):
            break
    return pieces


def _guess(lookup: Lookup, desk: Desk, room: int) -> list[int]:
    if not lookup.guess(1):
        return []
    return lookup.guess(min(desk.luck.best_length(lookup.run, desk.times), room - 1))
