"""How a run is judged, and what ruff is asked."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from agent.checks import TestCommand, TestRunner, new_ruff_errors, runner_for_command
from agent.project import locate
from agent.results import SuiteRun, Verdict
from agent.runners import runner_for
from agent.scratch import scratch_copy
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import UsageError

from .conftest import CALC, RIGHT, write_files

MakeProject = Callable[..., Path]


@contextmanager
def runner(project: Path, test: str | None = None) -> Iterator[TestRunner]:
    place = locate(project)
    command = TestCommand.parse(test) if test else None
    with scratch_copy(place.repository, Cancellation()) as scratch:
        yield runner_for(place, command, scratch, Cancellation())


def run(found: TestRunner, **options: object) -> SuiteRun:
    return found.run({}, seconds=30, cancellation=Cancellation(), **options)  # type: ignore[arg-type]


def test_command_is_split_as_a_shell_would() -> None:
    assert TestCommand.parse("pytest -k 'a b'").arguments == ("pytest", "-k", "a b")


@pytest.mark.parametrize("text", ["", "   ", "pytest 'unclosed"])
def test_command_that_cannot_be_read(text: str) -> None:
    with pytest.raises(UsageError, match="test command"):
        TestCommand.parse(text)


def test_shell_words_are_no_program(make_project: MakeProject) -> None:
    with pytest.raises(UsageError, match="without a shell"), runner(make_project(), "cd x && y"):
        pass


def test_program_in_the_project_is_found_from_its_folder(make_project: MakeProject) -> None:
    project = make_project({"check.sh": "#!/bin/sh\ntest -f check.sh\n"})
    (project / "check.sh").chmod(0o755)
    with runner(project, "./check.sh") as found:
        done = run(found)
    assert not done.per_test
    assert [case.verdict for case in done.cases] == [Verdict.PASSED]


def test_own_choice_is_judged_by_its_tests_alone(make_project: MakeProject) -> None:
    """The project's options may make pytest fail although every test passes."""
    conftest = "def pytest_sessionfinish(session):\n    session.exitstatus = 9\n"
    files = {"conftest.py": conftest, "test_a.py": "def test_it():\n    pass\n"}
    with runner(make_project(files)) as found:
        done = run(found)
    assert done.exit_code == 9
    assert done.failing == ()


def test_users_command_must_succeed_as_a_whole(make_project: MakeProject) -> None:
    """``make check`` may test and lint: passing tests are not all that was asked for."""
    conftest = "def pytest_sessionfinish(session):\n    session.exitstatus = 9\n"
    files = {"conftest.py": conftest, "test_a.py": "def test_it():\n    pass\n"}
    command = f"{sys.executable} -m pytest"
    with runner(make_project(files), command) as found:
        done = run(found)
    assert [case.case for case in done.failing] == [command]


def test_chosen_tests_run_alone_and_from_a_clean_state(make_project: MakeProject) -> None:
    with runner(make_project()) as found:
        failing = run(found).failing
        again = run(found, only=failing)
        mended = found.run(
            {"calc.py": RIGHT}, seconds=30, cancellation=Cancellation(), only=failing
        )
    assert [case.case for case in again.cases] == ["tests/test_calc.py::test_total"]
    assert mended.cases == () or mended.uncollected  # the rest of calc.py is gone
    assert "tests/test_calc.py" in again.command


def test_tests_within_a_folder_only(make_project: MakeProject) -> None:
    test = "def test_it():\n    pass\n"
    with runner(make_project({"a/test_a.py": test, "b/test_b.py": test})) as found:
        done = run(found, within=PurePosixPath("b"))
    assert [case.case for case in done.cases] == ["b/test_b.py::test_it"]


def test_hash_is_over_the_test_files_only(make_project: MakeProject) -> None:
    with runner(make_project()) as found:
        assert found.test_files == ["tests/test_calc.py"]
        before = found.tests_hash()
        write_files(found.scratch.tree, {"calc.py": "x"})
        assert found.tests_hash() == before
        write_files(found.scratch.tree, {"tests/test_calc.py": "x"})
        assert found.tests_hash() != before


def test_environment_of_the_runner_holds_no_secret(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_SECRET_TOKEN", "hunter2")
    test = "import os\n\n\ndef test_it():\n    assert 'MY_SECRET_TOKEN' not in os.environ\n"
    with runner(make_project({"test_a.py": test})) as found:
        assert run(found).failing == ()


def test_runner_may_be_given_any_command(make_project: MakeProject) -> None:
    with runner(make_project(), "true") as found:
        other = runner_for_command(
            TestCommand(("false",)), found.scratch, found.sandbox, found.project
        )
        assert replace(found, command=("true",)).own_choice is False
        assert [case.verdict for case in run(other).cases] == [Verdict.FAILED]


def ruff(before: str, after: str, folder: Path) -> list[str]:
    return new_ruff_errors(before, after, filename=folder / "a.py", cwd=folder)


def test_new_errors_of_ruff_are_told(tmp_path: Path) -> None:
    found = ruff(CALC, CALC + "\n\ndef f():\n    return missing\n", tmp_path)
    assert found == ["F821 Undefined name `missing`"]


def test_errors_that_were_there_before_are_not_new(tmp_path: Path) -> None:
    bad = "def f():\n    return missing\n"
    assert ruff(bad, f"\n\n{bad}", tmp_path) == []
    assert len(ruff(bad, f"{bad}\n\n{bad.replace('f()', 'g()')}", tmp_path)) == 1


def test_what_is_left_unused_is_no_error(tmp_path: Path) -> None:
    before = "import os\n\n\ndef f():\n    return os.sep\n"
    assert ruff(before, "import os\n\n\ndef f():\n    a = 1\n    return 2\n", tmp_path) == []
