from pathlib import Path

import pytest

from codegen_lsp.document.text import Document, Position, Span, apply_edits
from codegen_lsp.errors import MissingTool
from codegen_lsp.lint import DEFECT_RULES, SYNTAX_ERROR, find_ruff, lint_python

STYLE_ONLY = "import os, sys\nprint( os,sys )\nl = 1\n"


def rules(text: str, folder: Path, **options: list[str]) -> list[str]:
    found = lint_python(text, filename=folder / "a.py", cwd=folder, **options)
    return [finding.rule for finding in found]


def test_defects_are_found_and_taste_is_not_judged(tmp_path: Path) -> None:
    assert rules("def f(a=[]):\n    return b\n", tmp_path) == ["B006", "F821"]
    assert rules(STYLE_ONLY, tmp_path) == []


def test_every_default_rule_is_one_that_ruff_knows(tmp_path: Path) -> None:
    for rule in DEFECT_RULES:
        assert rules("", tmp_path, select=[rule]) == []


def test_a_syntax_error_is_found_whatever_is_selected(tmp_path: Path) -> None:
    assert SYNTAX_ERROR in rules("def f(:\n", tmp_path, select=["F401"])


def test_new_syntax_is_no_error_where_no_version_is_stated(tmp_path: Path) -> None:
    assert rules("def first[T](x: list[T]) -> T:\n    return x[0]\n", tmp_path) == []


def test_the_text_counts_not_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import os\n")
    assert rules("x = 1\n", tmp_path) == []


@pytest.mark.parametrize("folder", [".", "deep/er"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ruff.toml", '[lint]\nselect = ["E741"]\n'),
        (".ruff.toml", '[lint]\nselect = ["E741"]\n'),
        ("pyproject.toml", '[tool.ruff.lint]\nselect = ["E741"]\n'),
    ],
)
def test_the_projects_own_rules_apply(tmp_path: Path, folder: str, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    assert rules("l = unknown\n", tmp_path / folder) == ["E741"]


@pytest.mark.parametrize(
    "text",
    ['[lint\nselect = "?"', '[lint]\nselect = ["NONE1"]\n', 'required-version = "==0.0.1"\n'],
)
def test_a_broken_configuration_is_left_aside(tmp_path: Path, text: str) -> None:
    (tmp_path / "ruff.toml").write_text(text)
    assert rules("x = unknown\n", tmp_path) == ["F821"]


def test_a_pyproject_without_ruff_is_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\n')
    assert rules(STYLE_ONLY, tmp_path) == []


def test_selected_rules_are_the_only_ones(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text('[lint]\nselect = ["E741"]\n')
    assert rules("import os\nl = unknown\n", tmp_path, select=["F401"]) == ["F401"]


def test_nothing_is_fixed_or_cached_on_disk(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text('fix = true\n[lint]\nselect = ["F401"]\n')
    (tmp_path / "a.py").write_text("import os\n")
    assert rules("import os\n", tmp_path) == ["F401"]
    assert (tmp_path / "a.py").read_text() == "import os\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.py", "ruff.toml"]


@pytest.mark.parametrize(
    ("text", "line", "columns"),
    [
        ("é = '🐍'; print(unknown)\n", 0, (15, 22)),
        ("\ufeffé = '🐍'; print(unknown)\n", 0, (16, 23)),
        ("x = 1\r\nprint(unknown)\r\n", 1, (6, 13)),
        ("x = '\x0c'\nprint(unknown)", 1, (6, 13)),
    ],
)
def test_places_are_code_points(
    tmp_path: Path, text: str, line: int, columns: tuple[int, int]
) -> None:
    (finding,) = lint_python(text, filename=tmp_path / "a.py", cwd=tmp_path)
    assert finding.span == Span(Position(line, columns[0]), Position(line, columns[1]))
    assert Document(text).slice(finding.span) == "unknown"


def test_a_fix_is_given_as_edits(tmp_path: Path) -> None:
    text = "import os\nimport sys\nprint(sys)\n"
    (finding,) = lint_python(text, filename=tmp_path / "a.py", cwd=tmp_path)
    assert apply_edits(Document(text), list(finding.edits)) == "import sys\nprint(sys)\n"


def test_a_fix_that_may_change_what_the_code_does_is_not_given(tmp_path: Path) -> None:
    text = "def f(a=[]):\n    return a\n"
    (finding,) = lint_python(text, filename=tmp_path / "a.py", cwd=tmp_path)
    assert finding.edits == ()


def test_ruff_is_found_beside_this_package_even_without_a_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    assert Path(find_ruff()).is_file()


def test_a_folder_that_is_gone_is_told_as_a_tool_that_cannot_run(tmp_path: Path) -> None:
    with pytest.raises(MissingTool, match="ruff cannot be run"):
        lint_python("x = 1\n", filename=tmp_path / "a.py", cwd=tmp_path / "gone")
