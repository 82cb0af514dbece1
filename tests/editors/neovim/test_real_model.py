"""With the small model: type in a Python file, see ghost text, accept it. No word is asserted."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen_lsp.config.settings import ModelSettings
from codegen_lsp.model.catalog import find
from codegen_lsp.model.download import pull

Editor = Any
Start = Callable[..., Editor]

pytestmark = [pytest.mark.editor, pytest.mark.real_model]

SMALL = "qwen2.5-coder-0.5b-instruct-q4_k_m"
MODEL_SECONDS = 60

BEFORE = '''def mean(values: list[float]) -> float:
    """Return the arithmetic mean of values."""
    return sum(values) / len(values)


def variance(values: list[float]) -> float:
    """Return the population variance of values."""
    centre = mean(values)
'''


@pytest.fixture(scope="module")
def small_model() -> Path:
    """Return the GGUF of the small model, fetched the first time."""
    return pull(find(SMALL), ModelSettings().folder)


def test_a_suggestion_of_the_model_is_shown_and_accepted(start: Start, small_model: Path) -> None:
    editor = start()
    editor.setup(cmd=["codegen", "serve", "--model", str(small_model)])
    editor.open(BEFORE + "    |\n", "statistics.py", wait=False)
    editor.until(lambda: editor.status() == "codegen", MODEL_SECONDS)
    line = "    return "
    for key in line.strip() + " ":
        editor.keys(key)
    editor.until(lambda: editor.nvim.current.line == line)
    suggestion = editor.until(editor.ghost, MODEL_SECONDS)
    assert editor.screen()[8] == line + suggestion.split("\n")[0]
    editor.keys("<C-l>")
    editor.until(lambda: editor.text() == BEFORE + line + suggestion)
    ast.parse(editor.text())  # what was complete before is never broken by a suggestion


def test_accepting_by_word_gives_the_same_text(start: Start, small_model: Path) -> None:
    editor = start()
    editor.setup(cmd=["codegen", "serve", "--model", str(small_model)])
    editor.open(BEFORE + "    return |\n", "statistics.py", wait=False)
    suggestion = editor.until(editor.ghost, MODEL_SECONDS)
    editor.lua("vim.b.codegen_enabled = false")
    while editor.lua("return require('codegen').is_visible()"):
        rest = editor.ghost()
        editor.keys("<M-Right>")
        editor.until(lambda rest=rest: editor.ghost() != rest)
    assert editor.text() == f"{BEFORE}    return {suggestion}"
