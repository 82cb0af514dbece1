"""Which failing tests belong to the bug that is looked for."""

from collections.abc import Callable
from pathlib import Path

from agent.report import Outcome
from agent.steps.localise import MAX_FUNCTION_CHARACTERS

from ..conftest import RunFix  # noqa: TID252 - the helpers of these tests lie one folder up

MakeProject = Callable[..., Path]

TWO_BUGS = "def one():\n    return 2\n\n\ndef two():\n    return 1\n"
TESTS = """\
from code_a import one, two


def test_one():
    assert one() == 1


def test_one_again():
    assert one() + 1 == 2


def test_two():
    assert two() == 2
"""


def test_one_run_mends_one_bug(make_project: MakeProject, run_fix: RunFix) -> None:
    """The tests that point to the first function must all pass; the other is left for later."""
    project = make_project({"code_a.py": TWO_BUGS, "test_a.py": TESTS})
    report = run_fix(project, "def one():\n    return 1\n")
    assert report.outcome is Outcome.FIXED
    assert report.certificate is not None
    assert report.failing == ("test_a.py::test_one", "test_a.py::test_one_again")
    assert report.certificate.fixed == report.failing
    assert report.certificate.still_failing == ("test_a.py::test_two",)


def test_function_too_long_to_rewrite_is_no_suspect(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    body = "    x = 1\n" * (MAX_FUNCTION_CHARACTERS // 8)
    code = f"def one():\n{body}    return 2\n"
    test = "from code_a import one\n\n\ndef test_one():\n    assert one() == 1\n"
    report = run_fix(make_project({"code_a.py": code, "test_a.py": test}))
    assert report.outcome is Outcome.NO_FIX
    assert "could be connected" in report.summary


def test_nothing_of_the_project_is_involved(make_project: MakeProject, run_fix: RunFix) -> None:
    report = run_fix(make_project({"test_a.py": "def test_it():\n    assert False\n"}))
    assert report.outcome is Outcome.NO_FIX
    assert report.advice is not None
    assert report.cost.answers == 0
