"""The slots on a pretended cache that keeps llama.cpp's rules, and on random edits."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen_lsp.errors import UsageError
from codegen_lsp.model.llama.native import MAX_OUTPUTS, Row, Status
from codegen_lsp.model.llama.parking import ParkingLot
from codegen_lsp.model.llama.slots import Slot, Slots
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
        self.saved = 0

    def decode(self, rows: Sequence[Row]) -> Status:
        assert rows
        assert sum(row.logits for row in rows) <= MAX_OUTPUTS
        if len(self.cells) + len(rows) > self.tokens:
            return Status.NO_ROOM
        done = len(rows)
        if self.interrupts:
            # llama.cpp takes back the micro-batch that was interrupted: here, all or nothing of
            # several sequences, and any part of one.
            done = min(done, self.interrupts.pop())
            done = done if len({row.sequence for row in rows}) == 1 or done == len(rows) else 0
        for row in rows[:done]:
            assert row.position == self.length(row.sequence), "positions must follow the last one"
            self.cells.append([row.token, row.position, {row.sequence}])
        self.decoded += done
        return Status.DONE if done == len(rows) else Status.INTERRUPTED

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

    def saved_bytes(self, sequence: int) -> int:
        return len(self._bytes_of(sequence))

    def save(self, sequence: int) -> bytes:
        self.saved += 1
        return self._bytes_of(sequence)

    def _bytes_of(self, sequence: int) -> bytes:
        cells = sorted((cell[1], cell[0]) for cell in self.cells if sequence in cell[2])
        return json.dumps(cells).encode()

    def restore(self, sequence: int, saved: bytes) -> bool:
        cells = json.loads(saved)
        assert not self.length(sequence), "only an empty sequence can be filled"
        if len(self.cells) + len(cells) > self.tokens:
            return False
        self.cells += [[token, position, {sequence}] for position, token in cells]
        return True

    def held(self, sequence: int) -> list[int]:
        cells = sorted((cell[1], cell[0]) for cell in self.cells if sequence in cell[2])
        assert [position for position, _ in cells] == list(range(len(cells)))
        return [token for _, token in cells]


def fim(prefix: Sequence[int], suffix: Sequence[int]) -> TokenPrompt:
    start = len(prefix) + 2
    return TokenPrompt([PRE, *prefix, SUF, *suffix, MID], range(start, start + len(suffix)))


def taken(slots: Slots, prompt: TokenPrompt) -> Slot:
    """Return a slot that holds ``prompt``, still in use."""
    slot = slots.take(prompt)
    for _ in slots.fill(slot, prompt):
        pass
    return slot


def fill(slots: Slots, context: PretendedContext, prompt: TokenPrompt) -> int:
    """Fill a slot and return how many tokens were read for it."""
    before = context.decoded
    slot = taken(slots, prompt)
    assert context.held(slot.main) == prompt.tokens
    assert slot.cached.tokens == prompt.tokens
    tail = slot.cached.tail
    if tail is not None:
        positions = range(tail.start, tail.start + len(tail.tokens))
        cells = sorted((cell[1], cell[0]) for cell in context.cells if slot.tail in cell[2])
        assert cells == list(zip(positions, tail.tokens, strict=True))
    slot.busy = False
    return context.decoded - before


class Typist:
    """Edits over one cache; each method is one kind of thing that happens."""

    def __init__(
        self, cells: int, interrupts: list[int], prefix: list[int], suffix: list[int]
    ) -> None:
        self.context = PretendedContext(cells, interrupts)
        self.slots = Slots(self.context, 2, branches=3)  # type: ignore[arg-type]  # has what is used
        self.prefix, self.suffix = prefix, suffix
        self.others = [self.prompt]

    @property
    def prompt(self) -> TokenPrompt:
        return fim(self.prefix, self.suffix)

    def look(self) -> None:
        fill(self.slots, self.context, self.prompt)

    def type(self, tokens: list[int], _number: int) -> None:
        self.prefix = [*self.prefix, *tokens[:5]]

    def delete(self, _tokens: list[int], number: int) -> None:
        self.prefix = self.prefix[: max(0, len(self.prefix) - number % 9)]

    def edit_suffix(self, tokens: list[int], number: int) -> None:
        at = min(number, len(self.suffix))
        self.suffix = [*self.suffix[:at], *tokens[:3], *self.suffix[at + 1 :]]

    def jump(self, _tokens: list[int], number: int) -> None:
        whole = [*self.prefix, *self.suffix]
        at = min(number, len(whole))
        self.prefix, self.suffix = whole[:at], whole[at:]

    def generate(self, tokens: list[int], number: int) -> None:
        slot = taken(self.slots, self.prompt)
        _generate(self.slots, slot, tokens[:4], wrong=number % 3)
        slot.busy = False

    def accept(self, tokens: list[int], number: int) -> None:
        """What was generated joins the prefix."""
        self.generate(tokens, number)
        self.prefix = [*self.prefix, *tokens[:4]]

    def see_another(self, tokens: list[int], number: int) -> None:
        self.others.append(fim(range(20, 20 + 2 * number), tokens))
        fill(self.slots, self.context, self.others[number % len(self.others)])

    def refresh(self, _tokens: list[int], number: int) -> None:
        """Idle work begins, and is ended after some steps."""
        refreshing = self.slots.refresh()
        for _ in range(number % 3):
            next(refreshing, None)
        refreshing.close()  # type: ignore[attr-defined]

    def write_samples(self, tokens: list[int], _number: int) -> None:
        _write_samples(self.slots, self.context, self.prompt, tokens[:5])

    def abandon(self, tokens: list[int], number: int) -> None:
        _abandon(self.slots, fim([*self.prefix, *tokens], self.suffix), number)


KINDS = [
    Typist.type,
    Typist.delete,
    Typist.edit_suffix,
    Typist.jump,
    Typist.generate,
    Typist.accept,
    Typist.see_another,
    Typist.refresh,
    Typist.write_samples,
    Typist.abandon,
]
TOKENS = st.lists(st.integers(0, 9), max_size=40)
EDITS = st.lists(st.tuples(st.sampled_from(KINDS), TOKENS, st.integers(0, 40)), max_size=12)


@settings(deadline=None)
@given(
    prefix=TOKENS,
    suffix=TOKENS,
    edits=EDITS,
    interrupts=st.lists(st.integers(0, 5), max_size=4),
    cells=st.sampled_from([4000, 300]),
)
def test_the_cache_holds_the_prompt_after_any_edits(
    prefix: list[int], suffix: list[int], edits: list[Any], interrupts: list[int], cells: int
) -> None:
    """Tokens and positions are those of the prompt, whatever was typed, moved or interrupted."""
    typist = Typist(cells, interrupts, prefix, suffix)
    typist.look()
    for edit, tokens, number in edits:
        edit(typist, tokens, number)
        typist.look()


def _generate(slots: Slots, slot: Slot, tokens: list[int], *, wrong: int) -> None:
    """Write tokens, two at a time, each time with some guesses that turn out to be wrong."""
    for start in range(0, len(tokens), 2):
        while not slots.extend(slot, [*tokens[start : start + 2], *[99] * wrong]):
            pass
        slots.give_back(slot, wrong)


def _write_samples(
    slots: Slots, context: PretendedContext, prompt: TokenPrompt, tokens: list[int]
) -> None:
    """Write three texts side by side, the last of which ends early."""
    slot = taken(slots, prompt)
    branches = slots.open_branches(slot, 3)
    for at, token in enumerate(tokens):
        if at == 2:
            slots.close_branch(branches.pop())
        rows = [Row(token + branch, len(prompt.tokens) + at, branch, True) for branch in branches]
        while not slots.write_branches(rows):
            pass
    for branch in branches:
        written = [token + branch for token in tokens]
        assert context.held(branch) == [*prompt.tokens, *written]
        slots.close_branch(branch)
    slot.busy = False


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


def test_a_keystroke_costs_as_much_with_other_files_before_the_hole() -> None:
    """What other files say stays in front, so that the suffix is moved as without it."""
    context = PretendedContext(4000)
    slots = Slots(context, 2)  # type: ignore[arg-type]  # has what is used
    files, prefix, suffix = list(range(2000, 2250)), list(range(100)), list(range(200, 240))

    def told(typed: list[int]) -> TokenPrompt:
        prompt = fim([*prefix, *typed], suffix)
        assert prompt.suffix is not None
        moved = range(prompt.suffix.start + len(files), prompt.suffix.stop + len(files))
        return TokenPrompt([*files, *prompt.tokens], moved)

    fill(slots, context, told([]))
    assert [fill(slots, context, told([7] * number)) for number in range(1, 6)] == [3] * 5


def test_what_is_told_behind_the_rest_keeps_the_rest() -> None:
    context = PretendedContext(4000)
    slots = Slots(context, 2)  # type: ignore[arg-type]  # has what is used
    first, more = list(range(2000, 2200)), list(range(3000, 3040))
    hole = fim(range(100), range(200, 240))
    fill(slots, context, TokenPrompt([*first, *hole.tokens]))
    read = fill(slots, context, TokenPrompt([*first, *more, *hole.tokens]))
    assert read == len(more) + len(hole.tokens)


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


def test_a_document_that_gave_its_slot_away_comes_back_though_there_was_room() -> None:
    context = PretendedContext(4000)
    slots = Slots(context, 2)  # type: ignore[arg-type]
    prompts = [
        fim(list(range(at, at + 150)), list(range(at + 200, at + 250))) for at in (0, 300, 600)
    ]
    for prompt in prompts:
        fill(slots, context, prompt)
    assert [fill(slots, context, prompt) for prompt in prompts] == [1, 1, 1]


def test_what_the_parking_lot_would_not_keep_is_not_saved() -> None:
    context = PretendedContext(500)
    slots = Slots(context, 1)  # type: ignore[arg-type]
    slots.parking = ParkingLot(100)
    fill(slots, context, fim(list(range(200)), list(range(300, 350))))
    fill(slots, context, fim(list(range(400, 600)), list(range(700, 750))))
    assert context.saved == 0
    assert slots.park_all() == []


@pytest.mark.parametrize(("limit_bytes", "expected"), [(100_000, 1), (0, 202)])
def test_a_full_context_parks_the_least_recent_document(limit_bytes: int, expected: int) -> None:
    """It is read again only where nothing may be parked: all but the marker all prompts share."""
    context = PretendedContext(500)
    slots = Slots(context, 3)  # type: ignore[arg-type]
    slots.parking = ParkingLot(limit_bytes)
    prompts = [
        fim(list(range(at, at + 150)), list(range(at + 200, at + 250))) for at in (0, 300, 600)
    ]
    for prompt in prompts:
        fill(slots, context, prompt)
    assert fill(slots, context, prompts[2]) == 1
    assert fill(slots, context, prompts[1]) == 1
    assert fill(slots, context, prompts[0]) == expected


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
