"""Reviews with their findings, and docstrings as a diff."""

import subprocess
from pathlib import Path

import pytest

from tests.editors.vscode.studio import Studio

# The first one fetches and builds what all of them drive.
pytestmark = [pytest.mark.editor, pytest.mark.timeout(1500)]

BEFORE = "def add(a, b):\n    return a + b\n"
AFTER = 'def add(a, b):\n    if a is "":\n        return b\n    return a + b\n'
MENDED = AFTER.replace("is", "==")


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def changed(studio: Studio, tmp_path: Path) -> Path:
    """Open a file with an uncommitted change that ruff objects to, in a repository of its own."""
    name = f"{tmp_path.name}/sums.py"
    path = studio.write(name, BEFORE)
    git(path.parent, "init", "-q")
    git(path.parent, "add", ".")
    git(path.parent, "commit", "-qm", "first")
    return studio.open(AFTER, name)


DIAGNOSTICS = """
const uri = vscode.window.activeTextEditor.document.uri;
return vscode.languages.getDiagnostics(uri)
    .filter(each => each.source?.startsWith('codegen')).map(each => each.message);
"""
SELECT = """
const editor = vscode.window.activeTextEditor;
editor.selection = new vscode.Selection(1, 8, 1, 8);
"""


def review(studio: Studio) -> str:
    """Review by key, put the cursor on the only finding, and return its message."""
    studio.press("Control+Alt+g", "r")
    toast = studio.page.locator(".notification-toast", has_text="codegen: 1 finding")
    studio.until(toast.count)
    [message] = studio.probe(DIAGNOSTICS)
    studio.command("workbench.action.closePanel")
    studio.probe(SELECT)
    studio.focus()
    return str(message)


def test_findings_are_seen_and_mended(studio: Studio, changed: Path) -> None:
    assert review(studio).endswith("[proved]")
    studio.until(lambda: studio.page.locator(".squiggly-error, .squiggly-warning").count())
    titles = studio.probe(
        """
        const { document, selection } = vscode.window.activeTextEditor;
        const actions = await vscode.commands.executeCommand(
            'vscode.executeCodeActionProvider', document.uri, selection, 'quickfix');
        return actions.map(each => each.title).filter(each => each.includes('F632'));
        """
    )
    assert titles == ["Apply the suggestion (F632)", "Dismiss this finding (F632)"]
    studio.press("Control+.")
    studio.page.get_by_text("Apply the suggestion (F632)").click()
    studio.until(lambda: studio.text() == MENDED)
    assert studio.save(changed) == MENDED


def test_a_finding_is_dismissed(studio: Studio, changed: Path) -> None:
    review(studio)
    studio.press("Control+.")
    studio.page.get_by_text("Dismiss this finding (F632)").click()
    studio.until(lambda: studio.probe(DIAGNOSTICS) == [])
    assert studio.save(changed) == AFTER


def test_a_docstring_is_shown_as_a_diff_and_applied_by_key(studio: Studio) -> None:
    path = studio.open("def doc_|me(a, b):\n    return a + b\n", "documented.py")
    studio.press("Control+Alt+g", "d")
    studio.until(lambda: studio.page.get_by_text("Apply this docstring?").count())
    assert path.read_text("utf-8").count("\n") == 2
    studio.page.get_by_role("button", name="Apply", exact=True).first.click()
    # The diff, whose right side reads like that already, must have gone.
    studio.until(lambda: studio.active() == path)
    studio.until(lambda: "Add two values." in studio.text())
    assert "a: One." in studio.save(path)


def test_a_docstring_that_is_discarded_changes_nothing(studio: Studio) -> None:
    path = studio.open("def doc_|me(a, b):\n    return a + b\n", "discarded.py")
    studio.press("Control+Alt+g", "d")
    studio.until(lambda: studio.page.get_by_text("Apply this docstring?").count())
    studio.page.get_by_role("button", name="Discard", exact=True).first.click()
    studio.until(lambda: studio.active() == path)
    studio.until(lambda: studio.text() == "def doc_me(a, b):\n    return a + b\n")
    assert path.read_text("utf-8") == "def doc_me(a, b):\n    return a + b\n"
