"""Second step: which functions may hold the bug, and which failing tests belong to it.

One run mends one bug: the failing tests that point to the same function as the first one does.
"""

from dataclasses import replace
from pathlib import PurePosixPath

from agent.report import Outcome
from agent.sources import Sources
from agent.state import FixState, Step, Suspect
from agent.suspects import merged, suspects_of
from agent.tools import Tools

MAX_FUNCTION_CHARACTERS = 6000
"""A longer function cannot be rewritten as a whole within the model's reach."""

_MAX_TESTS = 50


def localise(state: FixState, tools: Tools) -> FixState:
    """Rank the functions to rewrite, and narrow the targets to the tests that share the first."""
    runner = tools.runner
    sources = Sources(runner.scratch.tree, runner.project.folder)
    rankings = {
        case.case: [each for each in suspects_of(case, sources) if _is_short(each, sources)]
        for case in state.targets[:_MAX_TESTS]
    }
    first = next((ranking[0] for ranking in rankings.values() if ranking), None)
    if first is None:
        return replace(
            state,
            next=Step.DELIVER,
            outcome=Outcome.NO_FIX,
            reason="no function of the project could be connected to what fails",
            advice="only functions in Python files outside the tests are considered",
        )
    targets = tuple(case for case in state.targets if _points_to(rankings.get(case.case), first))
    suspects = tuple(merged([rankings[case.case] for case in targets]))
    for suspect in suspects:
        tools.tell(Step.LOCALISE, f"{suspect.path}: {suspect.name} ({suspect.reason})")
    return replace(state, next=Step.PROPOSE, targets=targets, suspects=suspects)


def _points_to(ranking: list[Suspect] | None, first: Suspect) -> bool:
    if not ranking:
        return False
    return (ranking[0].path, ranking[0].name) == (first.path, first.name)


def _is_short(suspect: Suspect, sources: Sources) -> bool:
    source = sources.read(PurePosixPath(suspect.path))
    definition = source.named(suspect.name) if source else None
    return definition is not None and definition.end - definition.start <= MAX_FUNCTION_CHARACTERS
