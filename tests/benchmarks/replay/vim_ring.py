"""llama.vim's ring of context chunks: pieces of files the user has been in, sent with each request.

Chunks wait in a queue until the user rests, and then go into the ring one at a time, each with a
request that only has the server read it. Facts are from ``autoload/llama.vim`` of
ggml-org/llama.vim at commit 85952a62, its quirks included: the loops that drop similar chunks leave
out the first one.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

CHUNKS = 16
CHUNK_LINES = 64
QUEUED = 16
SIMILAR = 0.9
FEWEST_LINES = 3


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines of a file."""

    file: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines as they are sent."""
        return "\n".join(self.lines) + "\n"


@dataclass(slots=True)
class Ring:
    """The chunks that are sent, oldest first, and those that wait; ``limit`` 0: none at all."""

    chance: random.Random
    limit: int = CHUNKS
    sent: list[Chunk] = field(default_factory=list)
    queued: list[Chunk] = field(default_factory=list)

    def pick(self, file: str, lines: Sequence[str], *, evict: bool) -> None:
        """Queue a piece of ``lines``; ``evict`` drops similar ones for it instead of it."""
        if self.limit <= 0 or len(lines) < FEWEST_LINES:
            return
        chunk = Chunk(file, self._piece(lines))
        known = [*self.sent, *self.queued]
        if any(chunk.lines == other.lines for other in known):
            return
        for chunks in (self.queued, self.sent):
            similar = [
                other for other in chunks[1:] if similarity(other.lines, chunk.lines) > SIMILAR
            ]
            if similar and not evict:
                return
            chunks[:] = [other for other in chunks if other not in similar]
        if len(self.queued) == QUEUED:
            del self.queued[0]
        self.queued.append(chunk)

    def advance(self) -> bool:
        """Move the first chunk of the queue into the ring; False when none waits."""
        if not self.queued:
            return False
        if len(self.sent) == self.limit:
            del self.sent[0]
        self.sent.append(self.queued.pop(0))
        return True

    def extra(self) -> list[dict[str, str]]:
        """Return the ring as the field ``input_extra`` of a request."""
        return [{"text": chunk.text, "filename": chunk.file} for chunk in self.sent]

    def _piece(self, lines: Sequence[str]) -> tuple[str, ...]:
        half = CHUNK_LINES // 2
        if len(lines) + 1 < CHUNK_LINES:
            return tuple(lines)
        first = self.chance.randint(0, max(0, len(lines) - half))
        return tuple(lines[first : min(first + half, len(lines)) + 1])


def similarity(left: Sequence[str], right: Sequence[str]) -> float:
    """Return the share of lines of both that ``left`` has in common with ``right``, 0 to 1."""
    others = set(right)
    common = sum(line in others for line in left)
    return 2.0 * common / (len(left) + len(right))
