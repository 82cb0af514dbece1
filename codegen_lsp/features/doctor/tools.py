"""Checks of the programs and packages that some verbs need, and of the editors that can use us."""

import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from shutil import which

from codegen_lsp.errors import GitError, MissingTool
from codegen_lsp.features.doctor.check import Check, State
from codegen_lsp.git.command import git_output
from codegen_lsp.lint import find_ruff

OLDEST_GIT = (2, 31)
"""The first that takes configuration from the environment (GIT_CONFIG_COUNT), as we give it."""

OLDEST_NEOVIM = (0, 10)
"""The first whose virtual text can stand inside a line."""

_OTHER_EDITORS = {
    "code": "VS Code",
    "codium": "VSCodium",
    "hx": "Helix",
    "helix": "Helix",
    "emacs": "Emacs",
}
_TIMEOUT_SECONDS = 5


def git() -> Check:
    """Whether there is a git that is new enough."""
    try:
        said = git_output(["version"], cwd=Path(sys.prefix)).decode("utf-8", "replace").strip()
    except (MissingTool, GitError) as error:
        return Check("git", State.PROBLEM, error.message, error.advice)
    if _version(said) < OLDEST_GIT:
        return Check("git", State.PROBLEM, f"{said} is older than 2.31", "install a newer git")
    return Check("git", State.OK, said)


def ruff() -> Check:
    """Whether there is a ruff for review, fix and docstrings."""
    try:
        path = find_ruff()
    except MissingTool as error:
        return Check("ruff", State.PROBLEM, error.message, error.advice)
    return Check("ruff", State.OK, f"{_installed('ruff') or 'of unknown version'} ({path})")


def agent() -> Check:
    """Whether the optional part that `codegen fix` needs is installed."""
    found = _installed("langgraph")
    if found is None:
        return Check(
            "agent",
            State.WARNING,
            "LangGraph is not installed: no `codegen fix`",
            "pip install 'codegen-lsp[agent]'",
        )
    return Check("agent", State.OK, f"LangGraph {found}")


def editors(search: str | None = None) -> Check:
    """Which editors there are on ``search``, a list of folders as in ``PATH`` (None: that)."""
    others = {name: label for name, label in _OTHER_EDITORS.items() if which(name, path=search)}
    found = sorted(set(others.values()))
    neovim = which("nvim", path=search)
    if neovim is not None:
        said = _first_line(neovim)
        if _version(said) < OLDEST_NEOVIM:
            mend = "install Neovim 0.10 or newer"
            return Check("editors", State.WARNING, f"{said or neovim} is too old", mend)
        found.insert(0, said.replace("NVIM v", "Neovim "))
    if not found:
        mend = "install Neovim 0.10 or newer, or VS Code; the command line needs neither"
        return Check("editors", State.WARNING, "none found", mend)
    return Check("editors", State.OK, ", ".join(found))


def _installed(distribution: str) -> str | None:
    try:
        return installed_version(distribution)
    except PackageNotFoundError:
        return None


def _first_line(program: str) -> str:
    """Return the first line of what ``program --version`` says, or nothing."""
    try:
        done = subprocess.run(  # noqa: S603 - an editor the user has installed, asked its version
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").partition("\n")[0].strip()


def _version(text: str) -> tuple[int, int]:
    match = re.search(r"(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2])) if match else (0, 0)
