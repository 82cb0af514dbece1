"""``codegen doctor`` as it is printed, with the engine process replaying a script."""

import argparse
import json
from pathlib import Path

import pytest

from codegen_lsp.cli import doctor
from codegen_lsp.features.doctor.check import Check, State

Captured = pytest.CaptureFixture[str]

FINE = Check("a", State.OK, "fine")
WARNED = Check("b", State.WARNING, "so so", "do this")
BROKEN = Check("c", State.PROBLEM, "broken", "do that")
NO_MODEL = Check("d", State.PROBLEM, "missing", "fetch it", blocks_model=True)


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("CODEGEN_CONFIG", str(tmp_path / "config.toml"))
    path = tmp_path / "script.toml"
    path.write_text('repeat = true\n[[answer]]\ntext = "1 2 3 4"\n', "utf-8")
    return f"scripted:{path}"


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    doctor.add_parser(parser.add_subparsers())
    return doctor.run(parser.parse_args(["doctor", *arguments]))


@pytest.mark.parametrize(
    ("checks", "code"),
    [
        ([], 0),
        ([FINE, WARNED], 0),
        ([FINE, BROKEN], 1),
        ([BROKEN, NO_MODEL, FINE], 3),
    ],
)
def test_the_exit_code_is_that_of_the_worst(checks: list[Check], code: int) -> None:
    """Warnings are no reason to fail; without a model nothing works."""
    assert doctor.exit_code(checks) == code


def test_the_engine_is_started_and_measured(script: str, capsys: Captured) -> None:
    run("--model", script)
    lines = capsys.readouterr().out.splitlines()
    assert any(" speed " in line and "tokens/s" in line for line in lines)
    assert lines[-1].split()[1] == "terminal"


def test_json_is_json_alone_and_says_the_same(script: str, capsys: Captured) -> None:
    code = run("--model", script, "--no-measure", "--format", "json")
    checks = json.loads(capsys.readouterr().out)
    assert {"python", "llama.cpp", "model", "git", "terminal"} <= {
        check["name"] for check in checks
    }
    assert "speed" not in {check["name"] for check in checks}
    assert (code == 0) == all(check["state"] != "problem" for check in checks)


def test_a_missing_model_is_exit_code_3(script: str, tmp_path: Path, capsys: Captured) -> None:
    assert script
    assert run("--model", str(tmp_path / "none.gguf")) == 3
    assert "there is no model file" in capsys.readouterr().out


def test_a_bad_option_is_a_problem(script: str, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "config.toml").write_text("colour = 'blue'\n", "utf-8")
    assert run("--model", script, "--no-measure") != 0
    assert "option colour is not known -> edit" in capsys.readouterr().out
