"""Which of several plausible candidates to believe, by what they do on further inputs.

All of them pass the tests, so the tests cannot tell. Candidates that behave alike support each
other; of two groups as large, the one that changes less of what the function did before is the
safer bet; the model's own votes, counted on normalised syntax, break what ties remain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Outcomes = tuple[str, ...]
"""What came of each input, in order; empty when the candidate could not be called."""

MAX_DIFFERENCES = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """How one candidate does among the others.

    ``agreeing`` counts the candidates that behave alike on all inputs, itself included; ``changed``
    the inputs on which it differs from the function as it was.
    """

    agreeing: int
    changed: int
    votes: int


@dataclass(frozen=True, slots=True)
class Difference:
    """An input on which candidates differ, and what came of it for each, as texts."""

    arguments: str
    outcomes: tuple[str, ...]


def standings(before: Outcomes, after: Sequence[Outcomes], votes: Sequence[int]) -> list[Standing]:
    """Compare candidates by their outcomes ``after`` the change, and by those ``before`` it."""
    alike: Mapping[Outcomes, int] = {each: after.count(each) for each in after}
    return [
        Standing(
            agreeing=alike[outcomes] if outcomes else 1,
            changed=sum(one != other for one, other in zip(before, outcomes, strict=False)),
            votes=count,
        )
        for outcomes, count in zip(after, votes, strict=True)
    ]


def best(found: Sequence[Standing]) -> int:
    """Return the index of the candidate to believe; of equals, the first."""

    def rank(at: int) -> tuple[int, int, int]:
        return (-found[at].agreeing, found[at].changed, -found[at].votes)

    return min(range(len(found)), key=rank)


def differences(inputs: Sequence[str], after: Sequence[Outcomes]) -> list[Difference]:
    """Return the first few inputs on which those candidates that could be called differ."""
    callable_ones = [outcomes for outcomes in after if len(outcomes) == len(inputs)]
    found = []
    for at, arguments in enumerate(inputs):
        outcomes = tuple(each[at] for each in callable_ones)
        if len(set(outcomes)) > 1:
            found.append(Difference(arguments, outcomes))
    return found[:MAX_DIFFERENCES]
