"""Several functions for one bug: a change that leads further becomes the ground for the next.

Where one function was not enough for half of what the limits allow, the candidate that led furthest
(``progress.py``) is made part of the code, if that breaks nothing and answers more than the test's
own input. Then the search begins anew for what still fails, in the other functions first.
"""

from collections.abc import Sequence
from dataclasses import replace

from agent.progress import reach_of
from agent.report import Change
from agent.results import SuiteRun, newly_failing
from agent.sources import Sources
from agent.state import Candidate, FixState, Step, with_run
from agent.steps.choose import special_case_of
from agent.tools import Tools

MAX_FUNCTIONS = 3
"""Functions that one fix may change."""


def may_be_built_on(state: FixState, tools: Tools) -> bool:
    """Say whether it is time to go on from the candidate that led furthest, if there is one.

    That is after half of what the limits allow, and after half of the rest for a third function.
    """
    if not state.partial or tools.aim.function is not None:
        return False
    if len(state.built_on) + 1 >= MAX_FUNCTIONS:
        return False
    used = tools.limits.share_used(
        tries=state.tries, answers=state.answers, tokens=state.tokens_written
    )
    return used >= 1 - 0.5 ** (1 + len(state.built_on))


def built_on(state: FixState, tools: Tools) -> FixState:
    """Return ``state`` with the furthest candidate that is sound as ground, if there is one."""
    partial, state = state.partial, replace(state, partial=())
    for each in partial:
        candidate = each.candidate
        told = f"whole suite with {candidate.subject}, which leads further"
        tools.tell(Step.PROPOSE, told, state.tries)
        run = tools.runner.run(
            {candidate.path: candidate.text},
            seconds=tools.limits.test_seconds,
            cancellation=tools.cancellation,
        )
        state = with_run(state, run)
        if _is_sound(candidate, run, state, tools):
            tools.tell(Step.PROPOSE, f"building on {candidate.subject}", state.tries)
            return _grounded(candidate, run, state, tools)
    return state


def _is_sound(candidate: Candidate, run: SuiteRun, state: FixState, tools: Tools) -> bool:
    """Say whether it leads further, breaks nothing, and does so by more than a special case."""
    baseline = state.baseline
    if baseline is None or run.timed_out or not run.per_test or newly_failing(baseline, run):
        return False
    if reach_of(run.cases, state.targets) <= reach_of(state.targets, state.targets):
        return False
    if tools.runner.tests_hash() != state.tests_hash:
        return False
    tools.runner.scratch.restore()
    sources = Sources(tools.runner.scratch.tree, tools.runner.project.folder)
    return special_case_of(candidate, state, sources) is None


def _grounded(candidate: Candidate, run: SuiteRun, state: FixState, tools: Tools) -> FixState:
    before = (tools.runner.scratch.tree / candidate.path).read_bytes().decode("utf-8")
    tools.lanes.build_on({candidate.path: candidate.text})
    results = {case.case: case for case in run.cases}
    return replace(
        state,
        next=Step.LOCALISE,
        ground=changed_by(candidate, state.ground, before),
        built_on=(*state.built_on, candidate.name),
        targets=tuple(results.get(target.case, target) for target in state.targets),
        suspects=(),
        seen=frozenset(),  # what failed before may pass now
        blocks=0,
        mutated=False,
        refilled=False,
        notes=(*state.notes, f"the fix is built on {candidate.subject}"),
    )


def changed_by(candidate: Candidate, ground: Sequence[Change], before: str) -> tuple[Change, ...]:
    """Return what ``candidate`` and its ``ground`` change of the user's files.

    ``before`` is the text of the candidate's file as the ground has it.
    """
    known = {change.path: change for change in ground}
    first = known.pop(candidate.path, None)
    own = Change(candidate.path, first.before if first else before, candidate.text)
    return (*known.values(), own)
