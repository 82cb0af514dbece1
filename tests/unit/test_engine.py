from pathlib import Path

import pytest

from codegen_lsp.config.settings import ModelSettings, Settings
from codegen_lsp.engine import Engine, worker_arguments
from codegen_lsp.errors import ModelUnavailable
from codegen_lsp.model.backend import GenerationRequest, collect
from codegen_lsp.prompt.prompt import FimPrompt


def with_model(**options: object) -> Settings:
    return Settings(model=ModelSettings(**options))  # type: ignore[arg-type]


def test_a_missing_model_is_said_before_a_process_starts(tmp_path: Path) -> None:
    engine = Engine(with_model(folder=tmp_path))
    with pytest.raises(ModelUnavailable, match="codegen models pull"):
        engine.model()
    assert not engine.ready


def test_a_users_own_gguf_is_handed_to_the_engine_process(tmp_path: Path) -> None:
    file = tmp_path / "mine.gguf"
    file.write_bytes(b"GGUF....")
    arguments = worker_arguments(with_model(name=str(file), threads=3, context_tokens=99))
    assert arguments[:6] == ["--model", str(file), "--threads", "3", "--context-tokens", "99"]


def test_the_engine_starts_once_and_is_ready_when_the_model_is(tmp_path: Path) -> None:
    script = tmp_path / "script.toml"
    script.write_text('[[answer]]\ntext = "fine"\n', "utf-8")
    engine = Engine(with_model(name=f"scripted:{script}"))
    model = engine.model()
    assert engine.model() is model
    assert collect(model, GenerationRequest(FimPrompt("", ""), 9)).text == "fine"
    assert engine.ready
    engine.close()
    assert not engine.ready
