"""Which failing tests belong to the bug that is looked for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.report import Outcome
from agent.steps.localise import MAX_FUNCTION_CHARACTERS
from agent.tools import Aim, Event
from codegen_lsp.errors import UsageError

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


def test_function_that_passing_tests_run_too_is_less_suspected(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    """The test calls both alike; the one that only it runs comes first, with the reason."""
    code = (
        "def scale(number):\n    return number * 2\n\n\ndef shift(number):\n    return number + 2\n"
    )
    test = (
        "from code_a import scale, shift\n\n\n"
        "def test_scale():\n    assert scale(1) == 2\n\n\n"
        "def test_both():\n    assert scale(1) + shift(1) == 4\n"
    )
    events: list[Event] = []
    project = make_project({"code_a.py": code, "test_a.py": test})
    run_fix(project, "def shift(number):\n    return number + 1\n", on_event=events.append)
    told = [event.text for event in events if "code_a.py: " in event.text]
    assert told == [
        "code_a.py: shift (called by the test; run by the test, Ochiai 1.00)",
        "code_a.py: scale (called by the test; run by the test, Ochiai 0.71)",
    ]


def test_function_that_the_test_reaches_in_ways_nobody_can_read(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    """Through a table of functions found by name: only tracing sees it."""
    code = "def one():\n    return 2\n\n\nTABLE = dict(globals())\n"
    test = "import code_a\n\n\ndef test_one():\n    assert code_a.TABLE['o' + 'ne']() == 1\n"
    project = make_project({"code_a.py": code, "test_a.py": test})
    report = run_fix(project, "def one():\n    return 1\n")
    assert report.outcome is Outcome.FIXED


def test_focus_overrules_the_evidence(make_project: MakeProject, run_fix: RunFix) -> None:
    events: list[Event] = []
    project = make_project({"code_a.py": TWO_BUGS, "test_a.py": TESTS})
    aim = Aim(function="code_a.py:two")
    run_fix(project, on_event=events.append, aim=aim)
    told = [event.text for event in events if "code_a.py: " in event.text]
    assert told == ["code_a.py: two (named by --focus)"]


@pytest.mark.parametrize(
    "focus", ["code_a.py:three", "two", "b.py:two", ":two", "test_a.py:test_one"]
)
def test_focus_on_nothing_that_may_be_changed(
    make_project: MakeProject, run_fix: RunFix, focus: str
) -> None:
    project = make_project({"code_a.py": TWO_BUGS, "test_a.py": TESTS})
    with pytest.raises(UsageError):
        run_fix(project, aim=Aim(function=focus))


def test_one_test_of_several(make_project: MakeProject, run_fix: RunFix) -> None:
    project = make_project({"code_a.py": TWO_BUGS, "test_a.py": TESTS})
    report = run_fix(project, "def two():\n    return 2\n", aim=Aim(test="test_two"))
    assert report.failing == ("test_a.py::test_two",)
    assert report.outcome is Outcome.FIXED


def test_test_that_does_not_fail(make_project: MakeProject, run_fix: RunFix) -> None:
    project = make_project({"code_a.py": TWO_BUGS, "test_a.py": TESTS})
    report = run_fix(project, aim=Aim(test="test_three"))
    assert (report.outcome, report.summary) == (
        Outcome.NOTHING_FAILS,
        "nothing to fix: test_three does not fail",
    )
