"""Tiny projects under git, and the agent run on them with scripted answers."""

import hashlib
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from agent.checks import TestCommand
from agent.report import FixReport
from agent.run import Frame, fix, ignore
from agent.tools import NO_AIM, Aim, Event
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import FixSettings
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend

CALC = '''\
"""Sums."""


def double(number):
    """Return twice the number."""
    return number + number


def total(numbers):
    """Return the sum."""
    result = 1
    for number in numbers:
        result += number
    return result
'''

CALC_TEST = """\
from calc import double, total


def test_double():
    assert double(4) == 8


def test_total():
    assert total([1, 2, 3]) == 6
"""

RIGHT = """\
def total(numbers):
    result = 0
    for number in numbers:
        result += number
    return result
"""

WRONG = """\
def total(numbers):
    return 7
"""


def git(folder: Path, *arguments: str) -> str:
    """Run git in ``folder`` with an identity of its own and return its output."""
    identity = ("-c", "user.name=Tester", "-c", "user.email=tester@localhost")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write ``files``, named by their paths, below ``folder``."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")


def everything_in(folder: Path) -> dict[str, str]:
    """Map every file and folder below ``folder``, ``.git`` included, to its mode and contents."""
    found = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        content = ""
        if stat.S_ISLNK(mode):
            content = os.readlink(path)  # noqa: PTH115 - as it is written
        elif stat.S_ISREG(mode):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        found[str(path.relative_to(folder))] = f"{mode:o} {content}"
    return found


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a committed repository of ``files`` (the sums, if none)."""

    def make(
        files: Mapping[str, str] | None = None, *, name: str = "project", commit: bool = True
    ) -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        default = {"calc.py": CALC, "tests/test_calc.py": CALC_TEST, "pyproject.toml": ""}
        write_files(folder, default if files is None else files)
        git(folder, "init", "--quiet")
        if commit:
            git(folder, "add", "--all")
            git(folder, "commit", "--quiet", "--message=first")
        return folder

    return make


@pytest.fixture(autouse=True)
def _quick_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the projects be tested by the pytest that runs this, without the plugins it has."""
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a temporary folder of its own for the agent's copies."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


class RunFix(Protocol):
    """Runs the agent; see :func:`run_fix`."""

    def __call__(
        self,
        project: Path,
        *answers: str,
        test: str | None = None,
        settings: FixSettings | None = None,
        cancellation: Cancellation | None = None,
        on_event: Callable[[Event], None] = ignore,
        mutants: bool = False,
        aim: Aim = NO_AIM,
    ) -> FixReport: ...


@pytest.fixture
def run_fix(temporary_folder: Path) -> RunFix:
    """Return a function that runs the agent on these answers and checks that it left no trace."""

    def run(
        project: Path,
        *answers: str,
        test: str | None = None,
        settings: FixSettings | None = None,
        cancellation: Cancellation | None = None,
        on_event: Callable[[Event], None] = ignore,
        mutants: bool = False,
        aim: Aim = NO_AIM,
    ) -> FixReport:
        folder = project if project.is_dir() else project.parent
        top = Path(git(folder, "rev-parse", "--show-toplevel").strip())
        backend = ScriptedBackend([ScriptedAnswer(f"{answer}\n```\n") for answer in answers])
        before = everything_in(top)
        try:
            return fix(
                project,
                TestCommand.parse(test) if test else None,
                InProcessModel(backend),
                replace(settings or FixSettings(max_tries=4, test_seconds=30), mutants=mutants),
                cancellation or Cancellation(),
                on_event,
                Frame(aim=aim),
            )
        finally:
            assert everything_in(top) == before
            assert list(temporary_folder.iterdir()) == []

    return run
