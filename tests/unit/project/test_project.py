"""What stands behind an import, from the index and from files it does not have."""

from collections.abc import Callable, Mapping
from pathlib import Path

from codegen_lsp.project.project import Project
from codegen_lsp.syntax.imports import Import

MakeProject = Callable[[Mapping[str, str]], Project]


def test_a_file_is_told_of_as_it_is_now_not_as_it_was_indexed(make_project: MakeProject) -> None:
    project = make_project({"a.py": "def old(): pass\n"})
    file = project.root / "a.py"
    before = project.outlined(file)
    file.write_text("def new_name(): pass\n")
    after = project.outlined(file)
    assert before is not None
    assert after is not None
    assert [item.name for item in (*before.items, *after.items)] == ["old", "new_name"]


def test_what_is_not_there_or_no_source_has_no_outline(make_project: MakeProject) -> None:
    project = make_project({"a.txt": "words"})
    assert project.outlined(project.root / "gone.py") is None
    assert project.outlined(project.root / "a.txt") is None


def test_a_ring_of_imports_ends(make_project: MakeProject) -> None:
    project = make_project({"a.py": "from b import x\n", "b.py": "from a import x\n"})
    assert project.behind(Import("x", "a", "x"), project.root / "c.py") is None


def test_a_name_that_is_a_module_is_that_module(make_project: MakeProject) -> None:
    project = make_project({"p/__init__.py": "", "p/b.py": "def go(): pass\n"})
    behind = project.behind(Import("b", "p", "b"), project.root / "a.py")
    assert behind is not None
    assert (behind.name, [item.name for item in behind.items]) == (None, ["go"])


def test_paths_are_shown_from_the_root(make_project: MakeProject) -> None:
    project = make_project({"p/a.py": ""})
    assert project.shown(project.root / "p" / "a.py") == "p/a.py"
    assert project.shown(Path("/elsewhere/b.go")) == "b.go"


def test_nothing_runs_before_it_is_started(make_project: MakeProject) -> None:
    project = make_project({"a.py": ""})
    project.changed(project.root / "a.py")
    assert not project.is_indexed
