import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen_lsp.errors import GitError
from codegen_lsp.git.repository import (
    commit_id,
    has_commits,
    merge_base,
    open_repository,
    repository_root,
)

Git = Callable[..., str]


def test_a_folder_that_is_no_repository(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="is not in a git repository") as caught:
        open_repository(tmp_path)
    assert caught.value.advice is not None
    assert repository_root(tmp_path) is None


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="is not a folder"):
        open_repository(tmp_path / "nothing")


def test_a_bare_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", "--bare", "bare.git"], cwd=tmp_path, check=True)
    with pytest.raises(GitError, match="is a bare repository"):
        open_repository(tmp_path / "bare.git")


def test_the_git_folder_itself(root: Path) -> None:
    with pytest.raises(GitError, match=r"inside a \.git folder"):
        open_repository(root / ".git")


def test_a_repository_of_somebody_else(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git refuses to read it; the advice is the command that changes its mind."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(GitError, match="does not trust") as caught:
        open_repository(root)
    assert caught.value.advice == f"git config --global --add safe.directory {root}"


def test_a_damaged_repository_gives_gits_own_line(root: Path) -> None:
    (root / ".git" / "config").write_text("[core\n")
    with pytest.raises(GitError, match="bad config line 1"):
        open_repository(root)


def test_the_root_is_found_through_spaces_and_line_ends(tmp_path: Path) -> None:
    folder = tmp_path / "a b\nc "
    (folder / "sub").mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    assert open_repository(folder / "sub").root == folder


@pytest.mark.parametrize("revision", ["nope", "", "--all", "-x", "HEAD:a.py", "HEAD~9", "$(id)"])
def test_what_is_no_revision(root: Path, git: Git, revision: str) -> None:
    git("commit", "--quiet", "--allow-empty", "-m", "first")
    with pytest.raises(GitError, match="is not a revision"):
        commit_id(open_repository(root), revision)


def test_revisions_without_a_common_ancestor(root: Path, git: Git) -> None:
    git("commit", "--quiet", "--allow-empty", "-m", "first")
    git("checkout", "--quiet", "--orphan", "other")
    git("commit", "--quiet", "--allow-empty", "-m", "other first")
    with pytest.raises(GitError, match="no common ancestor"):
        merge_base(open_repository(root), "main", "other")


def test_has_commits(root: Path, git: Git) -> None:
    repository = open_repository(root)
    assert not has_commits(repository)
    git("commit", "--quiet", "--allow-empty", "-m", "first")
    assert has_commits(repository)
