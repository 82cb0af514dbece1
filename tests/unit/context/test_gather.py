"""Ranking, the budget, and the order that stays."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.context.chunk import ContextChunk
from codegen_lsp.context.gather import candidates, fitted, gather, merged

At = Callable[..., Any]

A, B, C, D = (
    ContextChunk(f"{name}.py", f"def {name}(first, second): ...", "imported_definitions", 1.0)
    for name in "abcd"
)
ROOM = sum(chunk.tokens for chunk in (A, B, C))


def test_what_was_told_stays_where_it_is_and_new_pieces_come_behind() -> None:
    assert merged([B, A], [A, C], ROOM) == (B, A, C)


def test_nothing_changes_while_everything_wanted_is_told() -> None:
    assert merged([B, A, C], [C], ROOM) == (B, A, C)


def test_only_without_room_pieces_are_taken_out_the_last_first() -> None:
    assert merged([A, B, C], [D], ROOM) == (A, B, D)


def test_what_is_wanted_is_never_taken_out() -> None:
    assert merged([A, B, C], [C, D], ROOM) == (A, C, D)


@given(
    told=st.lists(st.sampled_from([A, B, C]), unique=True),
    wanted=st.lists(st.sampled_from([A, B, C, D]), unique=True, max_size=3),
)
def test_the_budget_is_kept_and_so_is_the_order(
    told: list[ContextChunk], wanted: list[ContextChunk]
) -> None:
    after = merged(told, wanted, ROOM)
    assert sum(chunk.tokens for chunk in after) <= ROOM
    assert set(wanted) <= set(after)
    kept = [told.index(chunk) for chunk in after if chunk in told]
    assert all(one < other for one, other in pairwise(kept))


def test_the_best_are_fitted_and_long_ones_cut_at_a_line_end() -> None:
    long = ContextChunk("l.py", "\n".join(f"line{n}" for n in range(200)), "siblings", 9.0)
    first, second = fitted([long, A], 60)
    assert first == A
    assert second.text.startswith("line0\nline1\n")
    assert first.tokens + second.tokens <= 60


def test_what_the_window_shows_is_not_repeated(at: At) -> None:
    place, project = at({"a.py": "def add(first, second): ...\nadd(¦\n"})

    def source(*_: object) -> list[ContextChunk]:
        return [ContextChunk("b.py", "def add(first, second): ...", "siblings", 2.0), A]

    assert candidates(place, project, sources=[source]) == [A]


def test_a_text_that_two_sources_find_is_told_once(at: At) -> None:
    files = {"b.py": "class B:\n    x: int\n", "a.py": "from b import B\ndef f(b: B):\n    ¦\n"}
    [chunk] = gather(*at(files), 256)
    assert (chunk.path, chunk.text) == ("b.py", "class B:\n    x: int")


def test_without_a_budget_nothing_is_gathered(at: At) -> None:
    assert gather(*at({"b.py": "def b(x): pass\n", "a.py": "from b import b\nb(¦\n"}), 0) == ()


def test_all_sources_work_on_a_place_without_a_project_around_it(at: At) -> None:
    assert gather(*at({"notes.txt": "some words ¦\n"}), 256) == ()
