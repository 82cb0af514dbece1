"""Where else code is written: cells of a notebook, a second folder, a workspace nobody trusts."""

import pytest

from agent.sandbox import find_bubblewrap
from tests.editors.vscode.conftest import Start
from tests.editors.vscode.studio import Studio

# The first one fetches and builds what all of them drive.
pytestmark = [pytest.mark.editor, pytest.mark.timeout(1500)]

CODE = "# sum\ndef total(a, b):\n    return "
WITH_EXAMPLE = '# sum\ndef total(a, b):\n    """total(1, 2) == 3"""\n    return '


def test_a_cell_of_a_notebook_gets_suggestions(studio: Studio) -> None:
    studio.probe(
        """
        const { NotebookCellData, NotebookCellKind, NotebookData } = vscode;
        const cell = new NotebookCellData(NotebookCellKind.Code, values.text, 'python');
        const data = new NotebookData([cell]);
        const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', data);
        await vscode.window.showNotebookDocument(notebook);
        await vscode.commands.executeCommand('notebook.cell.edit');
        """,
        text=CODE,
    )
    studio.until(lambda: studio.page.locator(".notebookOverlay .monaco-editor.focused").count())
    studio.press("Control+End", "Alt+\\")
    studio.expect("a + b")
    studio.press("Tab")
    cell = "return vscode.window.activeNotebookEditor.notebook.cellAt(0).document.getText()"
    studio.until(lambda: studio.probe(cell) == f"{CODE}a + b")


def why(studio: Studio) -> str:
    """Return the explanation of the last suggestion, as it is shown."""
    studio.command("codegen.explain")
    studio.until(lambda: "The model saw" in studio.text(), studio.text)
    return studio.text()


@pytest.mark.skipif(find_bubblewrap() is None, reason="needs bubblewrap")
def test_examples_in_the_docstring_are_tried_on_what_is_asked_for_by_hand(studio: Studio) -> None:
    studio.open(f"{WITH_EXAMPLE}|\n", "example.py")
    studio.press("Alt+\\")
    studio.expect("a + b")
    assert "1 of the 1 examples in the docstring hold with it" in why(studio)


def test_a_workspace_that_is_not_trusted_gets_suggestions_and_runs_nothing(start: Start) -> None:
    trust = "security.workspace.trust"
    studio = start(
        trusted=False,
        preferences={
            f"{trust}.enabled": True,
            f"{trust}.startupPrompt": "never",
            f"{trust}.banner": "never",
        },
    )
    studio.show()
    studio.ready()
    assert studio.probe("return vscode.workspace.isTrusted") is False
    studio.open(f"{WITH_EXAMPLE}|\n", "untrusted.py")
    studio.press("Alt+\\")
    studio.expect("a + b")
    assert "examples in the docstring" not in why(studio)
    refusal = studio.probe(
        """
        try {
            return await vscode.commands.executeCommand('codegen.fix');
        } catch (error) {
            return error.message;
        }
        """
    )
    assert refusal == "tests are not run in a workspace that you have not trusted"


def test_a_second_folder_is_served_like_the_first(start: Start) -> None:
    studio = start()
    other = studio.home / "other"
    other.mkdir()
    (other / "far.py").write_text(f"{CODE}\n", "utf-8")
    studio.show_several()
    studio.ready()
    studio.add_folder(other)
    studio.probe(
        """
        const document = await vscode.workspace.openTextDocument(values.path);
        const editor = await vscode.window.showTextDocument(document, { preview: false });
        const end = document.positionAt(values.offset);
        editor.selection = new vscode.Selection(end, end);
        """,
        path=str(other / "far.py"),
        offset=len(CODE),
    )
    studio.focus()
    studio.press("Alt+\\")
    studio.expect("a + b")
