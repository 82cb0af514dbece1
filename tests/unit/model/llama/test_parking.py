from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.model.llama.parking import Parked, ParkingLot
from codegen_lsp.model.prompt_cache import Cached, Tail, TokenPrompt, plan


def parked(tokens: list[int], size: int = 10, tail: Tail | None = None) -> Parked:
    return Parked(Cached(tokens, tail), b"x" * size)


@given(sizes=st.lists(st.integers(0, 60), max_size=20), limit=st.integers(0, 100))
def test_no_more_is_kept_than_may_be_and_the_oldest_goes_first(
    sizes: list[int], limit: int
) -> None:
    lot = ParkingLot(limit)
    brought = [parked([number], size) for number, size in enumerate(sizes)]
    lot.fill(brought)
    held = list(lot)
    assert sum(len(each.cells) for each in held) <= limit
    fitting = [each for each in brought if len(each.cells) <= limit]
    assert held == fitting[len(fitting) - len(held) :]
    if len(held) < len(fitting):
        first_given_up = fitting[-len(held) - 1]
        assert sum(len(each.cells) for each in held) + len(first_given_up.cells) > limit


def test_what_is_larger_than_the_whole_lot_pushes_nothing_out() -> None:
    lot = ParkingLot(20)
    small = parked([1], 5)
    lot.fill([small, parked([2], 21)])
    assert list(lot) == [small]


def test_the_prompt_that_leaves_least_to_read_is_found() -> None:
    lot = ParkingLot()
    near, far = parked([1, 2, 3, 4, 5]), parked([1, 2])
    lot.fill([far, near])
    prompt = TokenPrompt([1, 2, 3, 4, 9, 9])
    assert plan(near.cached, prompt).reads == 2
    assert lot.best(prompt, under=3) is near
    assert lot.best(prompt, under=2) is None, "it must save something"
    assert ParkingLot().best(prompt, under=99) is None


def test_a_suffix_that_only_moved_counts_as_held() -> None:
    suffix = list(range(100, 160))
    old = TokenPrompt([1, 2, 3, *suffix, 0], range(3, 63))
    cached = Cached(old.tokens, Tail(3, suffix))
    lot = ParkingLot()
    lot.put(Parked(cached, b"x"))
    moved = TokenPrompt([1, 7, 2, 3, *suffix, 0], range(4, 64))
    found = lot.best(moved, under=len(suffix))
    assert found is not None
    assert found.cached is cached


def test_what_is_given_out_is_held_no_more_and_equal_ones_stay() -> None:
    lot = ParkingLot()
    one, equal = parked([1]), parked([1])
    lot.fill([one, equal])
    lot.take(one)
    assert [each is equal for each in lot] == [True]
