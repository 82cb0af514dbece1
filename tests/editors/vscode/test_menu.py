"""What the status bar item opens, and pauses."""

import pytest

from tests.editors.vscode.studio import Studio

# The first one fetches and builds what all of them drive.
pytestmark = [pytest.mark.editor, pytest.mark.timeout(1500)]


def choose(studio: Studio, entry: str) -> None:
    """Take an entry of the menu that is open."""
    studio.page.locator(".quick-input-list .monaco-list-row", has_text=entry).first.click()


def test_the_status_bar_item_opens_a_menu_that_pauses_suggestions(studio: Studio) -> None:
    studio.open("# sum\ndef total(a, b):\n    |\n", "paused.py")
    studio.page.locator("[id='codegen-lsp.codegen.codegen'] a").click()
    choose(studio, "Pause suggestions")
    choose(studio, "5 minutes")
    studio.until(lambda: studio.status() == "codegen paused", studio.status)
    studio.focus()
    studio.type("return ")
    studio.stays_quiet()
    studio.press("Control+Alt+g", "p")
    choose(studio, "End the pause")
    studio.until(lambda: studio.status() == "codegen", studio.status)
    studio.focus()
    studio.press("Alt+\\")
    studio.expect("a + b")


def test_models_are_offered_with_their_licence(studio: Studio) -> None:
    studio.begin("codegen.chooseModel")
    rows = studio.page.locator(".quick-input-list .monaco-list-row", has_text="qwen2.5-coder")
    studio.until(lambda: rows.count() > 1)
    assert "Apache" in rows.first.inner_text()
    studio.press("Escape")


@pytest.mark.parametrize(
    ("command", "told"),
    [("explain", "a + b"), ("runDoctor", "model"), ("showLog", "the server is")],
)
def test_what_there_is_to_tell_is_opened_as_text(studio: Studio, command: str, told: str) -> None:
    studio.open("# sum\ndef total(a, b):\n    return |\n", f"{command}.py")
    studio.press("Alt+\\")
    studio.expect("a + b")
    studio.command(f"codegen.{command}")
    lines = studio.page.locator(".view-lines", has_text=told)
    studio.until(lines.count)


def test_what_became_of_suggestions_is_shown_as_a_page(studio: Studio) -> None:
    studio.command("codegen.showStats")
    studio.until(studio.page.get_by_role("tab", name="codegen: stats").count)
    frame = studio.page.frame_locator("iframe.webview").frame_locator("#active-frame")
    studio.until(frame.get_by_text("accepted").first.count)
