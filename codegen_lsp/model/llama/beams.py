"""The likeliest first lines after a prompt, by beam search, each then carried on by itself.

Greedy writing takes the likeliest token each time, which need not lead to the likeliest line; and
where the likeliest line fails a check, the next ones are what to try instead. Lines are compared by
the sum of their tokens' log-probabilities, without correction for length: of two lines for one
place, the model's own probability is what is asked for. Empty lines are left out.

After H. T. Lowerre, "The HARPY speech recognition system" (1976), as every beam search.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from codegen_lsp.model.backend import GREEDY, FinishReason, GenerationRequest, Step
from codegen_lsp.model.llama.native import Row
from codegen_lsp.model.llama.sampler import log_probabilities
from codegen_lsp.model.llama.slots import Slot
from codegen_lsp.model.llama.writing import Desk, Sample, Written, write_side_by_side

MOST_BEAMS = 4
"""More lines at once would need more branches than there are: each may have to wait, finished,
while as many are written and as many begun."""

MOST_LINE_TOKENS = 64
"""A line is given up at this length: there is no line then, only a part of one."""


HOPELESS = 5.0
"""A line is given up when it is less likely than the best one by this much, in nats."""


@dataclass(frozen=True, slots=True)
class _Beam:
    """A line that is being written: what it has so far, and where its cells are.

    The last token of ``tokens`` has not been read yet; ``branch`` holds those before it. ``ended``
    says that the model ended the text with this line.
    """

    tokens: tuple[int, ...]
    logprobs: tuple[float, ...]
    branch: int
    ended: bool = False

    @property
    def score(self) -> float:
        return sum(self.logprobs)


def write_beams(
    desk: Desk, slot: Slot, request: GenerationRequest, written: Written
) -> Generator[Step, None, None]:
    """Write ``request.beams`` texts; where fewer lines are likely, the last ones stay empty.

    Nothing is yielded but None until all first lines are known. The slot keeps the prompt alone.
    """
    start = len(slot.cached.tokens)
    room = min(request.max_tokens, (desk.slots.context.tokens - start) // (2 * request.beams))
    search = _Search(desk, start, request.beams, room)
    try:
        yield from search.run(slot)
        lines = search.take()
    finally:
        search.close()
    written.tokens += search.written
    samples = [Sample(desk, request, GREEDY, number) for number in range(len(lines))]
    texts = dict(zip((line.branch for line in lines), samples, strict=True))
    primed = [
        sample.take(token, logprob, room)
        for line, sample in zip(lines, samples, strict=True)
        for token, logprob in zip(line.tokens, line.logprobs, strict=True)
        if sample.reason is None
    ]
    yield from write_side_by_side(desk, start, texts, primed, room, written)
    missing = [FinishReason.END] * (request.beams - len(lines))
    written.reasons = [*(sample.reason or FinishReason.END for sample in samples), *missing]


class _Search:
    """Beams under way and lines that are whole, and the branches of both."""

    def __init__(self, desk: Desk, start: int, width: int, room: int) -> None:
        self._desk = desk
        self._start = start
        self._width = width
        self._room = min(room, MOST_LINE_TOKENS)
        self._live: list[_Beam] = []
        self._whole: list[_Beam] = []
        self.written = 0

    def run(self, slot: Slot) -> Generator[None, None, None]:
        """Search until no unfinished line can be likelier than those that are whole."""
        [root] = self._desk.slots.open_branches(slot, 1)
        first = _Beam((), (), root)
        self._expand([first], [self._desk.slots.context.logits()])
        self._desk.slots.close_branch(root)
        while self._live and not self._is_decided():
            rows = [
                Row(beam.tokens[-1], self._start + len(beam.tokens) - 1, beam.branch, logits=True)
                for beam in self._live
            ]
            while not self._desk.slots.write_branches(rows):
                yield
            parents, self._live = self._live, []
            self._expand(
                parents, [self._desk.slots.context.logits(row) for row in range(len(parents))]
            )
            for parent in parents:
                self._desk.slots.close_branch(parent.branch)
            yield

    def take(self) -> list[_Beam]:
        """Return the lines, likeliest first; their branches are the caller's then."""
        lines, self._whole = self._whole, []
        return lines

    def close(self) -> None:
        """Free the branches that nobody has taken."""
        for beam in (*self._live, *self._whole):
            self._desk.slots.close_branch(beam.branch)
        self._live, self._whole = [], []

    @property
    def _least(self) -> float:
        return self._whole[0].score - HOPELESS if self._whole else -inf

    def _is_decided(self) -> bool:
        if len(self._whole) < self._width:
            return len(self._live[0].tokens) >= self._room
        return self._live[0].score <= self._whole[-1].score

    def _expand(self, parents: Sequence[_Beam], logits: Sequence[NDArray[np.float32]]) -> None:
        """Go on from each of ``parents`` with its likeliest tokens; keep the best of all."""
        grown = sorted(self._grown(parents, logits), key=lambda beam: -beam.score)
        for beam in grown:
            if len(self._live) == self._width or beam.score < self._least:
                break
            text = self._text(beam)
            if beam.ended or "\n" in text.lstrip("\n"):
                if text.strip():
                    self._keep(beam)
            else:
                self._live.append(self._forked(beam))
        self.written += len(self._live)

    def _grown(
        self, parents: Sequence[_Beam], logits: Sequence[NDArray[np.float32]]
    ) -> Iterator[_Beam]:
        for parent, row in zip(parents, logits, strict=True):
            likely = log_probabilities(row)
            best = np.argpartition(-likely, self._width + 1)[: self._width + 1]
            for token in best.tolist():
                yield _Beam(
                    (*parent.tokens, token),
                    (*parent.logprobs, float(likely[token])),
                    parent.branch,
                    ended=self._desk.vocabulary.ends(token),
                )

    def _keep(self, beam: _Beam) -> None:
        """Take in a line that is whole, if it is one of the best and none reads like it."""
        if any(self._line(beam) == self._line(other) for other in self._whole):
            return
        self._whole = sorted([*self._whole, self._forked(beam)], key=lambda each: -each.score)
        for worse in self._whole[self._width :]:
            self._desk.slots.close_branch(worse.branch)
        del self._whole[self._width :]

    def _forked(self, beam: _Beam) -> _Beam:
        length = self._start + len(beam.tokens) - 1
        branch = self._desk.slots.fork(beam.branch, length)
        return _Beam(beam.tokens, beam.logprobs, branch, beam.ended)

    def _text(self, beam: _Beam) -> str:
        tokens = beam.tokens[:-1] if beam.ended else beam.tokens
        return b"".join(map(self._desk.vocabulary.piece, tokens)).decode("utf-8", "replace")

    def _line(self, beam: _Beam) -> str:
        return next((line for line in self._text(beam).split("\n") if line.strip()), "").rstrip()
