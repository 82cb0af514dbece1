"""Comparing two runs of the tests."""

from dataclasses import replace

from agent.results import CaseResult, SuiteRun, Verdict, newly_failing, still_failing


def run(*cases: tuple[str, Verdict], uncollected: tuple[str, ...] = ()) -> SuiteRun:
    return SuiteRun(
        command="pytest",
        exit_code=1,
        seconds=1.0,
        output="",
        cases=tuple(CaseResult(name, verdict) for name, verdict in cases),
        uncollected=tuple(CaseResult(name, Verdict.ERROR) for name in uncollected),
    )


def test_failed_broken_and_hung_tests_fail() -> None:
    found = run(*((verdict.value, verdict) for verdict in Verdict))
    assert [case.case for case in found.failing] == ["failed", "error", "hung"]


def test_only_passing_is_passing() -> None:
    """A fix that makes its test skip, or not run at all, has not mended it."""
    after = run(("a", Verdict.PASSED), ("b", Verdict.SKIPPED), ("c", Verdict.FAILED))
    assert still_failing(after, ["a", "b", "c", "d"]) == ["b", "c", "d"]


def test_what_failed_before_is_not_newly_failing() -> None:
    before = run(("a", Verdict.FAILED), ("b", Verdict.SKIPPED), uncollected=("x.py",))
    after = run(("a", Verdict.ERROR), ("b", Verdict.SKIPPED), uncollected=("x.py",))
    assert newly_failing(before, after) == []


def test_what_passed_must_still_pass() -> None:
    before = run(*((name, Verdict.PASSED) for name in "abcd"))
    after = run(("a", Verdict.PASSED), ("b", Verdict.FAILED), ("c", Verdict.SKIPPED))
    assert newly_failing(before, after) == ["b", "c", "d"]


def test_new_failures_and_files_no_longer_collected_count() -> None:
    before = run(("a", Verdict.PASSED))
    after = run(("a", Verdict.PASSED), ("new", Verdict.FAILED), uncollected=("y.py",))
    assert newly_failing(before, after) == ["new", "y.py"]


def test_totals_leave_out_what_did_not_happen() -> None:
    found = run(("a", Verdict.PASSED), ("b", Verdict.PASSED), uncollected=("x.py",))
    assert found.totals() == {"passed": 2, "not collected": 1}


def test_nothing_is_known_of_tests_that_a_stopped_run_did_not_reach() -> None:
    before = replace(run(("a", Verdict.HUNG)), exit_code=None)
    after = run(("a", Verdict.PASSED), ("b", Verdict.FAILED))
    assert newly_failing(before, after) == []


def test_time_in_which_a_run_got_somewhere() -> None:
    """One that hung did so until the test began that never ended."""
    cases = (
        CaseResult("a", Verdict.PASSED, seconds=2.0, began=0.5),
        CaseResult("b", Verdict.HUNG, began=2.5),
    )
    assert SuiteRun("pytest", None, 60.0, "", cases).busy_seconds == 2.5
    assert SuiteRun("pytest", 1, 4.0, "", cases).busy_seconds == 4.0
    assert SuiteRun("make", None, 60.0, "", ()).busy_seconds == 0.0
