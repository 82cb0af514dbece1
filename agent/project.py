"""Where the project is, and which of its files are tests.

Reads folder names only. What git knows is asked of ``codegen_lsp.git``; the rule for test files
stands here once, because nobody may edit those.
"""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from codegen_lsp.errors import GitError, UsageError
from codegen_lsp.git.repository import Repository, open_repository

_MARKERS = ("pyproject.toml", "setup.cfg", "setup.py", "pytest.ini", "tox.ini")
_TEST_FOLDERS = frozenset({"tests", "test", "__tests__"})
_SCRIPTS = frozenset({".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"})
_SCRIPT_MARKS = frozenset({"test", "spec"})


@dataclass(frozen=True, slots=True)
class Project:
    """A project in a repository.

    ``folder`` is where it lies below the repository's top folder; ``only`` restricts the tests to a
    file or folder and is relative to ``folder``, None for all of them.
    """

    repository: Repository
    folder: PurePosixPath
    only: PurePosixPath | None = None

    @property
    def top(self) -> Path:
        """The top folder of the user's repository, links resolved."""
        return self.repository.root


def locate(path: Path) -> Project:
    """Find the project that ``path``, a folder or a test file, belongs to.

    The project is the nearest folder at or above ``path``, within the repository, that has a
    ``pyproject.toml`` or its like; else the working directory, when ``path`` lies in it; else
    ``path``. Raises :class:`~codegen_lsp.errors.UsageError` when ``path`` does not exist and
    :class:`~codegen_lsp.errors.GitError` outside of a repository.
    """
    if not path.exists():
        raise UsageError(f"{path} does not exist")
    full = path.resolve()
    start = full if full.is_dir() else full.parent
    repository = _open(start)
    top = repository.root
    within = [folder for folder in (start, *start.parents) if folder.is_relative_to(top)]
    marked = [folder for folder in within if any((folder / name).is_file() for name in _MARKERS)]
    here = Path.cwd().resolve()
    unmarked = here if here in within else start
    folder = marked[0] if marked else unmarked
    only = PurePosixPath(full.relative_to(folder).as_posix()) if full != folder else None
    return Project(repository, PurePosixPath(folder.relative_to(top).as_posix()), only)


def is_test_file(path: PurePosixPath) -> bool:
    """Say whether a file of a project, named relative to it, belongs to its tests."""
    name = path.name
    return (
        name == "conftest.py"
        or (path.suffix in _SCRIPTS and not _SCRIPT_MARKS.isdisjoint(name.split(".")[1:-1]))
        or (name.startswith("test_") and name.endswith(".py"))
        or name.endswith("_test.py")
        or not _TEST_FOLDERS.isdisjoint(path.parts[:-1])
    )


def _open(start: Path) -> Repository:
    try:
        repository = open_repository(start)
    except GitError as error:
        if "is not in a git repository" not in error.message:
            raise
        raise GitError(
            error.message,
            advice="codegen fix works on a copy of what git lists: run git init first",
        ) from error
    return Repository(repository.root.resolve(), repository.environment)
