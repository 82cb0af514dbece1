"""Fifth step: run the tests with each candidate of the batch, the cheapest run first.

The failing tests alone, then their files, then the whole suite. A candidate is believed only when
all of it was run on the user's state plus this change, with test files as the user has them. The
candidates of a batch are run side by side, each in a worktree of its own.
"""

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

from agent.checks import TestRunner
from agent.progress import NOWHERE, Reach, reach_of, with_partial
from agent.report import Stage
from agent.results import CaseResult, SuiteRun, Verdict, newly_failing, still_failing
from agent.state import Candidate, FixState, Step, Verified, with_fallen, with_run
from agent.tools import Tools
from codegen_lsp.cancellation import Cancellation

QUICK_SECONDS = 2.0
"""A suite that takes no longer is run at once: a run of some files would save nothing."""

_SHARE_OF_SUITE = 0.5
"""The files of the failing tests are run first where they take at most this share of its time."""

_LEAST_SECONDS = 10.0
_TIMES_BASELINE = 3.0

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Judged:
    """What came of one candidate: its runs, and where it fell and why, None if it did not."""

    runs: tuple[SuiteRun, ...]
    stage: Stage | None = None
    reason: str = ""
    reach: Reach = NOWHERE


def verify(state: FixState, tools: Tools) -> FixState:
    """Return ``state`` with the candidates among the survivors, or among the fallen."""
    runners = tools.lanes.take(len(state.batch))
    batch, later = state.batch[: len(runners)], state.batch[len(runners) :]
    first = state.tries + 1
    state = replace(
        state, tries=state.tries + len(batch), batch=batch, waiting=(*later, *state.waiting)
    )
    with _linked(tools.cancellation) as cancellation:
        trials = [
            _Trial(candidate, first + at, runner, state, tools, cancellation)
            for at, (candidate, runner) in enumerate(zip(batch, runners, strict=True))
        ]
        outcomes = _side_by_side(trials, cancellation)
    for trial, judged in zip(trials, outcomes, strict=True):
        state = _with(state, trial, judged)
    return replace(state, next=Step.PROPOSE, batch=())


@dataclass(frozen=True, slots=True)
class _Trial:
    """A candidate, the number of the try, and where it is run."""

    candidate: Candidate
    number: int
    runner: TestRunner
    state: FixState
    tools: Tools
    cancellation: Cancellation

    def judged(self) -> _Judged:
        """Run the tests, as far as they pass. Raises :class:`~codegen_lsp.errors.Cancelled`."""
        targets, baseline = self.state.targets, self.state.baseline
        if baseline is None:
            raise LookupError("there is nothing to compare with")
        self.tell(f"failing tests with {self.candidate.subject}")
        alone = self._tests(targets, _seconds_alone(baseline))
        runs: tuple[SuiteRun, ...] = (alone,)
        remaining = still_failing(alone, [case.case for case in targets])
        if remaining or alone.timed_out:
            reach = reach_of(alone.cases, targets) if alone.per_test else NOWHERE
            return _Judged(runs, Stage.FAILING_TESTS, _told(alone, remaining), reach)
        beside = cases_beside(baseline, targets)
        if alone.per_test and beside:
            self.tell("their files")
            run = self._tests(beside)
            runs = (*runs, run)
            lost = still_failing(run, [case.case for case in beside])
            if lost:
                return _Judged(runs, Stage.TEST_FILES, _lost(lost))
        suite = alone
        if alone.per_test:
            self.tell("whole suite")
            suite = self._tests(())
            runs = (*runs, suite)
        reason = _harm(baseline, suite, [case.case for case in targets])
        if reason is not None:
            return _Judged(runs, Stage.SUITE, reason)
        if self.runner.tests_hash() != self.state.tests_hash:
            return _Judged(runs, Stage.TESTS_UNTOUCHED, "its run changed test files")
        return _Judged(runs)

    def tell(self, text: str) -> None:
        """Report progress of this try."""
        self.tools.tell(Step.VERIFY, f"try {self.number}: {text}", self.number)

    def _tests(self, only: Sequence[CaseResult], seconds: float = math.inf) -> SuiteRun:
        return self.runner.run(
            {self.candidate.path: self.candidate.text},
            seconds=min(self.tools.limits.test_seconds, seconds),
            cancellation=self.cancellation,
            only=only,
        )


def _seconds_alone(baseline: SuiteRun) -> float:
    """Return what the failing tests alone may take: a candidate that never ends is found out soon.

    No limit where it is not known how long tests take: they are one command, which hung.
    """
    if baseline.timed_out and not baseline.per_test:
        return math.inf
    return _LEAST_SECONDS + _TIMES_BASELINE * baseline.busy_seconds


def cases_beside(baseline: SuiteRun, targets: Sequence[CaseResult]) -> tuple[CaseResult, ...]:
    """Return the targets and the good tests of their files, where those are worth a run first.

    Empty where the whole suite is as quick. Flaky tests are not among them.
    """
    if baseline.seconds <= QUICK_SECONDS:
        return ()
    files = {case.path for case in targets}
    names = {case.case for case in targets}
    beside = tuple(
        case
        for case in baseline.cases
        if case.case in names or (case.path in files and case.verdict is Verdict.PASSED)
    )
    whole = sum(case.seconds for case in baseline.cases)
    share = sum(case.seconds for case in beside)
    return beside if share <= _SHARE_OF_SUITE * whole else ()


def _side_by_side(trials: Sequence[_Trial], cancellation: Cancellation) -> list[_Judged]:
    """Run all of them; where one raises, or this thread is interrupted, the others are ended."""
    with ThreadPoolExecutor(max(1, len(trials)), "codegen-verify") as pool:
        pending = [pool.submit(trial.judged) for trial in trials]
        try:
            return [each.result() for each in pending]
        except BaseException:
            cancellation.cancel()
            raise


@contextmanager
def _linked(outer: Cancellation) -> Iterator[Cancellation]:
    """Give a cancellation that ``outer`` sets as well."""
    inner = Cancellation()
    outer.on_cancel(inner.cancel)
    try:
        yield inner
    finally:
        outer.forget(inner.cancel)


def _with(state: FixState, trial: _Trial, judged: _Judged) -> FixState:
    """Return ``state`` with what came of one candidate."""
    candidate = trial.candidate
    for run in judged.runs:
        state = with_run(state, run)
    if judged.stage is not None:
        trial.tell(f"refused at {judged.stage}: {judged.reason}")
        state = with_fallen(state, candidate, judged.stage, judged.reason)
        return with_partial(state, candidate, judged.reach)
    trial.tell("verified")
    verified = Verified(candidate, judged.runs[-1], trial.number)
    return replace(state, survivors=(*state.survivors, verified))


def _harm(baseline: SuiteRun, suite: SuiteRun, targets: Sequence[str]) -> str | None:
    """Say what the candidate breaks in the whole suite, None when nothing."""
    if suite.timed_out:
        return f"the whole suite did not end within {suite.seconds:.0f} s"
    broken = [*still_failing(suite, targets), *newly_failing(baseline, suite)]
    return _lost(broken) if broken else None


def _lost(broken: Sequence[str]) -> str:
    return f"{len(broken)} tests no longer pass: {', '.join(broken[:_SHOWN])}"


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
