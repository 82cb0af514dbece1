"""Small projects on disk, with an index that was made at once."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from codegen_lsp.project.index import update_all
from codegen_lsp.project.project import Project
from codegen_lsp.project.stored_index import IndexWriter, path_of

MakeProject = Callable[[Mapping[str, str]], Project]


@pytest.fixture
def make_project(tmp_path: Path) -> Iterator[MakeProject]:
    """Return a function that writes files and returns their project, indexed."""
    projects = []

    def make(files: Mapping[str, str]) -> Project:
        root = tmp_path / "project"
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        with closing(IndexWriter(path_of(root, tmp_path / "cache"))) as writer:
            update_all(root, writer)
        project = Project(root, tmp_path / "cache")
        projects.append(project)
        return project

    yield make
    for project in projects:
        project.close()
