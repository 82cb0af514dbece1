"""Collects what the model writes for one place until it has ended, or enough is there."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from codegen_lsp.features.checking import Verdict, stopped
from codegen_lsp.features.confidence import Token
from codegen_lsp.filters.place import Place
from codegen_lsp.filters.trim_unfinished_line import trim_unfinished_line
from codegen_lsp.model.backend import Finished, FinishReason, Piece

_WAITED_SECONDS = 0.001
"""What comes sooner was written before; what comes later, the model has just written."""


@dataclass(slots=True)
class Drafting:
    """Collects pieces until the model or a stop filter ends the draft.

    A draft that is not whole when ``target_ms`` are over (None: never) is cut back to the whole
    lines that may stand by themselves, as soon as there are any: the head of a loop may not, before
    there is something in it. ``tokens`` have the probabilities of ``draft``, and perhaps of more.
    """

    place: Place
    target_ms: float | None = None
    draft: str = ""
    tokens: list[Token] = field(default_factory=list)
    stopped_by: Verdict | None = None
    is_late: bool = False
    finished: Finished | None = None
    started: float = field(default_factory=time.monotonic)
    first_ms: float = 0.0

    def run(self, steps: Iterator[Piece | Finished]) -> None:
        """Take ``steps`` until one of the two ends it.

        Where the model keeps us waiting, what it has written is looked at meanwhile.
        """
        asked = time.monotonic()
        for step in steps:
            is_behind = time.monotonic() - asked < _WAITED_SECONDS
            if isinstance(step, Finished):
                self.finished = step
                return
            if not self.tokens:
                self.first_ms = (time.monotonic() - self.started) * 1000
            text = step.text
            self.draft += text
            self.tokens.append(Token(text, step.logprob))
            if text and (self._stop() or self._is_due()):
                return
            if "\n" in text and not is_behind:
                self.place.foresee(self.draft)
            asked = time.monotonic()

    @property
    def reason(self) -> FinishReason | None:
        """Why the model ended; None when a stop filter ended it first."""
        return self.finished.reason if self.finished is not None else None

    @property
    def over(self) -> str | None:
        """Say why this draft is not wanted any more, or None."""
        ended = self.reason in {FinishReason.SUPERSEDED, FinishReason.CANCELLED}
        return "a newer request took its place" if ended else None

    @property
    def text(self) -> str:
        """The draft without a last line that was cut off by the length limit."""
        is_cut = self.stopped_by is None and self.reason is FinishReason.LENGTH
        return trim_unfinished_line(self.draft) if is_cut else self.draft

    def _is_due(self) -> bool:
        """Cut the draft back to its whole lines when the target is over and they may stand."""
        late = (time.monotonic() - self.started) * 1000
        if self.target_ms is None or late < self.target_ms:
            return False
        lines, check = self.draft.rpartition("\n")[0], self.place.insertion
        while lines.strip() and check is not None and check.adds_problem(lines):
            lines = lines.rpartition("\n")[0]
        if not lines.strip():
            return False
        self.draft, self.is_late = lines, True
        return True

    def _stop(self) -> bool:
        self.draft, self.stopped_by = stopped(self.draft, self.place)
        return self.stopped_by is not None
