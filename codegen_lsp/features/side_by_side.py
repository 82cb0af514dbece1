"""Several drafts for one place, written side by side: each is there as soon as it has ended."""

from collections.abc import Generator, Sequence
from contextlib import closing

from codegen_lsp.features.checking import Verdict, stopped
from codegen_lsp.features.confidence import Token
from codegen_lsp.filters.place import Place
from codegen_lsp.filters.trim_unfinished_line import trim_unfinished_line
from codegen_lsp.model.backend import Finished, FinishReason, Piece
from codegen_lsp.model.drafts import PastIndent

_GIVEN_UP = frozenset({FinishReason.SUPERSEDED, FinishReason.CANCELLED})


class SampleDraft:
    """A draft that is being written: ``tokens`` so far, ended by a stop filter or by the model.

    ``stopped_by`` or ``reason`` says which; both are None while it goes on.
    """

    def __init__(self, place: Place, indent: str) -> None:
        """``indent`` is white space before the cursor that the model says again."""
        self._place = place
        self._past_indent = PastIndent(indent)
        self.reason: FinishReason | None = None
        self.tokens: list[Token] = []
        self.stopped_by: Verdict | None = None
        self._text = ""

    @property
    def text(self) -> str:
        """The draft without a last line that was cut off by the length limit."""
        is_cut = self.stopped_by is None and self.reason is FinishReason.LENGTH
        return trim_unfinished_line(self._text) if is_cut else self._text

    @property
    def has_ended(self) -> bool:
        """Whether no more belongs to it."""
        return self.stopped_by is not None or self.reason is not None

    def add(self, piece: Piece) -> bool:
        """Add what comes next, and say whether the draft has ended with it."""
        text = self._past_indent(piece.text)
        self.tokens.append(Token(text, piece.logprob))
        self._text += text
        self.reason = piece.reason
        if text:
            self._text, self.stopped_by = stopped(self._text, self._place)
        return self.has_ended


def as_they_end(
    steps: Generator[Piece | Finished, None, None], drafts: Sequence[SampleDraft]
) -> Generator[SampleDraft, None, None]:
    """Yield each of ``drafts`` when it has ended; ``steps`` write them, draft N as sample N.

    Those that were given up are not yielded. Closing this, or the last end, closes ``steps``.
    """
    unfinished = dict(enumerate(drafts))
    with closing(steps):
        for step in steps:
            for sample in _ended_with(step, unfinished):
                yield unfinished.pop(sample)
            if not unfinished:
                return


def _ended_with(step: Piece | Finished, unfinished: dict[int, SampleDraft]) -> list[int]:
    """Take in ``step`` and return which drafts have ended with it."""
    if isinstance(step, Piece):
        draft = unfinished.get(step.sample)
        return [step.sample] if draft is not None and draft.add(step) else []
    reasons = (step.reason, *step.sibling_reasons)
    ended = [
        sample
        for sample in unfinished
        if sample < len(reasons) and reasons[sample] not in _GIVEN_UP
    ]
    for sample in ended:
        unfinished[sample].reason = reasons[sample]
    return ended
