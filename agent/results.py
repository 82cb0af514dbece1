"""What a run of the tests said, as values.

Who ran them is in ``checks.py``; how pytest's results get here is in ``pytest_results.py``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Verdict(StrEnum):
    """How one test ended."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"  # it broke outside its own body: in a fixture, or while it was collected
    SKIPPED = "skipped"  # or failed as expected
    FLAKY = "flaky"  # it ended differently when it was run again: it proves nothing
    HUNG = "hung"  # it had begun and had not ended when time was up


BAD = frozenset({Verdict.FAILED, Verdict.ERROR, Verdict.HUNG})


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a traceback, outermost first: ``line`` counts from one.

    ``path`` is relative to the top of the scratch tree with forward slashes, or absolute for code
    outside it.
    """

    path: str
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a test failed.

    ``kind`` names the exception, ``message`` is its text, ``parameters`` what a parametrised test
    was called with (name, representation), ``text`` how the test runner tells it. All are bounded.
    """

    kind: str = ""
    message: str = ""
    frames: tuple[Frame, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How one test ended.

    ``case`` is its pytest node id; for a command that gives no results per test, the command.
    ``path`` is its file as in :class:`Frame`, ``line`` (from one) and ``function`` where it is
    written, ``seconds`` what it took, ``began`` how many seconds after pytest had begun it did;
    these are empty or zero when unknown.
    """

    case: str
    verdict: Verdict
    path: str = ""
    line: int = 0
    function: str = ""
    failure: Failure = Failure()
    seconds: float = 0.0
    began: float = 0.0


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """One run of a test command.

    ``exit_code`` is None when it was ended because its time was up. ``uncollected`` are the files
    that could not even be read. ``per_test`` says whether pytest reported each test; otherwise the
    one case is the command itself. ``output`` is bounded. ``stopped`` says what it took too much of
    when it was ended for that.
    """

    command: str
    exit_code: int | None
    seconds: float
    output: str
    cases: tuple[CaseResult, ...]
    uncollected: tuple[CaseResult, ...] = ()
    per_test: bool = True
    stopped: str = ""

    @property
    def failing(self) -> tuple[CaseResult, ...]:
        """The tests that failed, in the order they ran."""
        return tuple(case for case in self.cases if case.verdict in BAD)

    @property
    def timed_out(self) -> bool:
        """Whether the run was ended because its time was up."""
        return self.exit_code is None

    @property
    def busy_seconds(self) -> float:
        """Seconds in which it got somewhere: all, or until the test began that did not end."""
        return (
            max((case.began for case in self.cases), default=0.0)
            if self.timed_out
            else self.seconds
        )

    def verdicts(self) -> Mapping[str, Verdict]:
        """Map each test to how it ended."""
        return {case.case: case.verdict for case in self.cases}

    def totals(self) -> dict[str, int]:
        """Count the tests by how they ended; what did not happen is left out."""
        counts = {verdict.value: 0 for verdict in Verdict}
        for case in self.cases:
            counts[case.verdict.value] += 1
        counts["not collected"] = len(self.uncollected)
        return {name: count for name, count in counts.items() if count}


def still_failing(run: SuiteRun, cases: Iterable[str]) -> list[str]:
    """Return those of ``cases`` that did not pass in ``run``, for instance by not running."""
    verdicts = run.verdicts()
    return [case for case in cases if verdicts.get(case) is not Verdict.PASSED]


def newly_failing(before: SuiteRun, after: SuiteRun) -> list[str]:
    """Return what went from good to bad: tests that no longer pass, files no longer collected.

    Where ``before`` was stopped early, nothing is known of the tests it did not reach.
    """
    after_verdicts, before_verdicts = after.verdicts(), before.verdicts()
    lost = [
        case
        for case, verdict in before_verdicts.items()
        if verdict is Verdict.PASSED and after_verdicts.get(case) is not Verdict.PASSED
    ]
    unknown = [case.case for case in after.failing if case.case not in before_verdicts]
    fresh = [] if before.timed_out else unknown
    known = {case.case for case in before.uncollected}
    unread = [case.case for case in after.uncollected if case.case not in known]
    return [*lost, *fresh, *unread]


def with_flaky(run: SuiteRun, again: SuiteRun) -> SuiteRun:
    """Return ``run`` with the tests marked that did not end alike in ``again``.

    Bad is bad, however it is bad. Where ``again`` was stopped early, or is of another grain,
    nothing is known of the tests it did not reach.
    """
    if again.timed_out or run.per_test != again.per_test:
        return run
    verdicts = again.verdicts()
    cases = tuple(
        case
        if _alike(case.verdict, verdicts.get(case.case))
        else replace(case, verdict=Verdict.FLAKY)
        for case in run.cases
    )
    return replace(run, cases=cases)


def _alike(one: Verdict, other: Verdict | None) -> bool:
    return one is other or (one in BAD and other in BAD)
