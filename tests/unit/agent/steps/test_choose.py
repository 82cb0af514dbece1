"""Several candidates pass all tests: which one is the fix, by real runs."""

from collections.abc import Callable
from pathlib import Path

from agent.report import Outcome, Stage
from codegen_lsp.config.settings import FixSettings

from ..conftest import RunFix  # noqa: TID252 - the helpers of these tests lie one folder up

MakeProject = Callable[..., Path]

CODE = "def largest(numbers):\n    return numbers[0]\n"
TEST = """\
from code_a import largest


def test_largest():
    assert largest([3, 17, 5]) == 17


def test_one():
    assert largest([4]) == 4
"""
RIGHT = "def largest(numbers):\n    return max(numbers)\n"
ALSO_RIGHT = "def largest(numbers):\n    return sorted(numbers)[-1]\n"
LUCKY = "def largest(numbers):\n    return numbers[len(numbers) // 2]\n"
SPECIAL = "def largest(numbers):\n    return 17 if len(numbers) > 1 else numbers[0]\n"


def test_those_that_behave_alike_are_believed(make_project: MakeProject, run_fix: RunFix) -> None:
    """The lucky guess passes the tests first; two others agree on what the tests do not say."""
    project = make_project({"code_a.py": CODE, "test_a.py": TEST})
    report = run_fix(project, "none", LUCKY, RIGHT, ALSO_RIGHT, settings=FixSettings(max_tries=8))
    assert report.outcome is Outcome.FIXED
    assert report.changes[0].after == RIGHT
    assert report.cost.first_good_try == 1
    [note] = [note for note in report.notes if "differ" in note]
    assert note.startswith("3 changes pass all tests and differ on largest([")


def test_special_case_for_the_test_is_no_fix(make_project: MakeProject, run_fix: RunFix) -> None:
    project = make_project({"code_a.py": CODE, "test_a.py": TEST})
    report = run_fix(project, SPECIAL, RIGHT)
    assert report.outcome is Outcome.FIXED
    assert report.changes[0].after == RIGHT
    [refused] = [fallen for fallen in report.fallen if fallen.stage is Stage.OVERFITTING]
    assert (refused.number, refused.reason) == (
        1,
        "it answers the test's own 17 as a special case",
    )


def test_nothing_but_special_cases_is_an_honest_no(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    project = make_project({"code_a.py": CODE, "test_a.py": TEST})
    report = run_fix(project, SPECIAL, settings=FixSettings(max_tries=2))
    assert report.outcome is Outcome.NO_FIX
    assert report.changes == ()
