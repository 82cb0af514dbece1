"""``codegen why`` as it is printed, with the engine process replaying a script."""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import pytest

from codegen_lsp.cli import why
from codegen_lsp.errors import UsageError
from codegen_lsp.feedback.ledger import Ledger
from codegen_lsp.feedback.suggestion import Outcome, Suggestion, document_hash

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file; the ledger is empty, and the model says ``a + b``."""
    script = tmp_path / "script.toml"
    script.write_text('repeat = true\n[[answer]]\ntext = "a + b"\n', "utf-8")
    config = f'[feedback]\nfolder = "{tmp_path}"\n[model]\nname = "scripted:{script}"\n'
    (tmp_path / "config.toml").write_text(config, "utf-8")
    monkeypatch.setenv("CODEGEN_CONFIG", str(tmp_path / "config.toml"))
    file = tmp_path / "sums.py"
    file.write_text("def add(a, b):\n    return \nprint()\n", "utf-8")
    return file


def recorded(file: Path, **facts: Any) -> None:
    ledger = Ledger(file.parent)
    row = {"id": str(time.monotonic()), "at": time.time(), "document": document_hash(str(file))}
    ledger.put(Suggestion(**{"outcome": Outcome.DROPPED, **row, **facts}))
    ledger.close(10)


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    why.add_parser(parser.add_subparsers())
    return why.run(parser.parse_args(["why", *arguments]))


def test_an_empty_ledger_is_told_in_a_line(file: Path, capsys: Captured) -> None:
    assert run() == 0
    assert capsys.readouterr().out == "No answer is recorded.\n"
    assert run(str(file)) == 0
    assert capsys.readouterr().out == f"No answer of {file} is recorded.\n"


def test_a_filter_is_told_with_what_it_is_for(file: Path, capsys: Captured) -> None:
    recorded(file, dropped_by="fix_syntax", line=4, column=7, total_ms=12.0, tokens_read=3)
    assert run() == 0
    head, reason, times = capsys.readouterr().out.splitlines()
    assert "line 5, column 8" in head
    assert head.endswith("nothing shown")
    assert reason.strip().startswith("fix_syntax dropped it. A suggestion must not break")
    assert times.strip() == "12 ms, from the model, 3 tokens read, 0 from before"


def test_a_filter_that_is_no_more_is_told_by_its_name(file: Path, capsys: Captured) -> None:
    recorded(file, dropped_by="drop_yesterday")
    assert run() == 0
    assert capsys.readouterr().out.splitlines()[1].strip() == "drop_yesterday dropped it."


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"outcome": Outcome.ACCEPTED, "code_points": 5, "lines": 1}, "accepted: 1 line, 5 char"),
        (
            {"outcome": Outcome.PARTLY, "code_points": 9, "lines": 2, "accepted": 4, "kept": 0.5},
            "partly: 4 of 2 lines, 9 characters, 50 % of it kept",
        ),
        ({"reason": "the cursor is inside a word"}, "because the cursor is inside a word"),
        ({"changed_by": "stop_at_suffix trim_blank_end"}, "    trim_blank_end changed it."),
    ],
)
def test_what_became_of_it_is_told(
    file: Path, facts: dict[str, Any], words: str, capsys: Captured
) -> None:
    recorded(file, **facts)
    assert run() == 0
    said = capsys.readouterr().out
    assert words in said
    assert "stop_at_suffix" not in said


def test_the_last_answers_of_one_file(file: Path, capsys: Captured) -> None:
    for line in range(3):
        recorded(file, line=line)
    recorded(file, document=document_hash("/other.py"), line=9)
    assert run(str(file), "--last", "2", "--format", "json") == 0
    assert [row["line"] for row in json.loads(capsys.readouterr().out)] == [1, 2]


def test_a_place_is_completed_and_explained(file: Path, capsys: Captured) -> None:
    assert run(f"{file}:2:12") == 0
    first, seen, *others = capsys.readouterr().out.splitlines()
    assert first == "Shown: 1 line, 5 characters."
    assert seen.startswith("The model saw lines 1 to 4: 26 characters before the cursor")
    assert "It wrote 'a + b'." in others
    assert "fix_syntax let it pass." in others


def test_a_place_where_nothing_is_shown_says_why(file: Path, capsys: Captured) -> None:
    assert run(f"{file}:3:3", "--automatic", "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["explanation"] == ["Nothing is shown because the cursor is inside a word."]
    assert told["dropped"] == "the cursor is inside a word"


@pytest.mark.parametrize("arguments", [["none.py"], ["none.py:1"], ["--last", "0"]])
def test_what_is_no_place_is_an_error(file: Path, arguments: list[str]) -> None:
    assert file.exists()
    with pytest.raises(UsageError):
        run(*arguments)
