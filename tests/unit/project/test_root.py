from pathlib import Path

import pytest

from codegen_lsp.project.root import root_of


@pytest.mark.parametrize("mark", ["pyproject.toml", "package.json", "go.mod"])
def test_the_nearest_folder_with_a_mark_is_the_root(tmp_path: Path, mark: str) -> None:
    (tmp_path / "project" / "src").mkdir(parents=True)
    (tmp_path / "project" / mark).write_text("")
    assert root_of(tmp_path / "project" / "src" / "a.py") == (tmp_path / "project").resolve()


def test_a_python_package_without_marks_begins_where_its_top_lies(tmp_path: Path) -> None:
    inner = tmp_path / "project" / "p" / "q"
    inner.mkdir(parents=True)
    for folder in (inner, inner.parent):
        (folder / "__init__.py").write_text("")
    assert root_of(inner / "a.py") == (tmp_path / "project").resolve()


def test_a_lone_file_has_none(tmp_path: Path) -> None:
    assert root_of(tmp_path / "lone" / "a.py") is None
