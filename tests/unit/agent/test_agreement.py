"""Which candidate is believed when several pass the tests."""

from agent.agreement import Difference, best, differences, standings


def chosen(
    before: tuple[str, ...], after: list[tuple[str, ...]], votes: list[int] | None = None
) -> int:
    return best(standings(before, after, votes or [1] * len(after)))


def test_those_that_behave_alike_support_each_other() -> None:
    assert chosen(("1", "2"), [("1", "3"), ("5", "6"), ("5", "6")]) == 1


def test_of_groups_as_large_the_one_that_changes_less() -> None:
    assert chosen(("1", "2", "3"), [("7", "8", "9"), ("1", "2", "9")]) == 1


def test_votes_break_ties() -> None:
    assert chosen(("1",), [("2",), ("3",)], [1, 4]) == 1


def test_of_equals_the_first() -> None:
    assert chosen(("1",), [("2",), ("3",)]) == 0


def test_what_cannot_be_called_supports_nobody() -> None:
    """Votes are all that is left when no input could be made."""
    assert chosen((), [(), (), ()], [1, 1, 2]) == 2
    assert chosen(("1",), [(), (), ("2",), ("2",)]) == 2


def test_differences_are_shown_for_those_that_could_be_called() -> None:
    found = differences(["[1]", "[2]"], [("1", "2"), (), ("1", "3")])
    assert found == [Difference("[2]", ("2", "3"))]
