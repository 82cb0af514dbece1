"""Fourth step: put one candidate through every check, the cheapest first.

The order is the point: a candidate that does not parse costs a millisecond, the whole suite may
cost a minute. A candidate is believed only when all of it was run on the user's state plus this
change, with test files as the user has them.
"""

from collections.abc import Sequence
from dataclasses import replace

from agent.checks import new_ruff_errors
from agent.report import Fallen, Outcome, Stage
from agent.results import CaseResult, SuiteRun, newly_failing, still_failing
from agent.state import Candidate, FixState, Step, Verified, with_run
from agent.tools import Tools
from codegen_lsp.syntax.problems import problems_of
from codegen_lsp.syntax.tree import parse

_SHOWN = 3


def check(state: FixState, tools: Tools) -> FixState:
    """Return ``state`` at its verified end, or with the candidate among the fallen."""
    candidate, baseline = state.candidate, state.baseline
    if candidate is None or baseline is None:
        raise LookupError("there is no candidate to check")
    tools.runner.scratch.restore()
    original = (tools.runner.scratch.tree / candidate.path).read_bytes().decode("utf-8")
    for stage, screen in ((Stage.PARSE, _syntax), (Stage.RUFF, _ruff)):
        reason = screen(candidate, original, tools)
        if reason is not None:
            return _fallen(state, candidate, stage, reason, tools)
    state = replace(state, tries=state.tries + 1)
    subject = f"answer {candidate.number} for {candidate.name}"
    tools.tell(Step.CHECK, f"try {state.tries}: failing tests with {subject}", state.tries)
    return _run(state, candidate, baseline, tools)


def _run(state: FixState, candidate: Candidate, baseline: SuiteRun, tools: Tools) -> FixState:
    """Run the failing tests, then all of them."""
    alone = _tests(candidate, tools, state.targets)
    state = with_run(state, alone)
    remaining = still_failing(alone, [case.case for case in state.targets])
    if remaining or alone.timed_out:
        return _fallen(state, candidate, Stage.FAILING_TESTS, _told(alone, remaining), tools)
    suite = alone
    if alone.per_test:
        tools.tell(Step.CHECK, f"try {state.tries}: whole suite", state.tries)
        suite = _tests(candidate, tools, ())
        state = with_run(state, suite)
    reason = _harm(baseline, suite, [case.case for case in state.targets])
    if reason is not None:
        return _fallen(state, candidate, Stage.SUITE, reason, tools)
    if tools.runner.tests_hash() != state.tests_hash:
        return _fallen(state, candidate, Stage.TESTS_UNTOUCHED, "its run changed test files", tools)
    verified = Verified(candidate, suite)
    tools.tell(Step.CHECK, f"try {state.tries}: verified", state.tries)
    return replace(state, next=Step.REPORT, outcome=Outcome.FIXED, verified=verified)


def _tests(candidate: Candidate, tools: Tools, only: Sequence[CaseResult]) -> SuiteRun:
    return tools.runner.run(
        {candidate.path: candidate.text},
        seconds=tools.limits.test_seconds,
        cancellation=tools.cancellation,
        only=only,
    )


def _syntax(candidate: Candidate, original: str, _: Tools) -> str | None:
    before, after = (problems_of(parse(text, "python")) for text in (original, candidate.text))
    return "the file no longer parses" if after.worse_than(before) else None


def _ruff(candidate: Candidate, original: str, tools: Tools) -> str | None:
    runner = tools.runner
    filename = runner.scratch.tree / candidate.path
    found = new_ruff_errors(original, candidate.text, filename=filename, cwd=runner.folder)
    return "; ".join(found[:_SHOWN]) or None


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
    tools.tell(Step.CHECK, f"refused at {stage}: {reason}", state.tries)
    fallen = Fallen(candidate.number, candidate.name, stage, reason)
    return replace(state, next=Step.PROPOSE, candidate=None, fallen=(*state.fallen, fallen))
