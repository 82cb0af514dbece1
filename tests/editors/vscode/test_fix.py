"""A failing test is made to pass: by key, seen as a diff, applied or cancelled."""

from pathlib import Path

import pytest

from tests.editors.vscode.conftest import MENDED
from tests.editors.vscode.studio import Studio
from tests.editors.vscode.test_jobs import git

# The first one fetches and builds what all of them drive.
pytestmark = [pytest.mark.editor, pytest.mark.timeout(1500)]

WRONG = "def {name}(numbers):\n    return len(str(numbers))\n"
TEST = "from calc import {name}\n\n\ndef test_{name}():\n    assert {name}([1, 2]) == 3|\n"
TEXT = """
const document = await vscode.workspace.openTextDocument(values.path);
return document.getText();
"""


def failing(studio: Studio, tmp_path: Path, name: str) -> Path:
    """Open the failing test of a function, in a repository, and return the function's file."""
    folder = f"{tmp_path.name}/{name}"
    code = studio.write(f"{folder}/calc.py", WRONG.format(name=name))
    studio.write(f"{folder}/pyproject.toml", "")
    test = f"{folder}/test_calc.py"
    studio.write(test, TEST.format(name=name).replace("|", ""))
    git(code.parent, "init", "-q")
    git(code.parent, "add", ".")
    git(code.parent, "commit", "-qm", "first")
    studio.open(TEST.format(name=name), test)
    return code


def test_a_fix_is_shown_as_a_diff_and_applied(studio: Studio, tmp_path: Path) -> None:
    code = failing(studio, tmp_path, "mend_me")
    studio.press("Control+Alt+g", "f")
    apply = studio.page.get_by_role("button", name="Apply", exact=True).first
    studio.until(apply.is_visible)
    assert code.read_text("utf-8") == WRONG.format(name="mend_me")
    assert studio.page.get_by_text("Fix by codegen").count()
    apply.click()
    studio.until(lambda: studio.probe(TEXT, path=str(code)) == MENDED)
    assert code.read_text("utf-8") == WRONG.format(name="mend_me")
    assert studio.probe("return vscode.workspace.saveAll()")
    assert code.read_text("utf-8") == MENDED


def test_a_fix_is_cancelled(studio: Studio, tmp_path: Path) -> None:
    code = failing(studio, tmp_path, "slow_me")
    studio.press("Control+Alt+g", "f")
    progress = studio.page.locator(".notification-toast", has_text="codegen fix")
    studio.until(lambda: progress.count() and "rewriting slow_me" in progress.inner_text())
    progress.get_by_role("button", name="Cancel").click()
    studio.until(lambda: not progress.count())
    assert studio.page.get_by_text("Fix by codegen").count() == 0
    assert code.read_text("utf-8") == WRONG.format(name="slow_me")
    studio.open("# sum\ndef total(a, b):\n    |\n", f"{tmp_path.name}/after.py")
    studio.type("return ")
    studio.expect("a + b")
