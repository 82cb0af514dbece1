"""A pretended context, whose model knows which text it would write and nothing else."""

from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np

from codegen_lsp.model.backend import GenerationRequest, Piece, Step
from codegen_lsp.model.llama.native import Row, Status
from codegen_lsp.model.llama.slots import Slots
from codegen_lsp.model.llama.writing import Desk, Written
from codegen_lsp.model.lookup import Luck
from codegen_lsp.model.prompt_cache import TokenPrompt
from codegen_lsp.model.speed import StepTimes
from codegen_lsp.prompt.prompt import FimPrompt

WORDS = 100
"""Tokens of the pretended vocabulary; 0 ends a text, 99 is what a model lost in it would write."""

END, LOST = 0, 99
NEW_LINE = 96
SPECIAL = {NEW_LINE: b"\n", 97: b"\xc3", 98: b"\xa9"}
CELLS = 500

NextToken = Callable[[Sequence[int]], Sequence[int]]
"""The likeliest next tokens after all those before, the likeliest first."""


class PretendedContext:
    """Sequences of tokens; the logits after a row follow from the whole sequence up to it."""

    can_shift = True

    def __init__(self, after: NextToken, tokens: int = CELLS) -> None:
        self.tokens = tokens
        self.sequences: dict[int, list[int]] = {}
        self.decodes: list[int] = []
        self._after = after
        self.interrupts: list[bool] = []
        self._rows: list[list[int]] = []

    def decode(self, rows: Sequence[Row]) -> Status:
        if self.interrupts and self.interrupts.pop():
            return Status.INTERRUPTED
        self.decodes.append(len(rows))
        self._rows = []
        for row in rows:
            held = self.sequences.setdefault(row.sequence, [])
            assert row.position == len(held), "positions must follow the last one"
            held.append(row.token)
            assert len(held) <= self.tokens, "a sequence cannot be longer than the context"
            self._rows.append(list(held))
        return Status.DONE

    def logits(self, row: int = -1) -> Any:
        values = np.zeros(WORDS, dtype=np.float32)
        for rank, token in enumerate(self._after(self._rows[row])):
            values[token] = 20 - rank
        return values

    def length(self, sequence: int) -> int:
        return len(self.sequences.get(sequence, []))

    def remove(self, sequence: int, start: int, end: int = -1) -> bool:
        assert end < 0 or end >= self.length(sequence)
        del self.sequences.setdefault(sequence, [])[start:]
        return True

    def copy(self, source: int, target: int, start: int, end: int) -> None:
        assert start == 0
        self.sequences[target] = self.sequences[source][:end]


class PretendedVocabulary:
    """Token 7 is the text "7 ", and so on; one is a line end, two are halves of a character."""

    def piece(self, token: int) -> bytes:
        return SPECIAL.get(token, b"%d " % token)

    def tokenize(self, text: str) -> list[int]:
        return [int(word) for word in text.split()]

    def ends(self, token: int) -> bool:
        return token == END


class Guessing(Luck):
    """Luck that does not learn: it always guesses so far."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self._length = length

    def best_length(self, run: int, milliseconds: Callable[[int], float]) -> int:
        del run, milliseconds
        return self._length


class Heard(StepTimes):
    """Times that remember of which widths they heard."""

    def __init__(self) -> None:
        super().__init__()
        self.widths: list[int] = []

    def add(self, width: int, milliseconds: float) -> None:
        assert milliseconds >= 0
        self.widths.append(width)


class Writer:
    """A desk with a slot that holds ``prompt``."""

    def __init__(
        self,
        prompt: Sequence[int],
        after: NextToken,
        *,
        guessing: int = 0,
        interrupts: Sequence[bool] = (),
        branches: int = 4,
        tokens: int = CELLS,
    ) -> None:
        self.context = PretendedContext(after, tokens)
        self.slots = Slots(self.context, 1, branches=branches)  # type: ignore[arg-type]  # as used
        self.times = Heard()
        self.desk = Desk(
            model=None,  # type: ignore[arg-type]  # only grammars need it
            vocabulary=PretendedVocabulary(),  # type: ignore[arg-type]  # has what writing uses
            slots=self.slots,
            times=self.times,
            luck=Guessing(guessing),
        )
        self.slot = self.slots.take(TokenPrompt(list(prompt)))
        for _ in self.slots.fill(self.slot, TokenPrompt(list(prompt))):
            pass
        self.context.decodes.clear()
        self.context.interrupts = list(interrupts)
        self.written = Written()

    def steps(self, write: Any, **options: Any) -> Generator[Step, None, None]:
        request = self.request(**options)
        steps: Generator[Step, None, None] = write(self.desk, self.slot, request, self.written)
        return steps

    def request(self, **options: Any) -> GenerationRequest:
        return GenerationRequest(FimPrompt("", ""), **{"max_tokens": 200, **options})

    def texts(self, write: Any, **options: Any) -> list[str]:
        texts = [""] * self.request(**options).samples
        for step in self.steps(write, **options):
            if isinstance(step, Piece):
                texts[step.sample] += step.text
        return texts


def text_of(tokens: Sequence[int]) -> str:
    return "".join(f"{token} " for token in tokens)
