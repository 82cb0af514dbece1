import os
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen_lsp.document.changes import ChangeSet
from codegen_lsp.document.read import MAX_BYTES
from codegen_lsp.errors import GitError
from codegen_lsp.git.changes import (
    changes_between,
    changes_since,
    relative_paths,
    staged_changes,
    working_tree_changes,
)
from codegen_lsp.git.repository import open_repository

Git = Callable[..., str]


def added(changes: ChangeSet) -> dict[str, list[int]]:
    return {file.path: sorted(file.added) for file in changes.files}


def skipped(changes: ChangeSet) -> dict[str, str]:
    return {file.path: file.reason for file in changes.skipped}


@pytest.fixture
def committed(root: Path, git: Git) -> Path:
    """A repository with one commit of ``a.py``: three lines."""
    (root / "a.py").write_text("one = 1\ntwo = 2\nthree = 3\n")
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    return root


def test_the_working_tree_is_staged_not_staged_and_not_tracked(committed: Path, git: Git) -> None:
    (committed / "a.py").write_text("one = 1\ntwo = 22\nthree = 3\n")
    git("add", "a.py")
    (committed / "a.py").write_text("one = 1\ntwo = 22\nthree = 33\n")
    (committed / "new.py").write_text("x = 1\ny = 2")
    changes = working_tree_changes(open_repository(committed))
    assert added(changes) == {"a.py": [2, 3], "new.py": [1, 2]}
    assert [file.is_new for file in changes.files] == [False, True]


def test_staged_is_what_a_commit_would_record(committed: Path, git: Git) -> None:
    """The text is that of the index, not that of the working tree."""
    (committed / "a.py").write_text("one = 1\ntwo = 22\nthree = 3\n")
    git("add", "a.py")
    (committed / "a.py").write_text("")
    (committed / "new.py").write_text("x = 1\n")
    changes = staged_changes(open_repository(committed))
    assert added(changes) == {"a.py": [2]}
    assert changes.files[0].document.text == "one = 1\ntwo = 22\nthree = 3\n"


def test_since_a_base_means_since_the_merge_base(committed: Path, git: Git) -> None:
    git("checkout", "--quiet", "-b", "side")
    (committed / "side.py").write_text("x = 1\n")
    git("add", ".")
    git("commit", "--quiet", "-m", "side")
    git("checkout", "--quiet", "main")
    (committed / "main.py").write_text("only on main\n")
    git("add", ".")
    git("commit", "--quiet", "-m", "main")
    git("checkout", "--quiet", "side")
    (committed / "a.py").write_text("one = 11\ntwo = 2\nthree = 3\n")
    changes = changes_since(open_repository(committed), "main")
    assert added(changes) == {"a.py": [1], "side.py": [1]}


@pytest.mark.parametrize("revisions", ["HEAD~1..HEAD", "HEAD~1..", "HEAD~1...HEAD", "main~1..main"])
def test_between_revisions_the_working_tree_does_not_count(
    committed: Path, git: Git, revisions: str
) -> None:
    (committed / "a.py").write_text("one = 1\ntwo = 2\nthree = 3\nfour = 4\n")
    git("commit", "--quiet", "-am", "second")
    (committed / "a.py").unlink()
    changes = changes_between(open_repository(committed), revisions)
    assert added(changes) == {"a.py": [4]}
    assert changes.files[0].document.text.endswith("four = 4\n")


def test_before_the_first_commit_everything_is_new(root: Path, git: Git) -> None:
    (root / "staged.py").write_text("x = 1\n")
    git("add", ".")
    (root / "new.py").write_text("y = 1\n")
    repository = open_repository(root)
    assert added(working_tree_changes(repository)) == {"new.py": [1], "staged.py": [1]}
    assert added(staged_changes(repository)) == {"staged.py": [1]}


def test_before_the_first_commit_no_revision_exists(root: Path) -> None:
    with pytest.raises(GitError, match="no commits yet"):
        changes_since(open_repository(root), "main")


def test_a_detached_head_is_reviewed_as_any_other(committed: Path, git: Git) -> None:
    git("checkout", "--quiet", "--detach")
    (committed / "a.py").write_text("one = 11\ntwo = 2\nthree = 3\n")
    assert added(working_tree_changes(open_repository(committed))) == {"a.py": [1]}


def test_a_repository_is_found_from_a_folder_within(committed: Path) -> None:
    (committed / "deep" / "er").mkdir(parents=True)
    (committed / "deep" / "er" / "b.py").write_text("x = 1\n")
    changes = working_tree_changes(open_repository(committed / "deep" / "er"))
    assert added(changes) == {"deep/er/b.py": [1]}


NAMES = ["with space.py", "ünï 🐍.py", 'quo"te.py', "back\\slash.py", "tab\there.py", "a b/ c.py"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("tracked", [True, False])
def test_unusual_names(committed: Path, git: Git, name: str, tracked: bool) -> None:  # noqa: FBT001 - a parameter of the case
    path = committed / name
    path.parent.mkdir(exist_ok=True)
    if tracked:
        path.write_text("x = 1\n")
        git("add", ".")
        git("commit", "--quiet", "-m", "more")
    path.write_text("x = 1\ny = 2\n" if tracked else "x = 1\n")
    changes = working_tree_changes(open_repository(committed))
    assert added(changes) == {name: [2] if tracked else [1]}


def test_a_renamed_file_goes_by_its_new_name(committed: Path, git: Git) -> None:
    git("mv", "a.py", "b.py")
    (committed / "b.py").write_text("one = 1\ntwo = 2\nthree = 3\nfour = 4\n")
    git("add", ".")
    assert added(staged_changes(open_repository(committed))) == {"b.py": [4]}


def test_a_name_that_is_not_utf8_is_skipped(committed: Path) -> None:
    Path(os.fsdecode(os.fsencode(committed) + b"/latin\xe4.py")).write_text("x = 1\n")
    changes = working_tree_changes(open_repository(committed))
    assert skipped(changes) == {"latin\ufffd.py": "its name is not UTF-8"}


def test_what_is_no_text_is_skipped_with_a_reason(committed: Path, git: Git) -> None:
    (committed / "image.png").write_bytes(b"\x89PNG\0\0")
    (committed / "link.py").symlink_to("a.py")
    (committed / "latin.py").write_bytes(b"x = '\xe4'\n")
    (committed / "big.py").write_text("x = 1\n" * (MAX_BYTES // 6 + 1))
    repository = open_repository(committed)
    untracked = working_tree_changes(repository)
    git("add", ".")
    for changes in (untracked, working_tree_changes(repository), staged_changes(repository)):
        assert changes.files == ()
        reasons = skipped(changes)
        assert "binary" in reasons["image.png"]
        assert reasons["link.py"] == "a symbolic link"
        assert "UTF-8" in reasons["latin.py"]
        assert "too large" in reasons["big.py"]


def test_a_changed_submodule_is_not_entered(committed: Path, git: Git, tmp_path: Path) -> None:
    git("clone", "--quiet", str(committed), str(tmp_path / "other"))
    git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(tmp_path / "other"))
    git("commit", "--quiet", "-m", "with a submodule")
    (committed / "other" / "a.py").write_text("changed = 1\n")
    changes = working_tree_changes(open_repository(committed))
    assert (changes.files, changes.skipped) == ((), ())


def test_a_deleted_file_has_nothing_to_review(committed: Path) -> None:
    (committed / "a.py").unlink()
    changes = working_tree_changes(open_repository(committed))
    assert (changes.files, changes.skipped) == ((), ())


def test_a_file_made_executable_has_no_lines_to_review(committed: Path) -> None:
    (committed / "a.py").chmod(0o755)
    assert list(skipped(working_tree_changes(open_repository(committed)))) == ["a.py"]


@pytest.mark.parametrize("attributes", ["", "* text=auto\n", "*.py text eol=crlf\n"])
def test_crlf_files_count_as_git_counts(root: Path, git: Git, attributes: str) -> None:
    (root / ".gitattributes").write_text(attributes)
    (root / "a.py").write_bytes(b"one = 1\r\ntwo = 2\r\nthree = 3\r\n")
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    (root / "a.py").write_bytes(b"one = 1\r\ntwo = 22\r\nthree = 3")
    changes = working_tree_changes(open_repository(root))
    assert added(changes)["a.py"] == [2, 3]
    assert changes.files[0].document.text == "one = 1\r\ntwo = 22\r\nthree = 3"


def test_a_lone_cr_is_no_line_end_for_git(committed: Path) -> None:
    """Editors count it as one, so that line numbers would disagree."""
    (committed / "a.py").write_bytes(b"one = 1\rmore = 1\ntwo = 2\nthree = 33\n")
    changes = working_tree_changes(open_repository(committed))
    assert changes.files == ()
    assert "lone CR" in skipped(changes)["a.py"]


def test_paths_restrict_the_review(committed: Path) -> None:
    (committed / "sub").mkdir()
    (committed / "sub" / "b.py").write_text("x = 1\n")
    (committed / "a*.py").write_text("x = 1\n")
    (committed / "a.py").write_text("one = 11\n")
    repository = open_repository(committed)
    assert added(working_tree_changes(repository, ["sub"])) == {"sub/b.py": [1]}
    assert list(added(working_tree_changes(repository, ["a*.py"]))) == ["a*.py"]


def test_a_path_outside_the_repository_is_an_error(committed: Path, tmp_path: Path) -> None:
    repository = open_repository(committed)
    assert relative_paths(repository, [committed / "sub" / ".." / "a.py"]) == ["a.py"]
    with pytest.raises(GitError, match="outside the repository"):
        relative_paths(repository, [tmp_path])


def test_settings_that_change_how_a_diff_looks_change_nothing(committed: Path, git: Git) -> None:
    for name, value in {
        "diff.noprefix": "true",
        "diff.mnemonicPrefix": "true",
        "diff.context": "0",
        "diff.relative": "true",
        "diff.suppressBlankEmpty": "true",
        "color.ui": "always",
        "core.quotePath": "true",
    }.items():
        git("config", name, value)
    (committed / "ä.py").write_text("x = 1\n\ny = 1\n")
    git("add", ".")
    git("commit", "--quiet", "-m", "more")
    (committed / "ä.py").write_text("x = 1\n\ny = 2\n")
    (file,) = working_tree_changes(open_repository(committed)).files
    assert (file.path, file.added, file.hunks[0].lines[2]) == ("ä.py", {3}, "")


def test_a_conflict_is_reviewed_with_its_markers(committed: Path, git: Git) -> None:
    git("checkout", "--quiet", "-b", "side")
    (committed / "a.py").write_text("one = 'side'\n")
    git("commit", "--quiet", "-am", "side")
    git("checkout", "--quiet", "main")
    (committed / "a.py").write_text("one = 'main'\n")
    git("commit", "--quiet", "-am", "main")
    with pytest.raises(Exception, match="merge"):
        git("merge", "side")
    (file,) = working_tree_changes(open_repository(committed)).files
    assert "<<<<<<< HEAD" in file.document.text
    assert 1 in file.added
