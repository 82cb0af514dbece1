"""Fifth step: run the tests with one candidate, the cheapest run first.

The failing tests alone, then the whole suite. A candidate is believed only when all of it was run
on the user's state plus this change, with test files as the user has them.
"""

from collections.abc import Sequence
from dataclasses import replace

from agent.report import Stage
from agent.results import CaseResult, SuiteRun, newly_failing, still_failing
from agent.state import Candidate, FixState, Step, Verified, with_fallen, with_run
from agent.tools import Tools

_SHOWN = 3


def verify(state: FixState, tools: Tools) -> FixState:
    """Return ``state`` with the candidate among the survivors, or among the fallen."""
    candidate, baseline = state.candidate, state.baseline
    if candidate is None or baseline is None:
        raise LookupError("there is no candidate to verify")
    state = replace(state, tries=state.tries + 1)
    told = f"try {state.tries}: failing tests with {candidate.subject}"
    tools.tell(Step.VERIFY, told, state.tries)
    alone = _tests(candidate, tools, state.targets)
    state = with_run(state, alone)
    remaining = still_failing(alone, [case.case for case in state.targets])
    if remaining or alone.timed_out:
        return _fallen(state, candidate, Stage.FAILING_TESTS, _told(alone, remaining), tools)
    suite = alone
    if alone.per_test:
        tools.tell(Step.VERIFY, f"try {state.tries}: whole suite", state.tries)
        suite = _tests(candidate, tools, ())
        state = with_run(state, suite)
    reason = _harm(baseline, suite, [case.case for case in state.targets])
    if reason is not None:
        return _fallen(state, candidate, Stage.SUITE, reason, tools)
    if tools.runner.tests_hash() != state.tests_hash:
        return _fallen(state, candidate, Stage.TESTS_UNTOUCHED, "its run changed test files", tools)
    tools.tell(Step.VERIFY, f"try {state.tries}: verified", state.tries)
    survivors = (*state.survivors, Verified(candidate, suite, state.tries))
    return replace(state, next=Step.PROPOSE, candidate=None, survivors=survivors)


def _tests(candidate: Candidate, tools: Tools, only: Sequence[CaseResult]) -> SuiteRun:
    return tools.runner.run(
        {candidate.path: candidate.text},
        seconds=tools.limits.test_seconds,
        cancellation=tools.cancellation,
        only=only,
    )


def _harm(baseline: SuiteRun, suite: SuiteRun, targets: Sequence[str]) -> str | None:
    """Say what the candidate breaks in the whole suite, None when nothing."""
    if suite.timed_out:
        return f"the whole suite did not end within {suite.seconds:.0f} s"
    broken = [*still_failing(suite, targets), *newly_failing(baseline, suite)]
    if broken:
        return f"{len(broken)} tests no longer pass: {', '.join(broken[:_SHOWN])}"
    return None


def _told(run: SuiteRun, remaining: Sequence[str]) -> str:
    if run.timed_out:
        return f"the failing tests did not end within {run.seconds:.0f} s"
    bad = next((case for case in run.failing if case.case in remaining), None)
    if bad is None:
        return f"{len(remaining)} failing tests did not run"
    failure = bad.failure
    message = f"{failure.kind}: {failure.message}" if failure.kind else failure.message
    first_line = message.strip().partition("\n")[0]
    return f"{bad.case} still fails ({first_line[:160] or bad.verdict})"


def _fallen(
    state: FixState, candidate: Candidate, stage: Stage, reason: str, tools: Tools
) -> FixState:
    tools.tell(Step.VERIFY, f"refused at {stage}: {reason}", state.tries)
    return with_fallen(state, candidate, stage, reason)
