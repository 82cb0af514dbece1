"""A repository is somebody else's text: reading it must run nothing and change nothing."""

import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from codegen_lsp.errors import GitError, MissingTool
from codegen_lsp.git.changes import changes_between, staged_changes, working_tree_changes
from codegen_lsp.git.command import git_line, git_output
from codegen_lsp.git.repository import open_repository

Git = Callable[..., str]


@pytest.fixture
def trap(root: Path, git: Git, tmp_path: Path) -> Path:
    """A repository whose configuration names a program wherever git would run one.

    The program leaves a file beside the repository, whose path is returned.
    """
    sprung = tmp_path / "sprung"
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> "{sprung}"\ncat\n')
    program.chmod(0o755)
    (root / ".gitattributes").write_text("*.py diff=evil filter=evil\n*.js filter=e=vil\n")
    for name in ("a.py", "a.js"):
        (root / name).write_text("x = 1\n")
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "diff.external",
        "diff.evil.command",
        "diff.evil.textconv",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "filter.e=vil.clean",
    ):
        git("config", key, str(program))
    git("config", "filter.evil.required", "true")
    for hook in ("post-index-change", "pre-commit", "fsmonitor-watchman"):
        path = root / ".git" / "hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(program.read_text())
        path.chmod(0o755)
    for name in ("a.py", "a.js"):
        (root / name).write_text("x = 2\n")
    return sprung


def test_the_trap_works(git: Git, trap: Path) -> None:
    """Plain git runs the program, so that the other tests here can fail."""
    with suppress(subprocess.CalledProcessError):  # its filter talks no sense
        git("diff", "HEAD")
    assert trap.exists()


def test_no_program_of_the_repository_is_run(root: Path, trap: Path) -> None:
    repository = open_repository(root)
    changes = working_tree_changes(repository)
    staged_changes(repository)
    changes_between(repository, "HEAD..HEAD")
    assert {file.path for file in changes.files} == {"a.py", "a.js"}
    assert not trap.exists()


def test_filters_from_the_environment_keep_their_numbers(
    root: Path, trap: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.nickname")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "me")
    repository = open_repository(root)
    assert working_tree_changes(repository).files
    assert repository.line("config", "user.nickname") == "me"
    assert not trap.exists()


def test_nothing_in_the_repository_is_written(root: Path, git: Git) -> None:
    """By itself git would refresh its index when a file was touched."""
    (root / "a.py").write_text("x = 1\n")
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    (root / "a.py").touch()
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    working_tree_changes(open_repository(root))
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before


def test_a_failing_command_gives_gits_own_line(root: Path) -> None:
    with pytest.raises(GitError, match="git cat-file failed"):
        git_output(["cat-file", "blob", "nope"], cwd=root)
    assert git_line(["cat-file", "blob", "nope"], cwd=root) is None


def test_without_git_there_is_advice(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(root))
    with pytest.raises(MissingTool, match="git is not installed"):
        git_output(["version"], cwd=root)
