"""Where the project is, and which of its files nobody may edit."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from agent.project import is_test_file, locate
from codegen_lsp.errors import GitError, UsageError

from .conftest import git

MakeProject = Callable[..., Path]


@pytest.mark.parametrize(
    "path",
    [
        "test_calc.py",
        "calc_test.py",
        "conftest.py",
        "pkg/conftest.py",
        "tests/helper.py",
        "tests/data/input.json",
        "src/pkg/tests/anything.py",
        "test/run.py",
    ],
)
def test_files_that_belong_to_the_tests(path: str) -> None:
    assert is_test_file(PurePosixPath(path))


@pytest.mark.parametrize(
    "path", ["calc.py", "testing.py", "latest.py", "contest.py", "src/attest/a.py", "tests.py"]
)
def test_files_that_do_not(path: str) -> None:
    assert not is_test_file(PurePosixPath(path))


def test_nearest_folder_with_a_project_file(make_project: MakeProject) -> None:
    top = make_project({"pyproject.toml": "", "libs/a/setup.cfg": "", "libs/a/tests/test_a.py": ""})
    found = locate(top / "libs" / "a" / "tests" / "test_a.py")
    assert found.top == top
    assert found.folder == PurePosixPath("libs/a")
    assert found.only == PurePosixPath("tests/test_a.py")


def test_project_folder_itself_is_no_restriction(make_project: MakeProject) -> None:
    top = make_project({"pyproject.toml": ""})
    assert locate(top).folder == PurePosixPath()
    assert locate(top).only is None


def test_without_project_files_the_named_folder_is_the_project(make_project: MakeProject) -> None:
    top = make_project({"sub/calc.py": "", "sub/tests/test_calc.py": ""})
    assert locate(top / "sub").folder == PurePosixPath("sub")
    assert locate(top / "sub").only is None


def test_without_project_files_the_working_directory_is_the_project(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = make_project({"calc.py": "", "checks/test_calc.py": ""})
    monkeypatch.chdir(top)
    found = locate(Path("checks"))
    assert (found.folder, found.only) == (PurePosixPath(), PurePosixPath("checks"))


def test_project_files_above_the_repository_do_not_count(
    make_project: MakeProject, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").touch()
    top = make_project({"calc.py": ""})
    assert locate(top).top == top


def test_path_through_a_link_is_the_place_it_leads_to(
    make_project: MakeProject, tmp_path: Path
) -> None:
    top = make_project({"pyproject.toml": ""})
    (tmp_path / "link").symlink_to(top)
    assert locate(tmp_path / "link").top == top


def test_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        locate(tmp_path / "nowhere")


def test_folder_outside_of_any_repository(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="run git init first"):
        locate(tmp_path)


def test_bare_repository_is_refused_with_a_reason(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "bare.git")
    with pytest.raises(GitError, match="is a bare repository"):
        locate(tmp_path / "bare.git")
