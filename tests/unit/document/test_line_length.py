"""The one number that is read from a project's configuration."""

from pathlib import Path

import pytest

from codegen_lsp.document.line_length import DEFAULT, line_length_for


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("pyproject.toml", "[tool.ruff]\nline-length = 100\n", 100),
        ("pyproject.toml", "[tool.black]\nline-length = 79\n", 79),
        ("pyproject.toml", "[tool.black]\nline-length = 79\n[tool.ruff]\nline-length = 99\n", 99),
        ("ruff.toml", "line-length = 120\n", 120),
        (".ruff.toml", "line-length = 120\n", 120),
        ("pyproject.toml", "[tool.ruff]\nline-length = 9999\n", 160),
        ("pyproject.toml", "[tool.ruff]\nline-length = 1\n", 60),
        ("pyproject.toml", "[tool.ruff]\nline-length = true\n", DEFAULT),
        ("pyproject.toml", "tool = 3\n", DEFAULT),
        ("pyproject.toml", "[tool]\nruff = 3\n", DEFAULT),
        ("pyproject.toml", "not toml", DEFAULT),
        ("pyproject.toml", "", DEFAULT),
    ],
)
def test_line_length(tmp_path: Path, name: str, content: str, expected: int) -> None:
    (tmp_path / name).write_text(content)
    (tmp_path / "package").mkdir()
    assert line_length_for(tmp_path / "package" / "m.py") == expected


def test_the_nearest_project_decides(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("")
    assert line_length_for(inner / "m.py") == DEFAULT
    assert line_length_for(tmp_path / "m.py") == 100


def test_a_repository_ends_the_search(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\n")
    inner = tmp_path / "inner"
    (inner / ".git").mkdir(parents=True)
    assert line_length_for(inner / "m.py") == DEFAULT
