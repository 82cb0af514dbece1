"""A completion that is recorded, and carried out again with what the model said then."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from codegen_lsp.config.settings import CompletionSettings, ModelSettings
from codegen_lsp.document.text import Document
from codegen_lsp.errors import UsageError
from codegen_lsp.features.completion import NOTHING_KNOWN, Knowledge, Trigger, complete
from codegen_lsp.features.examples import Tried
from codegen_lsp.features.recording import (
    Recording,
    TappedDrafts,
    append_recording,
    read_recordings,
    recording_of,
)
from codegen_lsp.features.replay import replay
from codegen_lsp.model.budget import budget_for
from codegen_lsp.model.drafts import Drafts
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend


def model_of(*answers: str, token_ms: float = 0) -> InProcessModel:
    answers_with_times = [ScriptedAnswer(text, token_ms=token_ms) for text in answers]
    return InProcessModel(ScriptedBackend(answers_with_times))


def recorded(
    text: str,
    *answers: str,
    trigger: Trigger = Trigger.INVOKED,
    token_ms: float = 0,
    drafts: Drafts | None = None,
    target_ms: int = 400,
    max_tokens: int = 50,
    knowledge: Knowledge = NOTHING_KNOWN,
) -> Recording:
    """Complete at the ¦ in ``text``, in Python, with these answers of the model."""
    prefix, suffix = text.split("¦")
    document = Document(prefix + suffix, "python", Path("/somewhere/sums.py"))
    position = document.position(len(prefix))
    tapped = TappedDrafts(drafts or Drafts(model_of(*answers, token_ms=token_ms)))
    settings = CompletionSettings(
        max_tokens=max_tokens, target_ms=target_ms, disabled_languages=("go",)
    )
    completion = complete(
        document,
        position,
        drafts=tapped,
        settings=settings,
        trigger=trigger,
        knowledge=knowledge,
    )
    return recording_of(
        document,
        position,
        completion,
        drafts=tapped,
        trigger=trigger,
        settings=settings,
        model=ModelSettings(),
    )


CASES = {
    "whole": ("def add(a, b):\n    return ¦\n", "a + b"),
    "stopped": ("def f(x):\n    ¦\n    return y\n", "y = x\n    return y\n" + "    z = 1\n" * 99),
    "trimmed": ("x = 1¦\n", "\ny = 2\n\n"),
    "dropped": ("x = 1¦\n", " 2 3"),
    "nothing": ("x = ¦\n", ""),
    "lines": ("if x:\r\n    ¦\r\n", "y = 1\n    z = 2"),
    "wide": ("x = '𠮷' + ¦\n", "'𠮷é'"),
    "too long": ("¦\n", "a = 1\nb = 2\nc = 3\n" + "d = 4\n" * 99),
}


@pytest.mark.parametrize("case", CASES)
def test_what_was_said_then_gives_the_same_bytes(case: str, tmp_path: Path) -> None:
    """Also after it was written to a file and read again."""
    recording = recorded(*CASES[case])
    append_recording(tmp_path / "file", recording)
    [read] = read_recordings(tmp_path / "file")
    assert read == recording
    done = replay(read)
    assert done.is_same
    assert done.completion.text == recording.text


@pytest.mark.parametrize("case", CASES)
def test_the_same_model_gives_the_same_bytes(case: str) -> None:
    assert replay(recorded(*CASES[case]), model_of(CASES[case][1])).is_same


def test_what_examples_said_then_is_told_again(tmp_path: Path) -> None:
    """Nothing is run for a replay."""
    results = iter([Tried(2, (1,)), Tried(2, (0,)), Tried(2, (2,))])
    recording = recorded(
        "def f(n):\n    return ¦\n",
        *("n", "n + 1", "n + 2", "n + 3"),
        knowledge=Knowledge(examples=lambda *_: next(results)),
    )
    assert recording.text == "n + 2"
    append_recording(tmp_path / "file", recording)
    [read] = read_recordings(tmp_path / "file")
    assert read == recording
    assert replay(read).is_same


def test_another_answer_is_another_text() -> None:
    done = replay(recorded("x = ¦\n", "1 + 2"), model_of("1 - 2"))
    assert not done.is_same
    assert done.completion.text == "1 - 2"


def test_a_refusal_is_recorded_without_any_answer() -> None:
    recording = recorded("pri¦nt()\n", "x", trigger=Trigger.AUTOMATIC)
    assert recording.streams == ()
    assert replay(recording).is_same


def test_what_was_cut_by_the_time_gives_the_same_lines() -> None:
    text = "def f(a):\n    ¦\n"
    answer = "b = a + 1\n    return b\n    # and more"
    recording = recorded(text, answer, trigger=Trigger.AUTOMATIC, token_ms=40, target_ms=60)
    assert not recording.is_whole
    assert recording.text == "b = a + 1"
    assert replay(recording).completion.text == recording.text
    done = replay(recording, model_of(answer))
    assert done.completion.text.startswith("b = a + 1\n    return b")
    assert done.is_same


def test_a_draft_that_was_begun_before_is_recorded_from_its_place_on() -> None:
    drafts = Drafts(model_of("1 + 2"))
    recorded("x = ¦\n", drafts=drafts)
    later = recorded("x = 1¦\n", drafts=drafts)
    assert later.text == " + 2"
    assert replay(later).is_same


def test_a_slower_machine_gets_the_window_that_was_chosen_then() -> None:
    lines = "".join(f"value_{number} = {number}\n" for number in range(3000))
    backend = ScriptedBackend([ScriptedAnswer("1")])
    recording = replace(recorded(f"{lines}x = ¦\n", "1"), speed=None)
    replay(recording, InProcessModel(backend))
    [request] = backend.requests
    then = ScriptedBackend([ScriptedAnswer("1")])
    recorded(f"{lines}x = ¦\n", drafts=Drafts(InProcessModel(then)))
    assert request == replace(then.requests[0], supersedes=None)
    assert budget_for(None, 400).window_before < 3000 * 5


def test_only_the_user_may_read_recordings(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", "utf-8")
    file.chmod(0o644)
    append_recording(file, recorded(*CASES["whole"]))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_recordings_are_lines_in_their_order(tmp_path: Path) -> None:
    for case in CASES.values():
        append_recording(tmp_path / "file", recorded(*case))
    assert len((tmp_path / "file").read_text("utf-8").splitlines()) == len(CASES)
    texts = [recording.text for recording in read_recordings(tmp_path / "file")]
    assert texts[:2] == ["a + b", "y = x"]


def test_a_recording_names_model_and_versions() -> None:
    recording = recorded(*CASES["whole"])
    assert recording.model["name"] == "qwen2.5-coder-1.5b-instruct-q4_k_m"
    assert (recording.model["sha256"] or "").startswith("cc324af0")
    assert {"codegen-lsp", "llama-cpp-python", "python"} <= set(recording.versions)


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"format": 99}', "\udce4", "null"])
def test_what_is_no_recording_is_an_error_that_names_the_line(line: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    append_recording(file, recorded(*CASES["whole"]))
    with file.open("a", encoding="utf-8", errors="surrogateescape") as end:
        end.write(line + "\n")
    with pytest.raises(UsageError, match=r"line 2 of .* is no recording|cannot be read"):
        list(read_recordings(file))


def test_the_file_is_json_for_other_programs(tmp_path: Path) -> None:
    append_recording(tmp_path / "file", recorded(*CASES["whole"]))
    line = json.loads((tmp_path / "file").read_text("utf-8"))
    assert line["document"]["text"] == "def add(a, b):\n    return \n"
    assert line["position"] == {"line": 1, "column": 11}
    assert line["streams"][0][0]["piece"]["text"] == "a"
