"""The list of the checks, and which of them depend on others."""

from pathlib import Path

from codegen_lsp.config.settings import ModelSettings, Settings
from codegen_lsp.errors import EngineDied
from codegen_lsp.features.doctor.check import Check, State
from codegen_lsp.features.doctor.examine import examine
from codegen_lsp.model.backend import Model
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend

UNMEASURED = {
    *("python", "codegen", "configuration", "network", "disk", "llama.cpp", "model"),
    *("git", "ruff", "agent", "editors"),
}


def settings(folder: Path, name: str) -> Settings:
    return Settings(model=ModelSettings(name=name, folder=folder))


def names(checks: list[Check]) -> set[str]:
    return {check.name for check in checks}


def scripted() -> Model:
    return InProcessModel(ScriptedBackend([ScriptedAnswer("1 2 3")], repeat=True))


def not_asked() -> Model:
    raise AssertionError("the model was started")


def test_everything_is_looked_at(tmp_path: Path) -> None:
    checks = list(examine(settings(tmp_path, "scripted:a"), make_model=scripted))
    assert names(checks) == UNMEASURED | {"threads", "speed", "latency"}
    assert len(checks) == len(names(checks))


def test_every_problem_and_warning_says_what_mends_it(tmp_path: Path) -> None:
    for check in examine(settings(tmp_path, "nope"), messages=["option x is not known"]):
        assert check.state is State.OK or check.mend, check


def test_speed_is_left_out_when_it_is_not_wanted(tmp_path: Path) -> None:
    assert names(list(examine(settings(tmp_path, "scripted:a")))) == UNMEASURED


def test_a_missing_model_is_not_started(tmp_path: Path) -> None:
    checks = list(examine(settings(tmp_path, "nope"), make_model=not_asked))
    assert names(checks) == UNMEASURED
    assert any(check.blocks_model for check in checks)


def test_a_model_that_cannot_be_loaded_is_told_once(tmp_path: Path) -> None:
    """And the checks after it are done all the same."""

    def broken() -> Model:
        raise EngineDied("the engine process ended")

    checks = list(examine(settings(tmp_path, "scripted:a"), make_model=broken))
    assert names(checks) == UNMEASURED | {"threads"}
