"""``codegen review`` as a whole, on real repositories, with a model whose answers are known."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen_lsp.cli.main import main

CLAIM = """\
{"quote": "while True:", "category": "bug", \
"message": "The loop never ends when \\\\tqueue stays full.", "replacement": "while queue:"}]"""
SCRIPT = f"""\
repeat = true
[[answer]]
when = "JSON"
text = '{CLAIM}'
[[answer]]
when = "while True"
text = "No"
[[answer]]
text = "Yes"
"""
BEFORE = "def drain(queue):\n    while queue:\n        queue.pop()\n"
AFTER = "def drain(queue):\n    while True:\n        queue.pop()\n"
PROVED = "def drain(queue):\n    return qeue\n"

Review = Callable[..., int]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, in which the test stands."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setenv("CODEGEN_CONFIG", str(tmp_path / "config.toml"))
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "drain.py").write_text(BEFORE)
    git("init", "--quiet", "-b", "main")
    git("config", "user.name", "A Tester")
    git("config", "user.email", "tester@example.com")
    commit()
    return folder


def git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], check=True, capture_output=True, encoding="utf-8"
    ).stdout


def commit() -> None:
    git("add", ".")
    git("commit", "--quiet", "-m", "a commit")


@pytest.fixture
def review(tmp_path: Path) -> Review:
    """Runs the command with the scripted model."""
    script = tmp_path / "script.toml"
    script.write_text(SCRIPT)

    def run(*arguments: str) -> int:
        return main(["review", "--model", f"scripted:{script}", *arguments])

    return run


def test_an_unchanged_tree_is_clean_and_needs_no_model(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert root.exists()
    assert main(["review", "--model", "/nowhere/model.gguf"]) == 0
    assert "nothing to review" in capsys.readouterr().err


def test_a_finding_is_printed_with_its_evidence(
    root: Path, review: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "drain.py").write_text(AFTER)
    assert review() == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("drain.py:2:5: warning: The loop never ends")
    assert "[bug, grounded: scripted review-bug]" in printed.out
    assert "    suggested: while queue:" in printed.out
    assert "reviewing 1/1: drain.py:2" in printed.err


@pytest.mark.parametrize(
    ("threshold", "code"), [((), 0), (("--fail-on", "warning"), 1), (("--fail-on", "info"), 1)]
)
def test_the_threshold_decides_the_exit_code(
    root: Path, review: Review, threshold: tuple[str, ...], code: int
) -> None:
    (root / "drain.py").write_text(AFTER)
    assert review(*threshold) == code


def test_a_proved_error_fails_by_default(root: Path, review: Review) -> None:
    (root / "drain.py").write_text(PROVED)
    assert review() == 1


def test_only_what_is_staged(
    root: Path, review: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "drain.py").write_text(AFTER)
    assert review("--staged", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []
    git("add", ".")
    (root / "drain.py").write_text(BEFORE)
    review("--staged", "--format", "json")
    assert len(json.loads(capsys.readouterr().out)["findings"]) == 1


@pytest.mark.parametrize(
    "which", [("HEAD~1..HEAD",), ("--base", "HEAD~1"), ("HEAD~1..", "drain.py")]
)
def test_revisions(
    root: Path, review: Review, capsys: pytest.CaptureFixture[str], which: tuple[str, ...]
) -> None:
    (root / "drain.py").write_text(AFTER)
    commit()
    assert review(*which, "--format", "json") == 0
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["path"], finding["first_line"]) == ("drain.py", 2)


def test_a_diff_from_a_file_inside_and_outside_of_a_repository(
    root: Path,
    review: Review,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (root / "drain.py").write_text(AFTER)
    diff = tmp_path / "change.diff"
    diff.write_text(git("diff"))
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "drain.py").write_text(AFTER)
    for folder in (root, plain):
        monkeypatch.chdir(folder)
        assert review("--diff", str(diff), "--format", "json") == 0
        assert len(json.loads(capsys.readouterr().out)["findings"]) == 1


def test_paths_restrict_the_review(
    root: Path, review: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "other.py").write_text(PROVED)
    assert review("drain.py") == 0
    assert review("other.py") == 1
    capsys.readouterr()


def test_machine_formats_stand_alone_on_standard_output(
    root: Path, review: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "drain.py").write_text(AFTER)
    for name in ("json", "sarif"):
        review("--format", name)
        assert json.loads(capsys.readouterr().out)
    review("--format", "github")
    assert capsys.readouterr().out.startswith("::warning file=drain.py,line=2,")


def test_without_a_model_what_is_proved_comes_out_and_the_exit_code_is_3(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "drain.py").write_text(PROVED)
    assert main(["review", "--model", "/nowhere/model.gguf"]) == 3
    printed = capsys.readouterr()
    assert "Undefined name `qeue`" in printed.out
    assert "/nowhere/model.gguf" in printed.err


def test_no_model_asks_none(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "drain.py").write_text(PROVED)
    assert main(["review", "--no-model", "--model", "/nowhere/model.gguf"]) == 1
    assert "reviewing" not in capsys.readouterr().err


def test_explain_says_what_was_left_out(
    root: Path, review: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "image.png").write_bytes(b"\0")
    (root / "drain.py").write_text(BEFORE.replace("pop", "clear") + "# while True\n")
    (root / "other.py").write_text("while True: pass\n")
    review("--explain")
    told = capsys.readouterr().err
    assert "image.png is skipped: is a binary file" in told
    assert "left out, drain.py: The loop never ends" in told


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["nope..HEAD"], "'nope' is not a revision"),
        (["--base", "nope"], "'nope' is not a revision"),
        (["nothing.py"], "nothing.py does not exist"),
        (["../outside"], "is outside the repository"),
        (["A..B", "--staged"], "say one thing to compare"),
        (["A..B", "C..D"], "say one thing to compare"),
        (["--diff", "nothing.diff"], "nothing.diff cannot be read"),
        (["--diff", "drain.py"], "the diff cannot be read"),
        (["--diff", "x", "drain.py"], "--diff takes no paths"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    root: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    assert root.exists()
    assert main(["review", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert line in printed.err
    assert printed.err.count("\n") == 1


def test_outside_of_a_repository(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root.parent)
    assert main(["review"]) == 2
    assert f"codegen: {tmp_path} is not in a git repository: " in capsys.readouterr().err
