"""Second step: which functions may hold the bug, and which failing tests belong to it.

One run mends one bug: the failing tests that point to the same function as the first one does.
Where pytest runs the tests they are run once more, traced, for the lines that failing tests run.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from agent.checks import Probe
from agent.coverage import PLUGIN, Coverage, read_coverage, suspicion
from agent.report import Outcome
from agent.results import CaseResult, SuiteRun
from agent.scripts import script_suspects
from agent.sources import Source, Sources
from agent.state import FixState, Step, Suspect, with_run
from agent.suspects import focused, merged, suspects_of
from agent.tools import Tools
from codegen_lsp.syntax.definitions import Definition

MAX_FUNCTION_CHARACTERS = 6000
"""A longer function cannot be rewritten as a whole within the model's reach."""

MAX_INPUTS = 60
"""Calls of one function that are remembered."""

_MAX_TESTS = 50
_TRACE_SECONDS = 5.0
_TIMES_BASELINE = 4.0


def localise(state: FixState, tools: Tools) -> FixState:
    """Rank the functions to rewrite, and narrow the targets to the tests that share the first.

    Raises :class:`~codegen_lsp.errors.UsageError` when there is no function where the user points.
    """
    state = _aimed(state, tools.aim.test)
    if not state.targets:
        return replace(
            state,
            next=Step.DELIVER,
            outcome=Outcome.NOTHING_FAILS,
            reason=f"nothing to fix: {tools.aim.test} does not fail",
        )
    state, coverage = _traced(state, tools)
    tools.runner.scratch.restore()
    sources = Sources(tools.runner.scratch.tree, tools.runner.project.folder)
    if tools.aim.function is not None:
        suspects: tuple[Suspect, ...] = (focused(tools.aim.function, sources),)
    else:
        state, suspects = _ranked(state, coverage, sources, tools.runner.scratch.paths)
    if not suspects:
        return replace(
            state,
            next=Step.DELIVER,
            outcome=Outcome.NO_FIX,
            reason="no function of the project could be connected to what fails",
            advice="only functions in source files outside the tests are considered; name one"
            " with --focus PATH:SYMBOL",
        )
    lines = suspicion(coverage, {case.case for case in state.failing_targets})
    suspects = tuple(_informed(each, coverage, lines, sources) for each in suspects)
    for suspect in suspects:
        tools.tell(Step.LOCALISE, f"{suspect.path}: {suspect.name} ({suspect.reason})")
    return replace(state, next=Step.PROPOSE, suspects=suspects)


def _aimed(state: FixState, test: str | None) -> FixState:
    """Return ``state`` with the failing tests of that name as targets; with all if it is None."""
    if test is None or state.baseline is None or not state.baseline.per_test:
        return state
    return replace(state, targets=tuple(case for case in state.targets if case.function == test))


def _traced(state: FixState, tools: Tools) -> tuple[FixState, Coverage]:
    """Run the tests once more, traced; nothing is known when it is not pytest that runs them."""
    baseline = state.baseline
    if baseline is None or not baseline.per_test:
        return state, Coverage({})
    tools.tell(Step.LOCALISE, "tracing which lines the failing tests run")
    run = tools.runner.run(
        {},
        seconds=min(_seconds(baseline), tools.limits.test_seconds),
        cancellation=tools.cancellation,
        probe=Probe(PLUGIN),
    )
    return with_run(state, run), read_coverage(tools.runner.scratch.results)


def _seconds(baseline: SuiteRun) -> float:
    """Return how long a traced run may take; a suite that hung will hang again."""
    if baseline.timed_out:
        return _TRACE_SECONDS
    return _TRACE_SECONDS + _TIMES_BASELINE * baseline.seconds


def _ranked(
    state: FixState, coverage: Coverage, sources: Sources, paths: Sequence[str]
) -> tuple[FixState, tuple[Suspect, ...]]:
    rankings = {
        case.case: [
            each for each in _suspects(case, sources, coverage, paths) if _is_short(each, sources)
        ]
        for case in state.failing_targets[:_MAX_TESTS]
    }
    first = next((ranking[0] for ranking in rankings.values() if ranking), None)
    if first is None:
        return state, ()
    if state.built_on:
        suspects = merged(list(rankings.values()))
        return state, tuple(sorted(suspects, key=lambda each: each.name in state.built_on))
    targets = tuple(case for case in state.targets if _points_to(rankings.get(case.case), first))
    suspects = merged([rankings[case.case] for case in targets])
    return replace(state, targets=targets), tuple(suspects)


def _suspects(
    case: CaseResult, sources: Sources, coverage: Coverage, paths: Sequence[str]
) -> list[Suspect]:
    return suspects_of(case, sources, coverage) or script_suspects(case, sources, paths)


def _points_to(ranking: list[Suspect] | None, first: Suspect) -> bool:
    if not ranking:
        return False
    return (ranking[0].path, ranking[0].name) == (first.path, first.name)


def _is_short(suspect: Suspect, sources: Sources) -> bool:
    _, definition = _found(suspect, sources)
    return definition is not None and definition.end - definition.start <= MAX_FUNCTION_CHARACTERS


def _informed(
    suspect: Suspect,
    coverage: Coverage,
    lines: Mapping[str, Mapping[int, float]],
    sources: Sources,
) -> Suspect:
    """Return ``suspect`` with the lines that failing tests run, and what it is called with."""
    _, definition = _found(suspect, sources)
    if definition is None:
        return suspect
    own = lines.get(suspect.path, {})
    within = range(definition.first_line + 1, definition.last_line + 2)
    return replace(
        suspect,
        lines=tuple((line, round(own[line], 3)) for line in within if line in own),
        inputs=tuple(_inputs(coverage, suspect.path, {definition.first_line + 1}))[:MAX_INPUTS],
    )


def _inputs(coverage: Coverage, path: str, lines: Collection[int]) -> list[str]:
    return [
        text
        for calls in coverage.calls
        if calls.path == path and calls.line in lines
        for text in calls.arguments
    ]


def _found(suspect: Suspect, sources: Sources) -> tuple[Source | None, Definition | None]:
    source = sources.read(PurePosixPath(suspect.path))
    return source, source.named(suspect.name) if source else None
