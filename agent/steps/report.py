"""Last step: what to hand back.

A fix becomes a diff against the user's state and a certificate of what was run; anything else
becomes one line that says why there is none.
"""

from dataclasses import replace

from agent.report import Certificate, Change, Cost, FixReport, Outcome
from agent.results import SuiteRun, still_failing
from agent.state import FixState, Step, Verified
from agent.tools import Tools
from codegen_lsp.document.diff import unified_diff


def report(state: FixState, tools: Tools) -> FixState:
    """Return ``state`` with its report."""
    runner = tools.runner
    runner.scratch.restore()
    verified, baseline = state.verified, state.baseline
    changes = (_change(verified, tools),) if verified else ()
    done = FixReport(
        outcome=state.outcome or Outcome.NO_FIX,
        summary=state.reason or _summary(verified),
        advice=state.advice,
        root=str(runner.project.top),
        folder=str(runner.project.folder),
        diff="".join(unified_diff(each.before, each.after, each.path) for each in changes),
        changes=changes,
        certificate=_certificate(state, verified, baseline, tools)
        if verified and baseline
        else None,
        failing=tuple(case.case for case in state.targets),
        fallen=tuple(sorted(state.fallen, key=lambda each: each.number)),
        cost=_cost(state, tools),
        model=tools.model.describe().name if state.answers else "",
        sandbox=runner.sandbox.description,
        commands=state.commands,
        notes=(*runner.scratch.notes, *state.notes, *_untested(state)),
    )
    tools.tell(Step.REPORT, done.summary, state.tries)
    return replace(state, report=done)


def _summary(verified: Verified | None) -> str:
    if verified is None:
        return "no verified fix"
    return f"verified fix of {verified.candidate.name} in {verified.candidate.path}"


def _change(verified: Verified, tools: Tools) -> Change:
    path = verified.candidate.path
    before = (tools.runner.scratch.tree / path).read_bytes().decode("utf-8")
    return Change(path, before, verified.candidate.text)


def _certificate(
    state: FixState, verified: Verified, baseline: SuiteRun, tools: Tools
) -> Certificate:
    failed_before = [case.case for case in baseline.failing]
    targets = [case.case for case in state.targets]
    remaining = still_failing(verified.suite, failed_before)
    mended = [case for case in dict.fromkeys([*targets, *failed_before]) if case not in remaining]
    return Certificate(
        function=verified.candidate.name,
        files=(verified.candidate.path,),
        fixed=tuple(mended),
        still_failing=tuple(remaining),
        totals_before=baseline.totals(),
        totals_after=verified.suite.totals(),
        new_ruff_errors=0,
        test_files=len(tools.runner.test_files),
        tests_sha256=state.tests_hash,
        sampling=verified.candidate.sampling,
    )


def _untested(state: FixState) -> tuple[str, ...]:
    if state.verified or not state.waiting:
        return ()
    return (f"{len(state.waiting)} more answers were not tested",)


def _cost(state: FixState, tools: Tools) -> Cost:
    return Cost(
        tries=state.tries,
        answers=state.answers,
        seconds=round(tools.limits.seconds, 2),
        model_seconds=round(state.model_seconds, 2),
        test_seconds=round(state.test_seconds, 2),
        tokens_read=state.tokens_read,
        tokens_written=state.tokens_written,
    )
