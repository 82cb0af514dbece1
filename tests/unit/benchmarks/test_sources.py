"""What a source contributes is counted for it alone, and by what is lost without it."""

from codegen_lsp.context.gather import SOURCES
from tests.benchmarks.sources import Told, row

NAMES = [source.__name__ for source in SOURCES]
FIRST, SECOND = NAMES[:2]


def told(needed: str, by_source: dict[str, str], without: dict[str, str], **tokens: int) -> Told:
    return Told(
        frozenset(needed),
        {name: frozenset(by_source.get(name, "")) for name in NAMES},
        {name: frozenset(without.get(name, "")) for name in NAMES},
        {name: tokens.get(name, 0) for name in NAMES},
    )


FOUND = [
    told("a", {FIRST: "a"}, {SECOND: "a"}, **{FIRST: 30}),
    told("ab", {FIRST: "ab", SECOND: "ab"}, {FIRST: "ab", SECOND: "ab"}, **{FIRST: 50, SECOND: 9}),
    told("ab", {FIRST: "a", SECOND: "b"}, {}, **{FIRST: 10, SECOND: 9}),
]


def test_a_row_counts_the_items_that_a_source_tells_all_of() -> None:
    assert row(FIRST, FOUND) == [FIRST, 3, 30.0, 2, 1, 1]
    assert row(SECOND, FOUND) == [SECOND, 2, 9.0, 1, 0, 2]


def test_what_is_told_in_parts_is_told() -> None:
    assert [each.told >= each.needed for each in FOUND] == [True, True, True]
