"""Finds the repository and names commits in it; each way to fail has its one clear line."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from codegen_lsp.errors import GitError
from codegen_lsp.git.command import git_line, git_output, without_filters

_WHERE = ("rev-parse", "--is-bare-repository", "--is-inside-work-tree")


@dataclass(frozen=True)
class Repository:
    """A repository with a working tree, whose top folder is ``root``.

    ``environment`` is added to every command that is run in it.
    """

    root: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str) -> bytes:
        """Run a git command at the top folder and return its output; raises GitError."""
        return git_output(arguments, cwd=self.root, environment=self.environment)

    def line(self, *arguments: str) -> str | None:
        """Run a git command and return its output as one line, or None when there is none."""
        return git_line(arguments, cwd=self.root, environment=self.environment)


def open_repository(start: Path) -> Repository:
    """Find the repository that the folder ``start`` lies in.

    Raises :class:`~codegen_lsp.errors.GitError` when there is none, when it has no working tree,
    and when git does not trust its owner.
    """
    try:
        answer = git_output(_WHERE, cwd=start)
    except GitError as error:
        raise _explained(error, start) from error
    bare, inside = answer.split()
    if bare == b"true":
        raise GitError(
            f"{start} is a bare repository", advice="run this in a working tree (git worktree add)"
        )
    if inside != b"true":
        raise GitError(f"{start} is inside a .git folder", advice="run this in the working tree")
    top = git_output(["rev-parse", "--show-toplevel"], cwd=start)
    root = Path(os.fsdecode(top.removesuffix(b"\n")))
    return Repository(root, without_filters(root))


def repository_root(start: Path) -> Path | None:
    """Return the top folder of the repository around ``start``, or None outside of any."""
    line = git_line(["rev-parse", "--show-toplevel"], cwd=start)
    return Path(line) if line else None


def commit_id(repository: Repository, revision: str) -> str:
    """Return the full id of the commit that ``revision`` names; raises GitError when none is."""
    if not revision.startswith("-"):
        found = repository.line("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        if found:
            return found
    if not has_commits(repository):
        raise GitError(f"{revision} names nothing: the repository has no commits yet")
    raise GitError(f"{revision!r} is not a revision", advice="git log --oneline lists some")


def has_commits(repository: Repository) -> bool:
    """Say whether HEAD names a commit; a repository just made has none."""
    return repository.line("rev-parse", "--verify", "--quiet", "HEAD^{commit}") is not None


def head_or_empty_tree(repository: Repository) -> str:
    """Return the id of HEAD, or that of the empty tree before the first commit."""
    head = repository.line("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    return head or repository.run("hash-object", "-t", "tree", os.devnull).decode().strip()


def merge_base(repository: Repository, one: str, other: str) -> str:
    """Return the best common ancestor of two revisions; raises GitError when they have none."""
    ids = commit_id(repository, one), commit_id(repository, other)
    found = repository.line("merge-base", *ids)
    if found is None:
        raise GitError(f"{one} and {other} have no common ancestor")
    return found


def _explained(error: GitError, start: Path) -> GitError:
    if "not a git repository" in error.message:
        return GitError(
            f"{start} is not in a git repository", advice="run git init, or use --diff FILE"
        )
    if "dubious ownership" in error.message:
        return GitError(
            f"git does not trust the repository at {start}, which belongs to somebody else",
            advice=f"git config --global --add safe.directory {start}",
        )
    return error
