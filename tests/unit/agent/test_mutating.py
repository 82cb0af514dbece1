"""Mutants from end to end: no usable answer of the model, and still a verified fix."""

from collections.abc import Callable
from pathlib import Path

from agent.report import Outcome
from codegen_lsp.config.settings import FixSettings

from .conftest import RunFix

MakeProject = Callable[..., Path]


def test_mutant_mends_what_the_model_does_not(make_project: MakeProject, run_fix: RunFix) -> None:
    report = run_fix(make_project(), "I cannot.", mutants=True)
    assert report.outcome is Outcome.FIXED
    assert report.certificate is not None
    assert report.certificate.mutation == "another number in line 11"
    assert "result = 0" in report.changes[0].after
    assert report.cost.answers == 1
    assert report.cost.mutants > report.cost.tries


def test_model_goes_first(make_project: MakeProject, run_fix: RunFix) -> None:
    right = "def total(numbers):\n    return sum(numbers)\n"
    report = run_fix(make_project(), right, mutants=True)
    assert report.outcome is Outcome.FIXED
    assert (report.cost.mutants, report.cost.tries) == (0, 1)
    assert report.certificate is not None
    assert report.certificate.mutation == ""


def test_mutant_that_breaks_another_test_is_refused(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    """Both tests hold for one mutant only, though more make the failing one pass."""
    code = "def at_least(number, least):\n    return number > least\n"
    test = (
        "from code_a import at_least\n\n\n"
        "def test_equal():\n    assert at_least(3, 3)\n\n\n"
        "def test_less():\n    assert not at_least(2, 3)\n\n\n"
        "def test_more():\n    assert at_least(4, 3)\n"
    )
    project = make_project({"code_a.py": code, "test_a.py": test})
    report = run_fix(project, "I cannot.", mutants=True)
    assert report.outcome is Outcome.FIXED
    assert report.changes[0].after == code.replace(">", ">=")


def test_mutant_mends_an_endless_loop(make_project: MakeProject, run_fix: RunFix) -> None:
    code = (
        "def steps(number):\n    found = 0\n    while number > 0:\n"
        "        number += 1\n        found += 1\n    return found\n"
    )
    test = "from code_a import steps\n\n\ndef test_three():\n    assert steps(3) == 3\n"
    project = make_project({"code_a.py": code, "test_a.py": test})
    settings = FixSettings(max_tries=4, test_seconds=4)
    report = run_fix(project, "I cannot.", settings=settings, mutants=True)
    assert report.outcome is Outcome.FIXED
    assert report.changes[0].after == code.replace("number += 1", "number -= 1")


PAIR = "def total(numbers):\n    return numbers[0] + numbers[2]\n"
CHECK = "import calc\nassert calc.total([1, 2]) == 3\n"


def test_under_another_quick_command_each_has_a_run_of_its_own(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    project = make_project({"calc.py": PAIR, "check.py": CHECK})
    report = run_fix(project, "I cannot.", test="python3 check.py", mutants=True)
    assert report.outcome is Outcome.FIXED
    assert report.changes[0].after == PAIR.replace("[2]", "[1]")
    assert report.cost.mutants > report.cost.tries


def test_under_a_slow_command_there_are_none(make_project: MakeProject, run_fix: RunFix) -> None:
    slow = f"import time\ntime.sleep(2.5)\n{CHECK}"
    project = make_project({"calc.py": PAIR, "check.py": slow})
    report = run_fix(project, "I cannot.", test="python3 check.py", mutants=True)
    assert report.outcome is Outcome.NO_FIX
    assert (report.cost.answers > 0, report.cost.mutants) == (True, 0)
