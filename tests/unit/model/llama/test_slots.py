"""The slots on a pretended cache that keeps llama.cpp's rules, and on random edits."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen_lsp.errors import UsageError
from codegen_lsp.model.llama.native import Status
from codegen_lsp.model.llama.slots import Slots
from codegen_lsp.model.prompt_cache import TokenPrompt

PRE, SUF, MID = 1000, 1001, 1002


class PretendedContext:
    """Cells that know their token, position and sequences; refuses what llama.cpp refuses."""

    can_shift = True

    def __init__(self, tokens: int, interrupts: Sequence[int] = ()) -> None:
        self.tokens = tokens
        self.cells: list[list[Any]] = []  # [token, position, {sequences}]
        self.interrupts = list(interrupts)
        self.decoded = 0

    def decode(
        self, tokens: Sequence[int], *, position: int, sequence: int, logits: bool
    ) -> Status:
        assert logits
        assert tokens
        assert position == self.length(sequence), "positions must follow the last one"
        if len(self.cells) + len(tokens) > self.tokens:
            return Status.NO_ROOM
        done = len(tokens)
        if self.interrupts:
            done = min(done, self.interrupts.pop())
        for offset, token in enumerate(tokens[:done]):
            self.cells.append([token, position + offset, {sequence}])
        self.decoded += done
        return Status.DONE if done == len(tokens) else Status.INTERRUPTED

    def length(self, sequence: int) -> int:
        return max((cell[1] for cell in self.cells if sequence in cell[2]), default=-1) + 1

    def remove(self, sequence: int, start: int, end: int = -1) -> bool:
        for cell in self.cells:
            if sequence in cell[2] and start <= cell[1] and (end < 0 or cell[1] < end):
                cell[2].discard(sequence)
        self.cells = [cell for cell in self.cells if cell[2]]
        return True

    def copy(self, source: int, target: int, start: int, end: int) -> None:
        for cell in self.cells:
            if source in cell[2] and start <= cell[1] < end:
                cell[2].add(target)

    def shift(self, sequence: int, start: int, end: int, delta: int) -> None:
        for cell in self.cells:
            if sequence in cell[2] and start <= cell[1] < end:
                assert cell[2] == {sequence}, "a shared cell must not be moved"
                cell[1] += delta

    def held(self, sequence: int) -> list[int]:
        cells = sorted((cell[1], cell[0]) for cell in self.cells if sequence in cell[2])
        assert [position for position, _ in cells] == list(range(len(cells)))
        return [token for _, token in cells]


def fim(prefix: Sequence[int], suffix: Sequence[int]) -> TokenPrompt:
    start = len(prefix) + 2
    return TokenPrompt([PRE, *prefix, SUF, *suffix, MID], range(start, start + len(suffix)))


def fill(slots: Slots, context: PretendedContext, prompt: TokenPrompt) -> int:
    """Fill a slot and return how many tokens were read for it."""
    before = context.decoded
    slot = slots.take(prompt)
    for _ in slots.fill(slot, prompt):
        pass
    assert context.held(slot.main) == prompt.tokens
    assert slot.cached.tokens == prompt.tokens
    slot.busy = False
    return context.decoded - before


TOKENS = st.lists(st.integers(0, 9), max_size=40)
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["type", "delete", "suffix", "jump", "generate", "abandon"]),
        TOKENS,
        st.integers(0, 40),
    ),
    max_size=12,
)


@settings(deadline=None)
@given(
    prefix=TOKENS, suffix=TOKENS, edits=EDITS, interrupts=st.lists(st.integers(0, 5), max_size=4)
)
def test_the_cache_holds_the_prompt_after_any_edits(
    prefix: list[int], suffix: list[int], edits: list[Any], interrupts: list[int]
) -> None:
    """Tokens and positions are those of the prompt, whatever was typed, moved or interrupted."""
    context = PretendedContext(4000, interrupts)
    slots = Slots(context, 2)  # type: ignore[arg-type]  # has what slots use of a context
    fill(slots, context, fim(prefix, suffix))
    for kind, tokens, number in edits:
        if kind == "type":
            prefix = [*prefix, *tokens[:5]]
        elif kind == "delete":
            prefix = prefix[: max(0, len(prefix) - number % 9)]
        elif kind == "suffix":
            at = min(number, len(suffix))
            suffix = [*suffix[:at], *tokens[:3], *suffix[at + 1 :]]
        elif kind == "jump":
            whole = [*prefix, *suffix]
            at = min(number, len(whole))
            prefix, suffix = whole[:at], whole[at:]
        elif kind == "generate":
            prompt = fim(prefix, suffix)
            slot = slots.take(prompt)
            for _ in slots.fill(slot, prompt):
                pass
            for token in tokens[:4]:
                while not slots.append(slot, token):
                    pass
            slot.busy = False
        else:
            _abandon(slots, fim([*prefix, *tokens], suffix), number)
        fill(slots, context, fim(prefix, suffix))


def _abandon(slots: Slots, prompt: TokenPrompt, steps: int) -> None:
    """Cancel a request after some steps, its last one interrupted."""
    slot = slots.take(prompt)
    slots.context.interrupts = [steps % 7, 1]  # type: ignore[attr-defined]
    filling = slots.fill(slot, prompt)
    next(filling, None)
    filling.close()  # type: ignore[attr-defined]
    slots.context.interrupts = []  # type: ignore[attr-defined]
    slot.busy = False


def test_a_keystroke_costs_three_tokens() -> None:
    context = PretendedContext(4000)
    slots = Slots(context, 1)  # type: ignore[arg-type]
    prefix, suffix = list(range(200)), list(range(300, 400))
    assert fill(slots, context, fim(prefix, suffix)) == 303
    assert fill(slots, context, fim([*prefix, 7], suffix)) == 3
    assert fill(slots, context, fim([*prefix, 7, 8], suffix)) == 3
    assert fill(slots, context, fim(prefix, suffix)) == 2


def test_an_abandoned_request_does_not_cost_the_suffix() -> None:
    context = PretendedContext(4000)
    slots = Slots(context, 1)  # type: ignore[arg-type]
    prefix, suffix = list(range(200)), list(range(300, 400))
    fill(slots, context, fim(prefix, suffix))
    _abandon(slots, fim([*prefix, 1, 2, 3, 4, 5], suffix), 2)
    assert fill(slots, context, fim([*prefix, 1, 2, 3, 4, 5, 6], suffix)) <= 8


def test_documents_do_not_push_each_other_out() -> None:
    context = PretendedContext(4000)
    slots = Slots(context, 2)  # type: ignore[arg-type]
    one = fim(list(range(200)), list(range(300, 400)))
    other = fim(list(range(500, 700)), list(range(800, 900)))
    fill(slots, context, one)
    fill(slots, context, other)
    assert fill(slots, context, one) == 1
    assert fill(slots, context, other) == 1


def test_a_full_context_gives_up_the_least_recent_document() -> None:
    context = PretendedContext(500)
    slots = Slots(context, 3)  # type: ignore[arg-type]
    prompts = [
        fim(list(range(at, at + 150)), list(range(at + 200, at + 250))) for at in (0, 300, 600)
    ]
    for prompt in prompts:
        fill(slots, context, prompt)
    assert fill(slots, context, prompts[2]) == 1
    assert fill(slots, context, prompts[1]) == 1
    assert fill(slots, context, prompts[0]) == 202  # all but the marker every prompt begins with


def test_instructions_read_once_are_lent_to_another_slot() -> None:
    context = PretendedContext(4000)
    slots = Slots(context, 2)  # type: ignore[arg-type]
    shared = list(range(100))
    fill(slots, context, TokenPrompt([*shared, *range(200, 500)]))
    assert fill(slots, context, TokenPrompt([*shared, *range(600, 900)])) == 300


def test_a_prompt_larger_than_the_context_is_refused() -> None:
    slots = Slots(PretendedContext(100), 1)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="the prompt has 100 tokens, the context 100"):
        slots.take(TokenPrompt(list(range(100))))
