"""Seventh step: write down what was verified of the chosen fix, and what the change is."""

from dataclasses import replace

from agent.ground import changed_by
from agent.report import Certificate, Change
from agent.results import SuiteRun, Verdict, still_failing
from agent.state import FixState, Step, Verified
from agent.tools import Tools


def certify(state: FixState, tools: Tools) -> FixState:
    """Return ``state`` with the change against the user's files and its certificate."""
    chosen, baseline = state.chosen, state.baseline
    if chosen is None or baseline is None:
        raise LookupError("there is no fix to certify")
    tools.runner.scratch.restore()
    return replace(
        state,
        next=Step.APPROVAL,
        changes=_changes(chosen, state, tools),
        certificate=_certificate(state, chosen, baseline, tools),
    )


def _changes(verified: Verified, state: FixState, tools: Tools) -> tuple[Change, ...]:
    before = (tools.runner.scratch.tree / verified.candidate.path).read_bytes().decode("utf-8")
    return changed_by(verified.candidate, state.ground, before)


def _certificate(
    state: FixState, verified: Verified, baseline: SuiteRun, tools: Tools
) -> Certificate:
    failed_before = [case.case for case in baseline.failing]
    targets = [case.case for case in state.targets]
    remaining = still_failing(verified.suite, failed_before)
    mended = [case for case in dict.fromkeys([*targets, *failed_before]) if case not in remaining]
    project = tools.runner.project
    return Certificate(
        base=tools.runner.scratch.base,
        test=None if tools.runner.own_choice else tools.runner.command,
        only=str(project.only) if project.only is not None else None,
        function=" and ".join(dict.fromkeys([*state.built_on, verified.candidate.name])),
        files=tuple(
            dict.fromkeys([*(each.path for each in state.ground), verified.candidate.path])
        ),
        fixed=tuple(mended),
        still_failing=tuple(remaining),
        flaky=_flaky(baseline),
        totals_before=baseline.totals(),
        totals_after=verified.suite.totals(),
        new_ruff_errors=0,
        test_files=len(tools.runner.test_files),
        tests_sha256=state.tests_hash,
        sampling=verified.candidate.sampling,
        model_sha256=tools.model_sha256(),
        mutation=verified.candidate.mutation,
        by_model=verified.candidate.by_model,
    )


def _flaky(run: SuiteRun) -> tuple[str, ...]:
    return tuple(case.case for case in run.cases if case.verdict is Verdict.FLAKY)
