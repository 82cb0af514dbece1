"""How far the failing tests get: a fix of one of several functions leads further, but not home."""

from collections.abc import Sequence
from dataclasses import replace

from agent.results import CaseResult, Verdict
from agent.state import Candidate, FixState, Partial

Reach = tuple[int, int]
"""How many of the tests pass before the first that fails, and the line in that where it fails.

The line counts from one and is 0 where it is not known: in its own body, the last frame.
"""

NOWHERE: Reach = (0, 0)

MOST_PARTIAL = 4
"""Candidates that led further and are remembered: the first may break something else."""


def reach_of(cases: Sequence[CaseResult], targets: Sequence[CaseResult]) -> Reach:
    """Return how far a run with the results ``cases`` got through ``targets``, in their order."""
    results = {case.case: case for case in cases}
    passed = 0
    for target in targets:
        found = results.get(target.case)
        if found is None:
            return (passed, 0)
        if found.verdict is not Verdict.PASSED:
            return (passed, _line(found))
        passed += 1
    return (passed, 0)


def with_partial(state: FixState, candidate: Candidate, reach: Reach) -> FixState:
    """Return ``state`` with ``candidate`` remembered if it led further than the code as it was.

    The :data:`MOST_PARTIAL` that led furthest are; of equals, those that came first.
    """
    if reach <= reach_of(state.targets, state.targets):
        return state
    known = (*state.partial, Partial(candidate, reach))
    ranked = sorted(known, key=lambda each: each.reach, reverse=True)
    return replace(state, partial=tuple(ranked[:MOST_PARTIAL]))


def _line(case: CaseResult) -> int:
    own = [
        frame.line
        for frame in case.failure.frames
        if frame.path == case.path and frame.function == case.function
    ]
    return own[-1] if own else 0
