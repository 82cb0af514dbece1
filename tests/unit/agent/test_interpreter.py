"""The project's own Python comes first, and only folders it needs become readable."""

import os
import sys
from pathlib import Path

import pytest

from agent.interpreter import find_interpreter, folders_of
from agent.sandbox import Sandbox
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import MissingTool

HOME = Path("/users/own")


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox({"PATH": os.environ["PATH"]}, (), (), (), wrapper=None)


def found(folder: Path, sandbox: Sandbox, cwd: Path) -> str:
    return find_interpreter(folder, sandbox, cwd, Cancellation()).path


def environment(folder: Path, script: str) -> str:
    """Make a virtual environment whose Python is a shell script."""
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    return str(python)


def test_environment_in_the_project(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    python = environment(tmp_path / ".venv", f'exec {sys.executable} "$@"')
    assert found(tmp_path, sandbox, tmp_path) == python


def test_active_environment_comes_first(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(tmp_path / ".venv", "echo /not/this/one")
    python = environment(tmp_path / "active", "echo /usr/bin/python")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    assert found(tmp_path, sandbox, tmp_path) == python


@pytest.mark.parametrize("script", ["echo None", "exit 1", "echo broken >&2; exit 127"])
def test_environment_without_pytest_is_passed_over(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    python = environment(tmp_path / "venv", script)
    assert found(tmp_path, sandbox, tmp_path) not in {python, ""}


def test_no_python_with_pytest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = environment(tmp_path / "none", "echo None")
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(sys, "executable", python)
    bare = Sandbox({"PATH": "/usr/bin:/bin"}, (), (), (), wrapper=None)
    with pytest.raises(MissingTool, match=r"codegen-lsp\[agent\]"):
        found(tmp_path, bare, tmp_path)


@pytest.mark.parametrize(
    ("program", "folders"),
    [
        ("/usr/bin/python3", []),
        ("/users/own/project/.venv/bin/python", ["/users/own/project/.venv"]),
        ("/users/own/.pyenv/shims/python3", ["/users/own/.pyenv"]),
        ("/users/own/bin/python3", ["/users/own/bin"]),
        ("/users/own/.local/bin/python3", ["/users/own/.local/bin"]),
        ("/away/venv/bin/python3", ["/away/venv"]),
        ("/away/bin/python3", ["/away/bin"]),
    ],
)
def test_folders_that_stay_readable(program: str, folders: list[str]) -> None:
    """Never the home itself, nor ``.local``, which holds more than programs."""
    assert folders_of(program, [HOME, Path("/away")]) == tuple(map(Path, folders))


def test_base_of_a_virtual_environment_stays_readable(tmp_path: Path) -> None:
    base = tmp_path / "versions" / "3.11" / "bin" / "python3.11"
    base.parent.mkdir(parents=True)
    base.touch()
    python = tmp_path / "project" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(base)
    assert set(folders_of(str(python), [tmp_path])) == {
        tmp_path / "project" / ".venv",
        tmp_path / "versions" / "3.11",
    }
