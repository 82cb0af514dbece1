"""From a profile that nobody has touched to a suggestion of the real model, in three actions.

Besides typing: the extension is installed from its file, a Python file opened, Tab pressed. The
server is found on PATH, and the small model in the user's own ``config.toml``; nothing is set in VS
Code, neither ours nor its own.
"""

import ast
import os
import sys
from pathlib import Path

import pytest

from codegen_lsp.config.settings import ModelSettings
from codegen_lsp.model.catalog import find
from codegen_lsp.model.download import pull
from tests.editors.vscode.conftest import Start

# The first one fetches and builds what all of them drive.
pytestmark = [pytest.mark.editor, pytest.mark.real_model, pytest.mark.timeout(1500)]

SMALL = "qwen2.5-coder-0.5b-instruct-q4_k_m"


def test_a_suggestion_of_the_real_model_is_accepted(start: Start, tmp_path: Path) -> None:
    pull(find(SMALL), ModelSettings().folder)
    config = tmp_path / "config.toml"
    config.write_text(f'[model]\nname = "{SMALL}"\n', "utf-8")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    # Started as from a terminal, it takes PATH as it is, not as a login shell would set it.
    studio = start(untouched=True, CODEGEN_CONFIG=str(config), PATH=path, VSCODE_CLI="1")
    file = studio.write("sums.py", "")
    studio.show(file)
    studio.ready()
    studio.type("def add(a, b):\nreturn ")
    ghost = studio.until(studio.ghost)
    studio.press("Tab")
    wanted = f"def add(a, b):\n    return {ghost}"
    studio.until(lambda: studio.text() == wanted, studio.text)
    studio.until(lambda: file.read_text("utf-8") == wanted)  # VS Code saves by itself
    ast.parse(wanted)
