"""From a machine without the product to an accepted suggestion of a real model.

A profile that nobody has touched, no server on PATH, and nothing set: one click that agrees to a
server in the extension's own environment, and Tab. The package comes from a folder, as it is on no
index yet; the small model is here already, and named in the user's own ``config.toml``.
"""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codegen_lsp.config.settings import ModelSettings
from codegen_lsp.model.catalog import find
from codegen_lsp.model.download import pull
from tests.editors.vscode.conftest import Start
from tests.editors.vscode.studio import START_SECONDS
from tests.editors.vscode.tools import ROOT

# The first one fetches and builds what all of them drive.
pytestmark = [pytest.mark.editor, pytest.mark.real_model, pytest.mark.timeout(1500)]

SMALL = "qwen2.5-coder-0.5b-instruct-q4_k_m"
INSTALL_SECONDS = 900
"""llama.cpp is in pip's cache when the tests themselves were installed; it may have to be built."""


def test_from_nothing_to_a_suggestion_that_is_accepted(start: Start, tmp_path: Path) -> None:
    pull(find(SMALL), ModelSettings().folder)
    config = tmp_path / "config.toml"
    config.write_text(f'[model]\nname = "{SMALL}"\n', "utf-8")
    here = without_a_server(tmp_path)
    studio = start(untouched=True, CODEGEN_CONFIG=str(config), VSCODE_CLI="1", **here)
    file = studio.write("sums.py", "")
    studio.show(file)
    offer = studio.page.locator(".notification-toast", has_text="into a private Python environment")
    studio.until(offer.count, seconds=START_SECONDS)
    assert not list(studio.home.rglob("pyvenv.cfg"))

    offer.get_by_role("button", name="Install", exact=True).click()
    progress = studio.page.locator(".notification-toast", has_text="Installing the codegen")
    studio.until(lambda: progress.count() and "Collecting" in progress.inner_text())
    studio.until(lambda: studio.status() == "codegen", studio.status, INSTALL_SECONDS)
    server = studio.probe("return client._serverProcess.spawnfile")
    assert Path(server).is_relative_to(studio.home / "user")

    studio.focus()
    studio.type("def add(a, b):\nreturn ")
    ghost = studio.until(studio.ghost)
    studio.press("Tab")
    wanted = f"def add(a, b):\n    return {ghost}"
    studio.until(lambda: studio.text() == wanted, studio.text)
    ast.parse(wanted)


def without_a_server(folder: Path) -> dict[str, str]:
    """Return variables: pip finds the package, and takes the versions that are tested."""
    pip = [sys.executable, "-m", "pip"]
    packages = folder / "packages"
    wheel = [*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(packages), str(ROOT)]
    subprocess.run(wheel, check=True, capture_output=True)
    freeze = [*pip, "freeze", "--exclude", "codegen-lsp"]
    versions = subprocess.run(freeze, check=True, capture_output=True, text=True).stdout
    [built] = packages.iterdir()
    constraints = folder / "constraints.txt"
    constraints.write_text(f"{versions}codegen-lsp=={built.name.split('-')[1]}\n", "utf-8")
    places = os.environ["PATH"].split(os.pathsep)
    path = [place for place in places if not shutil.which("codegen", path=place)]
    return {
        "PATH": os.pathsep.join(path),
        "PIP_CONSTRAINT": str(constraints),
        "PIP_FIND_LINKS": str(packages),
    }
