"""Which files make up the user's state, and which could lead out of it."""

from collections.abc import Callable
from pathlib import Path

from agent.listing import list_files
from codegen_lsp.git.repository import open_repository

from .conftest import git, write_files

MakeProject = Callable[..., Path]


def listed(project: Path) -> dict[str, str | None]:
    return {each.path: each.left_out for each in list_files(open_repository(project))}


def test_tracked_and_new_files_but_none_that_are_gone_or_ignored(make_project: MakeProject) -> None:
    project = make_project({"a.py": "1", "b.py": "2", ".gitignore": "*.log\n"})
    write_files(project, {"new/c.py": "3", "x.log": "4", "__pycache__/a.pyc": "5"})
    (project / "b.py").unlink()
    assert listed(project) == {".gitignore": None, "a.py": None, "new/c.py": None}


def test_links_within_the_tree_only(make_project: MakeProject, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("secret")
    project = make_project({"a.py": "1", "sub/b.py": "2"})
    (project / "good").symlink_to("sub/b.py")
    (project / "folder").symlink_to("sub")
    (project / "absolute").symlink_to(project / "a.py")
    (project / "away").symlink_to("../outside")
    (project / "sub" / "twice").symlink_to("../away")
    found = listed(project)
    assert {name for name, reason in found.items() if reason is None} == {
        *("a.py", "sub/b.py", "good", "folder"),
    }
    assert found["away"] == "a symbolic link that leaves the tree"
    assert found["absolute"] == "a symbolic link that leaves the tree"
    assert found["sub/twice"] == "a symbolic link that leaves the tree"


def test_files_behind_a_linked_folder(make_project: MakeProject, tmp_path: Path) -> None:
    """A tracked folder was replaced by a link: git still lists what was in it."""
    write_files(tmp_path / "elsewhere", {"b.py": "secret"})
    project = make_project({"a.py": "1", "sub/b.py": "2"})
    (project / "sub" / "b.py").unlink()
    (project / "sub").rmdir()
    (project / "sub").symlink_to(tmp_path / "elsewhere")
    found = listed(project)
    assert found["a.py"] is None
    assert found["sub/b.py"] == "it lies behind a symbolic link"


def test_repositories_within(make_project: MakeProject) -> None:
    """As a submodule, and as a folder that git does not track."""
    project = make_project({"a.py": "1"})
    make_project({"x.py": "2"}, name="project/tracked")
    make_project({"x.py": "2"}, name="project/untracked")
    git(project, "-c", "advice.addEmbeddedRepo=false", "add", "tracked")
    reason = "a repository of its own (a submodule)"
    assert listed(project) == {"a.py": None, "tracked": reason, "untracked/": reason}


def test_pointers_of_git_lfs(make_project: MakeProject) -> None:
    """They are files like any other, and known for what they are."""
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 123456789\n"
    project = make_project({"model.bin": pointer, "about.md": f"# LFS\n\n{pointer}"})
    found = {each.path: each.is_pointer for each in list_files(open_repository(project))}
    assert found == {"about.md": False, "model.bin": True}
