import threading
from dataclasses import replace
from pathlib import Path

import pytest

from codegen_lsp.config.settings import CompletionSettings, ModelSettings, Settings
from codegen_lsp.engine import Engine, worker_arguments
from codegen_lsp.errors import EngineDied, ModelUnavailable
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


def test_a_closed_engine_starts_no_other_process(tmp_path: Path) -> None:
    """A request that comes while the model is changed must not bring the old one back."""
    script = tmp_path / "script.toml"
    script.write_text('[[answer]]\ntext = "fine"\n', "utf-8")
    engine = Engine(with_model(name=f"scripted:{script}"))
    engine.close()
    for ask in (engine.model, engine.drafts, engine.start):
        with pytest.raises(ModelUnavailable, match="the engine was closed"):
            ask()
    assert not engine.ready
    engine.close()


def test_closing_ends_the_requests_under_way(tmp_path: Path) -> None:
    script = tmp_path / "script.toml"
    script.write_text('[[answer]]\ntext = "late"\nread_ms = 60000\n', "utf-8")
    engine = Engine(with_model(name=f"scripted:{script}"))
    model = engine.model()
    model.describe()
    threading.Timer(0.1, engine.close).start()
    with pytest.raises(EngineDied):
        collect(model, GenerationRequest(FimPrompt("", ""), 9))


def test_the_drafts_are_kept_as_long_as_the_model(tmp_path: Path) -> None:
    script = tmp_path / "script.toml"
    script.write_text("", "utf-8")
    engine = Engine(with_model(name=f"scripted:{script}"))
    assert engine.drafts() is engine.drafts()
    assert engine.drafts().model is engine.model()
    engine.close()


def test_the_engine_process_is_told_the_target(tmp_path: Path) -> None:
    file = tmp_path / "mine.gguf"
    file.write_bytes(b"GGUF....")
    chosen = replace(with_model(name=str(file)), completion=CompletionSettings(target_ms=250))
    arguments = worker_arguments(chosen)
    assert arguments[arguments.index("--target-ms") + 1] == "250"


@pytest.mark.parametrize("keep_prompts", [True, False])
def test_prompts_are_kept_on_disk_on_request_only(tmp_path: Path, *, keep_prompts: bool) -> None:
    file = tmp_path / "mine.gguf"
    file.write_bytes(b"GGUF....")
    folder = tmp_path / "cache" / "models"
    chosen = with_model(name=str(file), folder=folder, keep_prompts=keep_prompts)
    arguments = worker_arguments(chosen)
    assert ("--prompts" in arguments) is keep_prompts
    if keep_prompts:
        kept = Path(arguments[arguments.index("--prompts") + 1])
        assert kept == tmp_path / "cache" / "prompts" / "mine.prompts"


def test_files_of_one_project_share_its_facts_until_the_engine_is_closed(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    engine = Engine(Settings())
    project = engine.facts(tmp_path / "a.py")
    assert project is not None
    assert engine.facts(tmp_path / "deep" / "b.py") is project
    assert engine.facts(None) is None
    engine.close()
    assert engine.facts(tmp_path / "a.py") is None
