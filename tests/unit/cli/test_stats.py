"""``codegen stats``: its options; the forms in which figures are shown have tests of their own."""

import argparse
import json
import time
from pathlib import Path

import pytest

from codegen_lsp.cli import stats
from codegen_lsp.errors import UsageError
from codegen_lsp.feedback.ledger import Ledger, path_in, suggestions_since
from codegen_lsp.feedback.suggestion import Outcome, Suggestion

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a ledger with one suggestion of today and one of last week."""
    config = tmp_path / "config.toml"
    config.write_text(f'[feedback]\nfolder = "{tmp_path}"\n', "utf-8")
    monkeypatch.setenv("CODEGEN_CONFIG", str(config))
    ledger = Ledger(tmp_path)
    for name, age in (("new", 0), ("old", 7 * 86_400)):
        at = time.time() - age
        ledger.put(Suggestion(id=name, at=at, outcome=Outcome.ACCEPTED, shown=True, accepted=3))
    ledger.close(10)
    return tmp_path


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    stats.add_parser(parser.add_subparsers())
    return stats.run(parser.parse_args(["stats", *arguments]))


@pytest.mark.parametrize(("days", "shown"), [("1", 1), ("6", 1), ("30", 2)])
def test_json_has_the_figures_of_so_many_days(
    folder: Path, days: str, shown: int, capsys: Captured
) -> None:
    assert path_in(folder).exists()
    assert run("--format", "json", "--days", days) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["total"]["shown"] == shown
    assert len(told["days"]) == int(days)


def test_text_is_for_people(folder: Path, capsys: Captured) -> None:
    assert path_in(folder).exists()
    assert run() == 0
    assert "Suggestions on this machine" in capsys.readouterr().out


def test_an_empty_ledger_is_told_in_a_line(folder: Path, capsys: Captured) -> None:
    path_in(folder).unlink()
    assert run() == 0
    assert capsys.readouterr().out.startswith("Nothing is recorded in the last 30 days;")


def test_a_ledger_that_is_switched_off_is_told(folder: Path, capsys: Captured) -> None:
    path_in(folder).unlink()
    (folder / "config.toml").write_text("[feedback]\nenabled = false\n", "utf-8")
    with (folder / "config.toml").open("a", encoding="utf-8") as config:
        config.write(f'folder = "{folder}"\n')
    assert run() == 0
    assert "feedback.enabled is false" in capsys.readouterr().out


def test_the_page_is_written_where_it_was_asked_for(folder: Path, capsys: Captured) -> None:
    assert run("--html", str(folder / "page.html")) == 0
    assert (folder / "page.html").read_text("utf-8").startswith("<!doctype html>")
    assert capsys.readouterr().out == ""


def test_a_page_that_cannot_be_written_is_an_error(folder: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        run("--html", str(folder / "none" / "page.html"))


def test_reset_forgets_everything(folder: Path, capsys: Captured) -> None:
    assert run("--reset", "--yes") == 0
    assert suggestions_since(folder) == []
    assert "Forgotten" in capsys.readouterr().out
    assert run("--reset", "--yes") == 0
    assert "nothing to forget" in capsys.readouterr().out


def test_reset_asks_somebody(folder: Path) -> None:
    """There is nobody to ask where standard input is no terminal."""
    with pytest.raises(UsageError, match="--yes"):
        run("--reset")
    assert len(suggestions_since(folder)) == 2


def test_days_count_from_one(folder: Path) -> None:
    assert path_in(folder).exists()
    with pytest.raises(UsageError, match="from 1"):
        run("--days", "0")
