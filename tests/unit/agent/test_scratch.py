"""The copy holds the user's exact state; the user's repository is only read."""

import os
import subprocess
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from agent.scratch import MAX_BYTES, Scratch, remove_abandoned, scratch_copy
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import Cancelled, GitError, UsageError
from codegen_lsp.git.repository import open_repository

from .conftest import everything_in, git, write_files

MakeProject = Callable[..., Path]


def copied(project: Path) -> AbstractContextManager[Scratch]:
    return scratch_copy(open_repository(project), Cancellation())


def files_in(tree: Path) -> dict[str, str]:
    return {
        str(path.relative_to(tree)): path.read_text()
        for path in sorted(tree.rglob("*"))
        if path.is_file() and path.name != ".git"
    }


def test_copy_holds_what_is_on_disk_now(make_project: MakeProject) -> None:
    """Changes and deletions that are not committed, and new files; nothing that git ignores."""
    project = make_project({"a.py": "1", "b.py": "2", "c.py": "3", ".gitignore": "*.log\n"})
    write_files(project, {"a.py": "changed", "new/d.py": "4", "x.log": "ignored"})
    git(project, "add", "a.py")
    write_files(project, {"a.py": "changed again"})
    (project / "b.py").unlink()
    with copied(project) as scratch:
        assert files_in(scratch.tree) == {
            ".gitignore": "*.log\n",
            "a.py": "changed again",
            "c.py": "3",
            "new/d.py": "4",
        }
        assert scratch.tree.name == project.name
        assert set(scratch.paths) == {".gitignore", "a.py", "c.py", "new/d.py"}


def test_copying_changes_nothing_in_the_repository(make_project: MakeProject) -> None:
    project = make_project()
    write_files(project, {"calc.py": "touched"})
    before = everything_in(project)
    with copied(project) as scratch:
        scratch.restore({"calc.py": "other"})
        assert everything_in(project) == before
    assert everything_in(project) == before
    assert not scratch.root.exists()


def test_hooks_filters_and_attributes_of_the_repository_are_not_used(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """Their programs are not run, and line ends stay as they are on disk."""
    attributes = "* text eol=crlf filter=evil\n"
    project = make_project({"a.txt": "one\r\ntwo\n", ".gitattributes": attributes})
    program = f"touch {tmp_path / 'it-ran'}; cat"
    for name in ("filter.evil.clean", "filter.evil.smudge", "core.fsmonitor"):
        git(project, "config", name, program)
    for name in ("pre-commit", "post-checkout", "post-index-change", "post-commit"):
        hook = project / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\n{program}\n")
        hook.chmod(0o755)
    (tmp_path / "it-ran").unlink(missing_ok=True)
    with copied(project) as scratch:
        (scratch.tree / "a.txt").unlink()
        scratch.restore()
        assert (scratch.tree / "a.txt").read_bytes() == b"one\r\ntwo\n"
    assert not (tmp_path / "it-ran").exists()


def test_environment_of_a_git_hook_does_not_lead_back(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run from a hook, git's variables name the user's repository and index."""
    project = make_project()
    monkeypatch.setenv("GIT_DIR", str(project / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(project / ".git" / "index"))
    before = everything_in(project)
    with copied(project) as scratch:
        (scratch.tree / "calc.py").unlink()
        scratch.restore()
        assert (scratch.tree / "calc.py").exists()
    assert everything_in(project) == before


def test_restore_undoes_everything(make_project: MakeProject) -> None:
    project = make_project({"a.py": "1", "b/c.py": "2", ".gitignore": "*.log\n"})
    with copied(project) as scratch:
        before = everything_in(scratch.tree)
        (scratch.tree / "a.py").write_text("x")
        (scratch.tree / "new.log").write_text("ignored")
        (scratch.tree / "b" / "c.py").unlink()
        (scratch.tree / "b").rmdir()
        (scratch.tree / "b").write_text("a file now")
        (scratch.tree / ".git").unlink()
        (scratch.home / "left").write_text("x")
        scratch.restore()
        assert everything_in(scratch.tree) == before
        assert list(scratch.home.iterdir()) == []


def test_restore_writes_the_changes_as_given(make_project: MakeProject) -> None:
    with copied(make_project({"a.py": "1"})) as scratch:
        scratch.restore({"a.py": "é\r\nx\n"})
        assert (scratch.tree / "a.py").read_bytes() == "é\r\nx\n".encode()


def test_restore_is_not_led_astray_by_a_link(make_project: MakeProject, tmp_path: Path) -> None:
    """A test may put a link to the user's own folder in the place of the copy."""
    project = make_project({"a.py": "1", "b/c.py": "2"})
    victim = tmp_path / "victim"
    write_files(victim, {"precious": "x", "b/precious": "y"})
    with copied(project) as scratch:
        for place in (scratch.tree / "b", scratch.tree, scratch.home):
            subprocess.run(["rm", "-rf", str(place)], check=True)
            place.symlink_to(victim / "b" if place.name == "b" else victim)
            scratch.restore()
            assert (scratch.tree / "b" / "c.py").read_text() == "2"
    assert files_in(victim) == {"precious": "x", "b/precious": "y"}


def test_folders_that_forbid_everything_are_removed(make_project: MakeProject) -> None:
    with copied(make_project({"a.py": "1"})) as scratch:
        (scratch.tree / "locked").mkdir()
        (scratch.tree / "locked" / "file").write_text("x")
        (scratch.tree / "locked").chmod(0)
        scratch.restore()
        assert not (scratch.tree / "locked").exists()
        (scratch.home / "locked" / "inner").mkdir(parents=True)
        (scratch.home / "locked").chmod(0)
    assert not scratch.root.exists()


def test_links_are_copied_as_links_and_what_is_left_out_is_told(
    make_project: MakeProject,
) -> None:
    project = make_project({"a.py": "1", "sub/b.py": "2"})
    (project / "good").symlink_to("sub/b.py")
    (project / "away").symlink_to("../outside")
    with copied(project) as scratch:
        assert (scratch.tree / "good").readlink() == Path("sub/b.py")
        assert not (scratch.tree / "away").is_symlink()
        assert scratch.notes == ("away is left out: a symbolic link that leaves the tree",)


def test_tree_that_is_too_large_is_refused(
    make_project: MakeProject, temporary_folder: Path
) -> None:
    """A sparse file has its size without taking the room."""
    project = make_project()
    with (project / "big").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(UsageError, match="too large to work on a copy"), copied(project):
        pass
    assert list(temporary_folder.iterdir()) == []


def test_executable_bits_and_odd_names_survive(make_project: MakeProject) -> None:
    project = make_project({"run.sh": "#!/bin/sh\n", "ein name\nmit umbruch.py": "1", "-x": "2"})
    (project / "run.sh").chmod(0o755)
    with copied(project) as scratch:
        scratch.restore()
        assert os.access(scratch.tree / "run.sh", os.X_OK)
        assert (scratch.tree / "ein name\nmit umbruch.py").read_text() == "1"
        assert (scratch.tree / "-x").read_text() == "2"


def test_shallow_clone_and_linked_worktree(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project({"a.py": "1"})
    git(tmp_path, "clone", "--quiet", "--depth=1", project.as_uri(), "shallow")
    git(project, "worktree", "add", "--quiet", str(tmp_path / "linked"))
    for folder in (tmp_path / "shallow", tmp_path / "linked"):
        with copied(folder) as scratch:
            assert files_in(scratch.tree) == {"a.py": "1"}


def test_git_works_in_the_copy_and_shows_no_change(make_project: MakeProject) -> None:
    """Some tests ask git for the top folder, or for a clean tree."""
    with copied(make_project()) as scratch:
        assert git(scratch.tree, "rev-parse", "--show-toplevel").strip() == str(scratch.tree)
        assert git(scratch.tree, "status", "--porcelain") == ""


def test_fingerprint_changes_with_content_and_absence(make_project: MakeProject) -> None:
    with copied(make_project({"a.py": "1", "b.py": "1"})) as scratch:
        first = scratch.fingerprint(["a.py", "b.py"])
        assert scratch.fingerprint(["b.py", "a.py"]) == first
        (scratch.tree / "a.py").write_text("2")
        changed = scratch.fingerprint(["a.py", "b.py"])
        (scratch.tree / "a.py").unlink()
        assert len({first, changed, scratch.fingerprint(["a.py", "b.py"])}) == 3


def test_copy_is_removed_when_the_run_fails(
    make_project: MakeProject, temporary_folder: Path
) -> None:
    with pytest.raises(KeyboardInterrupt), copied(make_project()):
        raise KeyboardInterrupt
    assert list(temporary_folder.iterdir()) == []


def test_cancelled_while_copying(make_project: MakeProject, temporary_folder: Path) -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled), scratch_copy(open_repository(make_project()), cancellation):
        pass
    assert list(temporary_folder.iterdir()) == []


def test_copies_of_killed_runs_are_removed_by_the_next(
    make_project: MakeProject, temporary_folder: Path
) -> None:
    """A copy whose owner lives is left alone, and so is one that is just being made."""
    long_ago = time.time() - 3600
    for name in ("codegen-fix-dead", ".codegen-fix-new", ".codegen-fix-old", "unrelated"):
        write_files(temporary_folder / name, {"work/file": "x", "lock": ""})
    for name in (".codegen-fix-old", "unrelated"):
        os.utime(temporary_folder / name, (long_ago, long_ago))
    with copied(make_project()) as scratch:
        os.utime(scratch.root, (long_ago, long_ago))
        remove_abandoned(temporary_folder)
        left = {path.name for path in temporary_folder.iterdir()}
    assert left == {".codegen-fix-new", "unrelated", scratch.root.name}


def test_submodules_and_pointers_are_told(make_project: MakeProject) -> None:
    """A submodule is left out; a file that Git LFS has not fetched is copied as it is."""
    inner = make_project({"inner.py": ""}, name="inner")
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
    project = make_project({"a.py": "1", "data.bin": pointer})
    git(project, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "sub")
    with copied(project) as scratch:
        assert scratch.notes == (
            "data.bin is a pointer of Git LFS: git lfs pull fetches its content",
            "sub is left out: a repository of its own (a submodule)",
        )
        assert (scratch.tree / "data.bin").read_text() == pointer
        assert not (scratch.tree / "sub").exists()


def test_base_is_the_tree_that_git_knows(make_project: MakeProject) -> None:
    """Of a clean tree; a change that is not committed gives another one."""
    project = make_project()
    with copied(project) as scratch:
        assert scratch.base == git(project, "rev-parse", "HEAD^{tree}").strip()
    (project / "new.py").write_text("")
    with copied(project) as changed:
        assert changed.base != scratch.base


def test_texts_around_a_change(make_project: MakeProject) -> None:
    """Where it is not made yet, where it is made, and where neither is so."""
    project = make_project({"a.py": "one\n"})
    diff = "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-one\n+two\n"
    both = {"a.py": "one\n"}, {"a.py": "two\n"}
    with copied(project) as scratch:
        base = scratch.base
        assert scratch.texts_around(diff, base) == both
    (project / "a.py").write_text("two\n")
    with copied(project) as scratch:
        assert scratch.texts_around(diff, base) == both
    (project / "a.py").write_text("three\n")
    with copied(project) as scratch:
        assert scratch.texts_around(diff, base) is None


@pytest.mark.parametrize("path", ["../outside.py", "/etc/passwd", ".git/config", "new.py"])
def test_change_of_what_is_no_file_of_the_tree(make_project: MakeProject, path: str) -> None:
    diff = f"--- a/{path}\n+++ b/{path}\n@@ -1 +1 @@\n-one\n+two\n"
    with copied(make_project()) as scratch, pytest.raises(GitError, match="no file of this tree"):
        scratch.texts_around(diff, scratch.base)
