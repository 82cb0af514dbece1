"""A restart with kept prompts: the first completion reads next to nothing."""

import time
from pathlib import Path

import pytest

from codegen_lsp.model.backend import GenerationRequest, collect
from codegen_lsp.model.client import EngineClient
from codegen_lsp.prompt.prompt import FimPrompt

pytestmark = pytest.mark.real_model

BEFORE = "".join(f"def add_{n}(value):\n    return value + {n}\n\n\n" for n in range(8))
REQUEST = GenerationRequest(FimPrompt(f"{BEFORE}def add_8(", "\n\nprint(add_8(1))\n"), 4)
SAVING_SECONDS = 30


def test_the_first_completion_after_a_restart_is_warm(small_model: Path, tmp_path: Path) -> None:
    prompts = tmp_path / "kept.prompts"
    arguments = ["--model", str(small_model), "--prompts", str(prompts)]
    before = EngineClient(arguments)
    cold = collect(before, REQUEST)
    deadline = time.monotonic() + SAVING_SECONDS
    while not prompts.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    before.close()
    after = EngineClient(arguments)
    warm = collect(after, REQUEST)
    after.close()
    assert cold.finished.tokens_reused == 0
    assert warm.finished.tokens_read <= 2
    assert warm.text == cold.text
