"""The whole command, with the real engine process on scripted answers."""

import json
from pathlib import Path

import pytest

from tests.evals.__main__ import KINDS, kind_named, main

ITEM = {
    "id": "py/add",
    "language": "py",
    "prompt": "def add(a, b):",
    "suffix": "    return total\n",
    "canonical_solution": "    total = a + b",
    "test": "assert add(1, 2) == 3\n",
}
SCRIPT = 'repeat = true\n[[answer]]\ntext = "\\n    total = a + b"\n'


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, str]:
    """Return data, a place for answers, and the name of a scripted model."""
    data, script = tmp_path / "data.jsonl", tmp_path / "script.toml"
    data.write_text(f"{json.dumps(ITEM)}\n{json.dumps({**ITEM, 'id': 'py/more'})}\n")
    script.write_text(SCRIPT)
    return data, tmp_path / "out.jsonl", f"scripted:{script}"


def test_it_answers_and_scores_and_scores_again(
    files: tuple[Path, Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    data, out, model = files
    command = ["fim", "--data", str(data), "--output", str(out), "--model", model, "--raw"]
    assert main([*command, "--limit", "1"]) == 0
    assert len(out.read_text().splitlines()) == 1
    assert "1 items" in capsys.readouterr().out
    assert main(command) == 0
    summary = capsys.readouterr().out
    assert len(out.read_text().splitlines()) == 2
    each = out.with_name("each.jsonl")
    again = ["score", "fim", str(out), "--data", str(data), "--each", str(each)]
    assert main(again) == 0
    assert capsys.readouterr().out == summary
    scores = [json.loads(line)["scores"]["exact match"] for line in each.read_text().splitlines()]
    assert scores == [[1, 1], [1, 1]]


def test_what_cannot_be_done_is_one_line(
    files: tuple[Path, Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    data, out, model = files
    code = main(["repair", "--data", str(data), "--output", str(out), "--model", model])
    assert code == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "no entry_point" in line


def test_every_kind_can_be_loaded() -> None:
    assert all(kind_named(name).needs for name in KINDS)
