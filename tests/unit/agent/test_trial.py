"""Many versions of a function in one run of pytest, by real runs of pytest."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.checks import Probe, TestRunner
from agent.coverage import PLUGIN, read_coverage, suspicion
from agent.project import locate
from agent.results import CaseResult, SuiteRun, Verdict
from agent.runners import runner_for
from agent.scratch import scratch_copy
from agent.trial import Trial, seconds_for_one
from codegen_lsp.cancellation import Cancellation

MakeProject = Callable[..., Path]

CODE = """\
import functools


@functools.lru_cache(maxsize=None)
def twice(number, factor=3):
    return number * factor


class Sums:
    def total(self, numbers):
        return super().__hash__() * 0 + len(numbers)
"""
TESTS = """\
from code_a import Sums, twice


def test_twice():
    assert twice(4) == 8


def test_total():
    assert Sums().total([1, 2, 3]) == 6


def test_fine():
    assert twice(0) == 0
"""


@contextmanager
def trying(
    project: Path, name: str, line: int, *tests: str, seconds: float = 20.0
) -> Iterator[tuple[Trial, str]]:
    place, cancellation = locate(project), Cancellation()
    with scratch_copy(place.repository, cancellation) as scratch:
        runner = runner_for(place, None, scratch, cancellation)
        cases = runner.run({}, seconds=60, cancellation=cancellation).cases
        wanted = tuple(case for case in cases if case.function in tests)
        text = (scratch.tree / "code_a.py").read_text("utf-8")
        yield (
            Trial(runner, "code_a.py", line, name, wanted, seconds, 60.0, cancellation),
            text,
        )


def make(make_project: MakeProject) -> Path:
    return make_project({"code_a.py": CODE, "test_a.py": TESTS})


def test_versions_that_pass_are_told_from_those_that_do_not(make_project: MakeProject) -> None:
    """Through a decorator, by a default value, with an import of its own, and with an error."""
    with trying(make(make_project), "twice", 4, "test_twice") as (trial, text):
        versions = [
            text,
            text.replace("factor=3", "factor=2"),
            text.replace("number * factor", "operator.add(number, number)"),
            "import operator\n" + text.replace("number * factor", "operator.add(number, number)"),
            text.replace("number * factor", "1 // 0"),
        ]
        tried = trial.passing(versions, enough=9)
    assert (tried.passed, tried.known) == ((1, 3), 5)
    assert tried.runs[0].command.endswith("test_a.py")


def test_method_that_speaks_of_its_class(make_project: MakeProject) -> None:
    with trying(make(make_project), "Sums.total", 10, "test_total") as (trial, text):
        passed = trial.passing([text, text.replace("len(numbers)", "sum(numbers)")], 9).passed
    assert passed == (1,)


def test_version_that_never_ends_or_ends_the_process_costs_only_itself(
    make_project: MakeProject,
) -> None:
    with trying(make(make_project), "twice", 4, "test_twice", seconds=1.0) as (trial, text):
        endless = text.replace("return number", "while True: pass\n    return number")
        exits = text.replace("return number", "__import__('os')._exit(0)\n    return number")
        good = text.replace("factor=3", "factor=2")
        passed = trial.passing([endless, exits, good], 9).passed
    assert passed == (2,)


def test_enough_is_enough(make_project: MakeProject) -> None:
    with trying(make(make_project), "twice", 4, "test_twice") as (trial, text):
        good = text.replace("factor=3", "factor=2")
        tried = trial.passing([good] * 60, 1).known
    assert tried < 60


def test_outcomes_tell_results_errors_and_changed_arguments(make_project: MakeProject) -> None:
    code = "def take(numbers):\n    return numbers.pop()\n"
    test = "from code_a import take\n\n\ndef test_take():\n    assert take([1, 2]) == 1\n"
    project = make_project({"code_a.py": code, "test_a.py": test})
    with trying(project, "take", 1, "test_take") as (trial, text):
        versions = [
            None,
            text.replace("pop()", "pop(0)"),
            text.replace("return", "while numbers: pass\n    return"),
            text.replace("return numbers.pop()", "yield from numbers"),
        ]
        found, _ = trial.outcomes(versions, ["[[1, 2]]", "[[]]"])
    assert found == [
        ("2 leaving [[1]]", "raises IndexError"),
        ("1 leaving [[2]]", "raises IndexError"),
        ("never ends", "raises IndexError"),
        ("['generated', 1, 2]", "['generated']"),
    ]


def test_traced_tests_tell_lines_and_calls(make_project: MakeProject) -> None:
    """A test that never ends is known by what it ran first."""
    code = (
        "def total(numbers, start=1):\n    if numbers:\n        start += numbers[0]\n"
        "    while start == 99:\n        pass\n    return start\n"
    )
    test = (
        "from code_a import total\n\n\ndef test_bad():\n    assert total([1]) == 1\n\n\n"
        "def test_good():\n    assert total([]) == 1\n\n\n"
        "def test_endless():\n    total([98])\n"
    )
    project = make_project({"code_a.py": code, "test_a.py": test})
    place, cancellation = locate(project), Cancellation()
    with scratch_copy(place.repository, cancellation) as scratch:
        runner: TestRunner = runner_for(place, None, scratch, cancellation)
        run = runner.run({}, seconds=8, cancellation=cancellation, probe=Probe(PLUGIN))
        coverage = read_coverage(scratch.results)
    assert run.timed_out
    assert coverage.tests["test_a.py::test_endless"]["code_a.py"] == {2, 3, 4, 5}
    scores = suspicion(coverage, {"test_a.py::test_bad"})["code_a.py"]
    assert max(scores, key=lambda line: scores[line]) == 3
    [calls] = [each for each in coverage.calls if each.path == "code_a.py"]
    assert (calls.line, calls.arguments) == (1, ("[[1], 1]", "[[], 1]", "[[98], 1]"))


def test_a_version_may_take_what_all_its_tests_took_and_more() -> None:
    """What hung says nothing; a wrong answer may take as long as the right one."""
    cases = (
        CaseResult("one", Verdict.FAILED, seconds=1.5),
        CaseResult("two", Verdict.FAILED, seconds=2.5),
        CaseResult("three", Verdict.PASSED, seconds=3.0),
        CaseResult("four", Verdict.HUNG, seconds=60.0),
    )
    run = SuiteRun("pytest", 1, 67.0, "", cases)
    assert 4.0 < seconds_for_one(run, cases) < 60.0
    assert 3.0 < seconds_for_one(run, cases[3:]) < 60.0
    assert 0.0 < seconds_for_one(SuiteRun("pytest", 1, 0.0, "", ()), ()) < 5.0
