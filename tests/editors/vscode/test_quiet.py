"""When nothing may be drawn, and what must not go stale."""

import pytest

from tests.editors.vscode.studio import Studio

# The first one fetches and builds what all of them drive.
pytestmark = [pytest.mark.editor, pytest.mark.timeout(1500)]


def test_a_cursor_jump_takes_the_suggestion_away(studio: Studio) -> None:
    studio.open("# sum\nx = 1\ndef total(a, b):\n    |\n", "jump.py")
    studio.type("return ")
    studio.expect("a + b")
    studio.press("ArrowUp")
    studio.until(lambda: studio.ghost() == "")
    studio.stays_quiet()


def test_several_cursors_are_left_alone(studio: Studio) -> None:
    studio.open("# sum\ndef total(a, b):\n    \n    |\n", "cursors.py")
    studio.command("editor.action.insertCursorAbove")
    studio.type("return ")
    studio.until(lambda: studio.text().count("return ") == 2)
    studio.stays_quiet()


def test_nothing_is_asked_where_the_user_wants_no_ghost_text(studio: Studio) -> None:
    update = "await vscode.workspace.getConfiguration().update(values.name, values.value, true)"
    studio.probe(update, name="editor.inlineSuggest.enabled", value=False)
    try:
        studio.open("# sum\ndef total(a, b):\n    |\n", "off.py")
        studio.type("return ")
        studio.stays_quiet()
    finally:
        studio.probe(update, name="editor.inlineSuggest.enabled", value=True)


def test_typing_along_a_suggestion_never_takes_it_away(studio: Studio) -> None:
    studio.open("# sum\ndef total(a, b):\n    |\n", "along.py")
    studio.type("return ")
    studio.expect("a + b")
    studio.page.evaluate(
        """() => {
            window.gone = 0;
            new MutationObserver(() => {
                if (!document.querySelector('.view-lines .ghost-text-decoration')) {
                    window.gone += 1;
                }
            }).observe(document.querySelector('.view-lines'), { childList: true, subtree: true });
        }"""
    )
    studio.type("a +")
    studio.expect(" b")
    assert studio.page.evaluate("() => window.gone") == 0


def test_an_untitled_document_gets_suggestions(studio: Studio) -> None:
    studio.probe(
        """
        const content = "# sum\\ndef total(a, b):\\n    return ";
        const document = await vscode.workspace.openTextDocument({ language: 'python', content });
        const editor = await vscode.window.showTextDocument(document);
        const end = document.positionAt(content.length);
        editor.selection = new vscode.Selection(end, end);
        """
    )
    studio.focus()
    studio.press("Alt+\\")
    studio.expect("a + b")


def test_suggestions_are_switched_off_and_on_by_key(studio: Studio) -> None:
    studio.open("# sum\ndef total(a, b):\n    |\n", "toggled.py")
    studio.press("Control+Alt+g", "t")
    studio.until(lambda: studio.status() == "codegen paused", studio.status)
    studio.type("return ")
    studio.stays_quiet()
    studio.press("Control+Alt+g", "t")
    studio.until(lambda: studio.status() == "codegen", studio.status)
    studio.press("Alt+\\")
    studio.expect("a + b")


def test_nothing_is_shown_while_a_snippet_is_filled_in(studio: Studio) -> None:
    """Its places come first: Tab goes to the next one. Afterwards there is a suggestion."""
    studio.open("# sum\ndef total(a, b):\n    |\n", "snippet.py")
    studio.probe(
        """
        const snippet = new vscode.SnippetString('return ${1:x}\\n    print(${2:y})');
        await vscode.window.activeTextEditor.insertSnippet(snippet);
        """
    )
    studio.press("Delete")
    studio.stays_quiet()
    studio.press("Alt+\\")
    studio.stays_quiet()
    studio.press("Escape", "Alt+\\")
    studio.expect("a + b")
