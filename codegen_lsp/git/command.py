"""Runs git so that it can only read, and so that no repository can run a program through it.

The only importer of GitPython. A repository's configuration and attributes may name programs (a
diff driver, a text converter, a clean filter, a file system monitor, hooks, a transport for
objects that are missing); each is switched off here for every command. What the commands mean is
known in the modules beside this one.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from codegen_lsp.errors import GitError, MissingTool

_CONFIGURATION = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.quotePath=false",
    "diff.external=",
    "diff.suppressBlankEmpty=false",
)

_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_DIFF_OPTS": "",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}


def git_output(
    arguments: Sequence[str], *, cwd: Path, environment: Mapping[str, str] | None = None
) -> bytes:
    """Run git with ``arguments`` in the folder ``cwd`` and return what it writes.

    Raises :class:`~codegen_lsp.errors.GitError` with git's own first line when it fails, and
    :class:`~codegen_lsp.errors.MissingTool` when there is no git.
    """
    status, output, complaint = _execute(arguments, cwd, environment or {})
    if status:
        raise _translated(complaint, arguments[0])
    return output


def git_line(
    arguments: Sequence[str], *, cwd: Path, environment: Mapping[str, str] | None = None
) -> str | None:
    """Run git and return its output as one line, or None when it fails or says nothing."""
    status, output, _ = _execute(arguments, cwd, environment or {})
    line = os.fsdecode(output).strip("\n")
    return line if status == 0 and line else None


def without_filters(cwd: Path) -> dict[str, str]:
    """Return an environment that switches off the filters which the repository itself configures.

    A clean filter is a program that git runs when it compares a working file; those from the
    user's own configuration (Git LFS, for instance) stay on. Raises
    :class:`~codegen_lsp.errors.GitError` when git cannot tell them apart (before version 2.26).
    """
    listing = ["config", "--null", "--show-scope", "--name-only", "--get-regexp", r"^filter\."]
    status, output, complaint = _execute(listing, cwd, {})
    if status not in {0, 1}:  # 1 means that there are none
        raise _translated(complaint, "config")
    fields = os.fsdecode(output).split("\0")[:-1]
    named = zip(fields[::2], fields[1::2], strict=True)
    own = sorted({name for scope, name in named if scope in {"local", "worktree"}})
    first = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    environment = {"GIT_CONFIG_COUNT": str(first + len(own))}
    for number, name in enumerate(own, first):
        environment[f"GIT_CONFIG_KEY_{number}"] = name
        environment[f"GIT_CONFIG_VALUE_{number}"] = "false" if name.endswith(".required") else ""
    return environment


def _execute(
    arguments: Sequence[str], cwd: Path, environment: Mapping[str, str]
) -> tuple[int, bytes, str]:
    try:
        from git import Git
        from git.exc import GitCommandNotFound
    except ImportError as error:  # GitPython refuses to be imported where there is no git
        raise MissingTool("git is not installed", advice="install git") from error
    if not os.access(cwd, os.X_OK):  # GitPython would run in another folder without a word
        raise GitError(f"{cwd} is not a folder that can be entered")
    settings = [part for setting in _CONFIGURATION for part in ("-c", setting)]
    try:
        status, output, complaint = Git(cwd).execute(
            ["git", "--no-pager", *settings, *arguments],
            env={**_ENVIRONMENT, **environment},
            with_extended_output=True,
            with_exceptions=False,
            stdout_as_string=False,
            strip_newline_in_stdout=False,
        )
    except GitCommandNotFound as error:
        raise MissingTool("git is not installed", advice="install git") from error
    return status, output, complaint


def _translated(complaint: str, command: str) -> GitError:
    lines = [line for line in complaint.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
    said = (fatal or lines or ["it gave no reason"])[0]
    return GitError(f"git {command} failed ({said.removeprefix('fatal: ')})")
