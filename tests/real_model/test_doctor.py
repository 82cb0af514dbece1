"""``codegen doctor`` with the small model, in its engine process."""

import json
import subprocess
import sys

import pytest

from codegen_lsp.config.settings import Settings
from codegen_lsp.model.catalog import MODELS
from codegen_lsp.model.store import FileState, state_of

SMALL = "qwen2.5-coder-0.5b-instruct-q4_k_m"


@pytest.mark.real_model
@pytest.mark.usefixtures("small_model")
def test_build_threads_and_speed_are_measured() -> None:
    """The figures are those of this machine; here they only have to be possible."""
    found = subprocess.run(
        [
            *(sys.executable, "-m", "codegen_lsp.cli.main", "doctor"),
            *("--model", SMALL, "--format", "json"),
        ],
        capture_output=True,
        check=False,
    )
    checks = {check["name"]: check for check in json.loads(found.stdout)}
    assert checks["llama.cpp"]["state"] != "problem"
    assert "physical cores" in checks["threads"]["found"]
    words = checks["speed"]["found"].replace(",", "").split()
    reading, writing = float(words[1]), float(words[4])
    assert reading > writing > 1


@pytest.mark.real_model
def test_the_models_of_this_machine_have_the_right_size() -> None:
    """A model that is here is whole."""
    folder = Settings().model.folder
    assert FileState.DAMAGED not in {state_of(model, folder) for model in MODELS}
