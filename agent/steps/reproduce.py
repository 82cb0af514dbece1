"""First step: run the tests on the user's state and see what fails.

Ends the run with an honest answer when there is nothing to mend, or nothing that can be run.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from agent.project import Project
from agent.report import Outcome
from agent.results import CaseResult, SuiteRun, Verdict, with_flaky
from agent.state import FixState, Step, with_run
from agent.tools import Tools

NO_TESTS = 5
"""The exit code of pytest when it found no tests."""

_SHARE_FOR_SECOND_RUN = 0.2
_SHOWN = 3


def reproduce(state: FixState, tools: Tools) -> FixState:
    """Find the failing tests, and how the whole suite does."""
    runner, only = tools.runner, tools.runner.project.only
    tools.warn_of_sandbox()
    tools.tell(Step.REPRODUCE, f"running the tests{f' in {only}' if only else ''}")
    run = runner.run(
        {}, seconds=tools.limits.test_seconds, cancellation=tools.cancellation, within=only
    )
    state = with_run(state, run)
    pytest_is_silent = runner.own_choice and not run.per_test
    targets = _within(run, runner.project)
    if not targets or pytest_is_silent:
        return _ended(state, run, own_choice=runner.own_choice)
    tools.tell(Step.REPRODUCE, _counted(run))
    if only is not None and runner.own_choice:
        tools.tell(Step.REPRODUCE, "running the whole suite for comparison")
        run = runner.run({}, seconds=tools.limits.test_seconds, cancellation=tools.cancellation)
        state = with_run(state, run)
    state, run = _settled(state, run, tools)
    flaky = {case.case for case in run.cases if case.verdict is Verdict.FLAKY}
    if all(case.case in flaky for case in targets):
        return _all_flaky(state, targets)
    runner.scratch.restore()
    return replace(
        state,
        next=Step.LOCALISE,
        targets=tuple(case for case in targets if case.case not in flaky),
        baseline=run,
        tests_hash=runner.tests_hash(),
        notes=(*state.notes, *_notes(run)),
    )


def _settled(state: FixState, run: SuiteRun, tools: Tools) -> tuple[FixState, SuiteRun]:
    """Run the tests again, and mark in ``run`` those that ended differently.

    Not where that would cost too much of the time there is.
    """
    if (
        run.timed_out
        or run.stopped
        or run.seconds > _SHARE_FOR_SECOND_RUN * tools.limits.seconds_left
    ):
        note = "the tests were run once only, so flaky ones are not known"
        return replace(state, notes=(*state.notes, note)), run
    tools.tell(Step.REPRODUCE, "running them again, to tell flaky tests")
    runner = tools.runner
    again = runner.run({}, seconds=tools.limits.test_seconds, cancellation=tools.cancellation)
    state = with_run(state, again)
    return state, with_flaky(run, again)


def _all_flaky(state: FixState, targets: Sequence[CaseResult]) -> FixState:
    names = ", ".join(case.case for case in targets[:_SHOWN])
    return replace(
        state,
        next=Step.DELIVER,
        outcome=Outcome.FLAKY,
        reason=f"no test fails every time: {names} passed when run again",
        advice="make it repeatable first: seeds, the time, the order of tests, shared files",
    )


def _within(run: SuiteRun, project: Project) -> tuple[CaseResult, ...]:
    """Return the failing tests that were asked about, where a command ran others as well."""
    if project.only is None or not run.per_test:
        return run.failing
    asked = project.folder / project.only
    return tuple(case for case in run.failing if PurePosixPath(case.path).is_relative_to(asked))


def _counted(run: SuiteRun) -> str:
    seconds = f"{run.seconds:.1f} s"
    if not run.per_test:
        return f"the test command fails ({seconds})"
    return f"{len(run.failing)} of {len(run.cases)} tests fail ({seconds})"


def _notes(run: SuiteRun) -> list[str]:
    notes = []
    flaky = [case.case for case in run.cases if case.verdict is Verdict.FLAKY]
    if flaky:
        names = ", ".join(flaky[:_SHOWN])
        notes.append(f"{len(flaky)} flaky tests are set aside ({names})")
    if run.stopped:
        notes.append(f"the tests were ended: {run.stopped}")
    if run.timed_out:
        notes.append(
            f"the whole suite was stopped after {run.seconds:.0f} s; it is compared so far"
        )
    if run.uncollected:
        names = ", ".join(case.case for case in run.uncollected[:_SHOWN])
        notes.append(f"{len(run.uncollected)} test files cannot be collected ({names})")
    return notes


def _ended(state: FixState, run: SuiteRun, *, own_choice: bool) -> FixState:
    """Say why there is nothing to mend."""
    outcome, reason, advice = Outcome.CANNOT_RUN, "", None
    if run.uncollected:
        first = run.uncollected[0]
        told = f"{first.failure.kind}: {first.failure.message}" if first.failure.kind else ""
        reason = f"{first.case} cannot be collected ({_one_line(told or first.failure.text)})"
        advice = (
            "make it importable first; use the project's environment (activate it, or --test CMD),"
            " and note that files which git ignores are not in the copy"
        )
    elif run.timed_out:
        reason = f"the tests did not begin within {run.seconds:.0f} s"
        advice = "restrict them with PATH, or raise fix.test_seconds"
    elif run.cases and (run.per_test or not own_choice):
        outcome, reason = Outcome.NOTHING_FAILS, _all_good(run)
    elif run.exit_code == NO_TESTS:
        reason, advice = "no tests were found", "name their folder, or say how to run them: --test"
    else:
        reason = f"pytest cannot run (exit code {run.exit_code}: {_one_line(run.output)})"
        advice = "see that it runs by hand first"
    return replace(state, next=Step.DELIVER, outcome=outcome, reason=reason, advice=advice)


def _all_good(run: SuiteRun) -> str:
    if not run.per_test:
        return "nothing to fix: the test command succeeds"
    counted = ", ".join(f"{count} {name}" for name, count in run.totals().items())
    which = "no test of those asked for fails" if run.failing else "no test fails"
    return f"nothing to fix: {which} ({counted})"


def _one_line(text: str) -> str:
    """Return the last line that says something, shortened."""
    lines = [line.strip() for line in text.splitlines() if line.strip(" =_-")]
    return lines[-1][:200] if lines else "no output"
