"""A certificate that was checked again holds, does not hold, or is about other files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.certificates import Checked, Finding, check, read_claim
from agent.checks import TestCommand
from agent.report import FixReport
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import FixSettings
from codegen_lsp.errors import UsageError

from .conftest import CALC, RIGHT, RunFix, everything_in, git

MakeProject = Callable[..., Path]


def checked(
    report: FixReport, project: Path, command: TestCommand | None = None, **claims: object
) -> Checked:
    """Check the certificate of ``report``, in which ``claims`` are put."""
    data = report.as_json()
    data["certificate"] = {**data["certificate"], **claims}
    file = project.parent / "certificate.json"
    file.write_text(json.dumps(data))
    before = everything_in(project)
    result = check(
        read_claim(file), project, command, FixSettings(), Cancellation(), lambda _: None
    )
    assert everything_in(project) == before
    return result


def test_it_holds_before_and_after_the_change_is_made(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    project = make_project()
    report = run_fix(project, RIGHT)
    assert checked(report, project) == Checked(Finding.HOLDS)
    (project / "fix.diff").write_text(report.diff)
    git(project, "apply", "fix.diff")
    (project / "fix.diff").unlink()
    assert checked(report, project) == Checked(Finding.HOLDS)


def test_what_is_claimed_and_not_so_is_named(make_project: MakeProject, run_fix: RunFix) -> None:
    project = make_project()
    report = run_fix(project, RIGHT)
    found = checked(
        report,
        project,
        fixed=["tests/test_calc.py::test_double"],
        totals_after={"passed": 3},
        tests_sha256="0",
    )
    assert found.finding is Finding.DIFFERS
    assert found.differences == (
        "tests/test_calc.py::test_double does not fail before",
        "the suite after has {'passed': 2}, not {'passed': 3}",
        "the test files are not the same",
    )


def test_another_tree_is_told_before_anything_is_run(
    make_project: MakeProject, run_fix: RunFix
) -> None:
    project = make_project()
    report = run_fix(project, RIGHT)
    (project / "calc.py").write_text(f"{CALC}\n# more\n")
    assert checked(report, project).finding is Finding.ELSEWHERE


def test_a_command_is_not_taken_from_the_file(make_project: MakeProject, run_fix: RunFix) -> None:
    project = make_project()
    report = run_fix(project, RIGHT)
    with pytest.raises(UsageError, match="is not run unasked"):
        checked(report, project, test=["rm", "-rf", "/"])
    with pytest.raises(UsageError, match="without --test"):
        checked(report, project, TestCommand(("true",)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no json", "cannot be read as JSON"),
        ("[]", "holds no certificate"),
        ('{"certificate": null}', "holds no certificate"),
        ('{"certificate": {"base": 1}}', "no Certificate of this version"),
    ],
)
def test_file_that_is_no_certificate(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "file.json").write_text(text)
    with pytest.raises(UsageError, match=said):
        read_claim(tmp_path / "file.json")
