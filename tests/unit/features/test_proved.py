from pathlib import Path

import pytest

from codegen_lsp.document.changes import ChangedFile
from codegen_lsp.document.diff import Hunk
from codegen_lsp.document.text import Document
from codegen_lsp.features.findings import Category, Evidence, Finding, Severity
from codegen_lsp.features.proved import proved_findings

TEXT = """\
import os
import sys

def f(a=[]):
    print("%s %s" % (a,))
    return unknown
"""


def found(text: str, folder: Path, *added: int, language: str = "python") -> list[Finding]:
    document = Document(text, language, folder / "a.py")
    hunk = Hunk({}, frozenset(added), {})
    return proved_findings(ChangedFile("a.py", document, (hunk,)), folder)


def test_only_added_lines_are_reported(tmp_path: Path) -> None:
    assert [finding.rule for finding in found(TEXT, tmp_path, 1, 6)] == ["F401", "F821"]


def test_what_fails_when_it_runs_is_an_error_and_the_rest_a_warning(tmp_path: Path) -> None:
    findings = found(TEXT, tmp_path, 1, 2, 4, 5, 6)
    assert {finding.rule: finding.severity for finding in findings} == {
        "F401": Severity.WARNING,
        "B006": Severity.WARNING,
        "F507": Severity.ERROR,
        "F821": Severity.ERROR,
    }
    assert all(finding.evidence is Evidence.PROVED for finding in findings)
    assert all(finding.category is Category.BUG for finding in findings)


def test_rules_the_project_chose_have_their_own_kinds(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text('[lint]\nselect = ["S", "E", "PERF"]\n')
    text = "l = 1\nassert l\n"
    kinds = {f.rule: (f.category, f.severity) for f in found(text, tmp_path, 1, 2)}
    assert kinds["E741"] == (Category.STYLE, Severity.INFO)
    assert kinds["S101"] == (Category.SECURITY, Severity.WARNING)


def test_a_syntax_error_is_an_error(tmp_path: Path) -> None:
    (finding, *_) = found("def f(:\n    pass\n", tmp_path, 1)
    assert (finding.rule, finding.severity) == ("invalid-syntax", Severity.ERROR)


@pytest.mark.parametrize(
    ("text", "line", "suggestion"),
    [
        ("import os\nx = 1\n", 1, ""),
        ("import os, sys\nprint(sys)\n", 1, "import sys"),
        ("x = 1\nif x is 'a':\n    x = 2\n", 2, "if x == 'a':"),
        ("import os\r\nimport sys\r\nprint(sys)\r\n", 1, ""),
        ("print(unknown)\n", 1, None),
    ],
)
def test_ruffs_fix_is_the_suggestion(
    tmp_path: Path, text: str, line: int, suggestion: str | None
) -> None:
    (finding,) = found(text, tmp_path, line)
    assert finding.suggestion == suggestion


def test_other_languages_are_not_linted(tmp_path: Path) -> None:
    assert found("def f(:\n", tmp_path, 1, language="go") == []
