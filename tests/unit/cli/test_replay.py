"""``codegen replay`` on a file that the server recorded."""

import argparse
import json
from pathlib import Path

import pytest

from codegen_lsp.cli import replay
from codegen_lsp.config.settings import CompletionSettings, ModelSettings
from codegen_lsp.document.text import Document, Position
from codegen_lsp.errors import UsageError
from codegen_lsp.features.completion import Trigger, complete
from codegen_lsp.features.recording import TappedDrafts, append_recording, recording_of
from codegen_lsp.model.drafts import Drafts
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file with two recordings; the model now answers only the first of them alike."""
    script = tmp_path / "script.toml"
    answers = '[[answer]]\nwhen = "x = "\ntext = "1"\n[[answer]]\ntext = "2"\n'
    script.write_text(f"repeat = true\n{answers}", "utf-8")
    config = f'[model]\nname = "scripted:{script}"\n'
    (tmp_path / "config.toml").write_text(config, "utf-8")
    monkeypatch.setenv("CODEGEN_CONFIG", str(tmp_path / "config.toml"))
    for text in ("x = ", "y = "):
        record(tmp_path / "recorded", text)
    return tmp_path / "recorded"


def record(file: Path, text: str) -> None:
    document = Document(text, "python", Path("/somewhere/sums.py"))
    drafts = TappedDrafts(Drafts(InProcessModel(ScriptedBackend([ScriptedAnswer("1")]))))
    settings, position = CompletionSettings(), Position(0, len(text))
    completion = complete(document, position, drafts=drafts, settings=settings)
    recording = recording_of(
        document,
        position,
        completion,
        drafts=drafts,
        trigger=Trigger.INVOKED,
        settings=settings,
        model=ModelSettings(),
    )
    append_recording(file, recording)


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    replay.add_parser(parser.add_subparsers())
    return replay.run(parser.parse_args(["replay", *arguments]))


def test_with_the_answers_of_then_all_is_the_same(file: Path, capsys: Captured) -> None:
    assert run(str(file), "--recorded-answers") == 0
    assert capsys.readouterr().out.splitlines() == [
        "   1  same     sums.py:1:5",
        "   2  same     sums.py:1:5",
    ]


def test_with_the_model_the_difference_is_shown(file: Path, capsys: Captured) -> None:
    assert run(str(file)) == 1
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "   1  same     sums.py:1:5",
        "   2  differs  sums.py:1:5",
        "--- recorded",
        "+++ now",
        "@@ -1 +1 @@",
        "-1",
        "+2",
    ]
    assert "recorded with qwen2.5-coder-1.5b-instruct-q4_k_m" in said.err


def test_one_line_is_chosen_by_its_number(file: Path, capsys: Captured) -> None:
    assert run(f"{file}:2", "--recorded-answers", "--format", "json") == 0
    [line] = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert (told["number"], told["same"], told["now"]["text"]) == (2, True, "1")
    assert told["explanation"][0] == "Shown: 1 line, 1 characters."


@pytest.mark.parametrize("number", ["0", "3"])
def test_a_line_that_is_not_there_is_an_error(file: Path, number: str) -> None:
    with pytest.raises(UsageError, match=f"no recording {number}"):
        run(f"{file}:{number}", "--recorded-answers")


def test_a_file_that_is_not_there_is_an_error(file: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        run(str(file.with_name("none")))


def test_an_empty_file_has_no_recording(file: Path) -> None:
    file.write_text("", "utf-8")
    with pytest.raises(UsageError, match="no recording"):
        run(str(file))
