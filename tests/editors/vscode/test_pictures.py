"""The pictures of the README and of the extension's page are taken here, from a real VS Code.

They are left beside the test's other files; with CODEGEN_PICTURES=1 in the environment they take
the place of those in the repository. Letters are drawn by the system: other machines' differ.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.editors.vscode.conftest import SERVER
from tests.editors.vscode.studio import Studio
from tests.editors.vscode.test_jobs import git

# The first one fetches and builds what all of them drive.
pytestmark = [pytest.mark.editor, pytest.mark.timeout(1500)]

FOLDER = Path(__file__).parents[3] / "editors" / "vscode" / "doc"
MOST_BYTES = 300_000
SIZE = (900, 450)
PLAIN = {
    "breadcrumbs.enabled": False,
    "editor.fontSize": 15,
    "editor.minimap.enabled": False,
    "editor.occurrencesHighlight": "off",
    "editor.renderLineHighlight": "none",
    "window.commandCenter": False,
    "workbench.activityBar.location": "hidden",
    "workbench.colorTheme": "Default Dark Modern",
    "workbench.editor.editorActionsLocation": "hidden",
    "workbench.layoutControl.enabled": False,
}

ITEM = """\
from dataclasses import dataclass


@dataclass
class Item:
    name: str
    price: float
    quantity: int = 1


"""
SUGGESTED = """\
affordable = [item for item in items if item.price <= limit]
    affordable.sort(key=lambda item: item.price)
    return affordable"""
LABEL = '''\
def label(names: list[str], country: str) -> str:
    """Return the text of a shipping label."""
{first}    lines = [country]
    for index in range({range}):
        lines.append(f"{{index}}. {{names[index]}}")
    return "\\n".join(lines)
'''
FIRST = '    if country is "":\n        country = "home"\n'
CLAIM = {
    "quote": "    for index in range(1, len(names)):",
    "replacement": "    for index in range(len(names)):",
    "category": "bug",
    "message": "The first name is left out.",
}
ANSWERS = {
    "which new line is wrong": json.dumps(CLAIM) + "]",
    "Is the new code correct?": "No",
    "def affordable": SUGGESTED,
}


@pytest.fixture(scope="module")
def studio(
    installed: Path, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Studio]:
    """Give a VS Code that shows little but the editor, in sharp letters."""
    home = tmp_path_factory.mktemp("home")
    script = home / "script.toml"
    answers = (
        f"[[answer]]\nwhen = {json.dumps(when)}\ntext = {json.dumps(text)}\n"
        for when, text in ANSWERS.items()
    )
    script.write_text("repeat = true\n" + "".join(answers), "utf-8")
    server = {"codegen.command": SERVER, "codegen.model.name": f"scripted:{script}"}
    studio = Studio(
        browser,
        home,
        extensions=installed,
        settings=server,
        preferences=PLAIN,
        environment={},
        size=SIZE,
        scale=2,
    )
    try:
        studio.show()
        studio.ready()
        studio.command("workbench.action.closeSidebar")
        yield studio
    finally:
        studio.close()


def take(studio: Studio, name: str, folder: Path) -> None:
    """Take a picture of everything below the title bar."""
    studio.command("notifications.clearAll")
    studio.until(lambda: not studio.page.locator(".notification-toast").count())
    part = studio.page.locator(".part.editor").bounding_box()
    assert part is not None
    width, height = SIZE
    picture = studio.page.screenshot(
        clip={"x": 0, "y": part["y"], "width": width, "height": height - part["y"]},
        animations="disabled",
        caret="hide",
    )
    assert len(picture) < MOST_BYTES
    wanted = os.environ.get("CODEGEN_PICTURES") == "1"
    (FOLDER if wanted else folder).joinpath(name).write_bytes(picture)


def test_a_picture_of_a_suggestion_of_several_lines(studio: Studio, tmp_path: Path) -> None:
    head = "def affordable(items: list[Item], limit: float) -> list[Item]:\n"
    docstring = '    """Return the items that cost no more than limit, the cheapest first."""\n'
    studio.open(f"{ITEM}{head}{docstring}    |\n", "basket.py")
    studio.command("workbench.action.closeOtherEditors")
    studio.press("Alt+\\")
    studio.until(lambda: "return affordable" in studio.ghost(), studio.ghost)
    take(studio, "ghost-text.png", tmp_path)


def test_a_picture_of_findings_with_what_they_rest_on(studio: Studio, tmp_path: Path) -> None:
    path = studio.write("label.py", LABEL.format(first="", range="len(names)"))
    git(path.parent, "init", "-q")
    git(path.parent, "add", ".")
    git(path.parent, "commit", "-qm", "first")
    changed = LABEL.format(first=FIRST, range="1, len(names)")
    studio.open(changed + "|", "label.py")
    studio.command("workbench.action.closeOtherEditors")
    studio.press("Control+Alt+g", "r")
    for label in ("[proved]", "[grounded]"):
        studio.until(studio.page.locator(".markers-panel", has_text=label).count)
    take(studio, "review.png", tmp_path)
