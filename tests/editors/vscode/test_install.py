"""Where there is no server one is offered, and installed into the extension's own environment."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.editors.vscode.conftest import ANSWERS, Start, script_of
from tests.editors.vscode.studio import START_SECONDS
from tests.editors.vscode.tools import ROOT

# The first one fetches and builds what all of them drive.
pytestmark = [pytest.mark.editor, pytest.mark.timeout(1500)]

INSTALL_SECONDS = 900
"""llama.cpp is in pip's cache when the tests themselves were installed; it may have to be built."""


def test_a_server_is_installed_when_the_user_agrees(start: Start, tmp_path: Path) -> None:
    script = tmp_path / "script.toml"
    script.write_text(script_of(ANSWERS), "utf-8")
    settings = {"codegen.package": str(ROOT), "codegen.model.name": f"scripted:{script}"}
    studio = start(settings=settings, VSCODE_CLI="1", **without_a_server(tmp_path))
    studio.show()
    offer = studio.page.locator(".notification-toast", has_text="into a private Python environment")
    studio.until(offer.count, seconds=START_SECONDS)
    assert studio.status() == "codegen stopped"
    assert studio.page.get_by_text("Get started with codegen").count()
    assert not list(studio.home.rglob("pyvenv.cfg"))

    offer.get_by_role("button", name="Install", exact=True).click()
    progress = studio.page.locator(".notification-toast", has_text="Installing the codegen")
    studio.until(lambda: progress.count() and "Collecting" in progress.inner_text())
    studio.until(lambda: studio.status() == "codegen", studio.status, INSTALL_SECONDS)
    server = studio.probe("return client._serverProcess.spawnfile")
    assert Path(server).is_relative_to(studio.home / "user")
    studio.open("# sum\ndef total(a, b):\n    |\n", "sums.py")
    studio.type("return ")
    studio.expect("a + b")


def without_a_server(folder: Path) -> dict[str, str]:
    """Return variables: pip takes the versions that are tested, and PATH has no server."""
    freeze = [sys.executable, "-m", "pip", "freeze", "--exclude", "codegen-lsp"]
    versions = subprocess.run(freeze, check=True, capture_output=True, text=True).stdout
    constraints = folder / "constraints.txt"
    constraints.write_text(versions, "utf-8")
    places = os.environ["PATH"].split(os.pathsep)
    path = [place for place in places if not shutil.which("codegen", path=place)]
    return {"PATH": os.pathsep.join(path), "PIP_CONSTRAINT": str(constraints)}
