"""A throw-away copy of the user's working tree, in a worktree of a repository of its own.

The only writer of files in the agent, and only below one temporary folder. The user's repository
is asked for the list of its files and is otherwise only read, so nothing can be left behind in it,
however hard this program is ended. The copy is put under git in a fresh repository, which shares
nothing with the user's and knows none of its hooks, filters or attributes; that is how it gets back
to the user's state before every run. Further worktrees of that repository are for runs side by
side. What is copied is decided in ``listing.py``, and who else may write below the folder in
``sandbox.py``.
"""

import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from agent.listing import list_files
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.document.diff import parse_diff
from codegen_lsp.errors import GitError, UsageError
from codegen_lsp.git.command import git_output
from codegen_lsp.git.repository import Repository

MAX_BYTES = 2 * 1024**3
"""A working tree larger than this is not copied."""

_PREFIX = "codegen-fix-"
_UNCLAIMED = ".codegen-fix-"
_ABANDONED_AFTER_SECONDS = 60
_ENDING_SECONDS = 5.0
_TICK_SECONDS = 0.05
_ATTRIBUTES = "* -text -eol -filter -ident -working-tree-encoding -merge -diff\n"
_COMMIT = ("commit", "--quiet", "--no-verify", "--allow-empty")
_SAME_ALWAYS = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_COUNT": "0",
    "GIT_CONFIG_PARAMETERS": "",
    "GIT_NAMESPACE": "",
    "GIT_TEMPLATE_DIR": "",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
    "GIT_AUTHOR_NAME": "codegen",
    "GIT_AUTHOR_EMAIL": "codegen@localhost",
    "GIT_AUTHOR_DATE": "2000-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "codegen",
    "GIT_COMMITTER_EMAIL": "codegen@localhost",
    "GIT_COMMITTER_DATE": "2000-01-01T00:00:00Z",
}


@dataclass(frozen=True, slots=True)
class _Worktree:
    """A worktree with git's own folder for it; ``shared`` is that of the whole repository."""

    tree: Path
    own: Path
    shared: Path

    def git(self, *arguments: str) -> bytes:
        """Run git on this worktree and nothing else, whatever the environment says."""
        places = {
            "GIT_DIR": str(self.own),
            "GIT_COMMON_DIR": str(self.shared),
            "GIT_WORK_TREE": str(self.tree),
            "GIT_INDEX_FILE": str(self.own / "index"),
            "GIT_OBJECT_DIRECTORY": str(self.shared / "objects"),
        }
        speed = ("-c", "core.compression=0", "-c", "gc.auto=0")
        environment = {**_SAME_ALWAYS, **places}
        return git_output([*speed, *arguments], cwd=self.tree, environment=environment)

    def point(self) -> None:
        """Let git find the copy's repository from within the tree, as some tests expect."""
        pointer = self.tree / ".git"
        if pointer.is_dir() and not pointer.is_symlink():
            _remove(pointer)
        pointer.unlink(missing_ok=True)
        pointer.write_text(f"gitdir: {self.own}\n", "utf-8")


@dataclass(frozen=True)
class Scratch:
    """One copy below the temporary folder ``root``, with ``worktree`` for git.

    ``tree`` holds the user's files; it has the name of their top folder. ``home``, ``temporary``
    and ``results`` are folders that commands may write to, ``given`` is one for them to read.
    ``paths`` are the files copied, relative to ``tree``; ``notes`` says what was left out, and why.
    ``base`` is the git tree id of the copy as it was made: that of ``git rev-parse HEAD^{tree}``
    where the user's tree is clean and whole.
    ``lock`` is the open file that says somebody works here, for what runs here to hold as well.
    """

    root: Path
    worktree: _Worktree
    paths: tuple[str, ...]
    base: str
    lock: int
    notes: tuple[str, ...] = ()
    given: Path = field(init=False)
    home: Path = field(init=False)
    temporary: Path = field(init=False)
    results: Path = field(init=False)

    def __post_init__(self) -> None:
        for name in ("given", "home", "temporary", "results"):
            object.__setattr__(self, name, self.root / name)

    @property
    def tree(self) -> Path:
        """The folder with the user's files."""
        return self.worktree.tree

    def restore(self, changes: Mapping[str, str] | None = None) -> None:
        """Bring ``tree`` back to the user's state, then write ``changes`` (path to text)."""
        _empty(self.home, self.temporary, self.results)
        _make_passable(self.tree)
        self.worktree.point()
        self.worktree.git("reset", "--hard", "--quiet")
        self.worktree.git("clean", "-ffdx", "--quiet")
        for path, text in (changes or {}).items():
            (self.tree / path).write_text(text, "utf-8", newline="")

    def build_on(self, changes: Mapping[str, str]) -> None:
        """Let :meth:`restore` bring back the user's state with ``changes`` from now on."""
        self.restore(changes)
        self.worktree.git("add", "--force", "--", *changes)
        self.worktree.git(*_COMMIT, "--message=built on")

    def beside(self, number: int) -> "Scratch":
        """Make a further worktree, as this one is restored to, with folders of its own.

        It lies below ``root`` and goes with it; ``number`` tells it from others.
        """
        root = self.root / f"beside-{number}"
        tree = root / "work" / self.tree.name
        tree.parent.mkdir(parents=True)
        self.worktree.git("worktree", "add", "--quiet", "--detach", "--no-checkout", str(tree))
        own = Path((tree / ".git").read_text("utf-8").removeprefix("gitdir: ").strip())
        worktree = _Worktree(tree, own, self.worktree.shared)
        other = Scratch(root, worktree, self.paths, self.base, self.lock, self.notes)
        other.restore()
        return other

    def texts_around(self, diff: str, base: str) -> tuple[dict[str, str], dict[str, str]] | None:
        """Return the files that ``diff`` changes, as they are without it and with it.

        The copy may be either: ``base`` is the tree id of the state without. None when it is
        neither. Raises :class:`~codegen_lsp.errors.GitError` when ``diff`` is none of it.
        """
        paths = [file.path for file in parse_diff(diff)]
        for path in paths:
            if path not in self.paths or (self.tree / path).is_symlink():
                raise GitError(f"the diff changes {path}, which is no file of this tree")
        patch = self.add_file("change.diff", diff)
        self.restore()
        undone = self.base != base
        if undone:
            try:
                self.worktree.git("apply", "--index", "--reverse", str(patch))
            except GitError:
                return None
            if self.worktree.git("write-tree").decode().strip() != base:
                return None
        before = self._texts(paths)
        self.worktree.git("apply", "--index", str(patch))
        after = self._texts(paths)
        self.restore()
        return before, after

    def _texts(self, paths: Iterable[str]) -> dict[str, str]:
        return {path: (self.tree / path).read_bytes().decode("utf-8") for path in paths}

    def add_file(self, name: str, text: str) -> Path:
        """Write a file beside the tree, for commands to read, and return its path."""
        path = self.given / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8", newline="")
        return path

    def fingerprint(self, paths: Iterable[str]) -> str:
        """Return the SHA-256 over names and contents of ``paths``, missing ones included."""
        total = hashlib.sha256()
        for path in sorted(paths):
            total.update(os.fsencode(path) + b"\0" + _content_hash(self.tree / path) + b"\n")
        return total.hexdigest()


@contextmanager
def scratch_copy(repository: Repository, cancellation: Cancellation) -> Iterator[Scratch]:
    """Copy the working tree of ``repository``, as it is now; the copy is removed at the end.

    Tracked files as they are on disk and untracked ones that are not ignored; no submodules, no
    links that lead out of the tree. Raises :class:`~codegen_lsp.errors.GitError` and
    :class:`~codegen_lsp.errors.UsageError` when that cannot be done.
    """
    folder = Path(tempfile.gettempdir()).resolve()
    remove_abandoned(folder)
    root = Path(tempfile.mkdtemp(prefix=_UNCLAIMED, dir=folder))
    try:
        with (root / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.write(str(os.getpid()))
            lock.flush()
            root = root.rename(folder / root.name.removeprefix("."))
            yield _filled(root, lock.fileno(), repository, cancellation)
    finally:
        _remove(root)


def remove_abandoned(folder: Path) -> None:
    """Remove what earlier runs of this user left in ``folder`` because they were killed.

    A copy gets its name when it is locked, so one that is not locked is nobody's. While commands of
    a killed run are being ended they hold the lock; that is waited for, at most a few seconds.
    """
    for root in (*folder.glob(f"{_PREFIX}*"), *folder.glob(f"{_UNCLAIMED}*")):
        try:
            status = root.lstat()
            is_new = time.time() - status.st_mtime < _ABANDONED_AFTER_SECONDS
            if status.st_uid != os.getuid() or not stat.S_ISDIR(status.st_mode):
                continue
            if root.name.startswith(_UNCLAIMED) and is_new:
                continue
            with (root / "lock").open("a+") as lock:
                if _is_abandoned(lock):
                    _remove(root)
        except OSError:
            continue  # somebody else removed it first


def _is_abandoned(lock: IO[str]) -> bool:
    end = time.monotonic() + _ENDING_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if _owner_lives(lock) or time.monotonic() > end:
                return False
            time.sleep(_TICK_SECONDS)
        else:
            return True


def _owner_lives(lock: IO[str]) -> bool:
    lock.seek(0)
    owner = lock.read()
    return not owner.isdecimal() or Path("/proc", owner).exists() or not Path("/proc/self").exists()


def _filled(root: Path, lock: int, repository: Repository, cancellation: Cancellation) -> Scratch:
    tree = root / "work" / (repository.root.name or "project")
    tree.mkdir(parents=True)
    paths, notes = _copy_all(repository, tree, cancellation)
    worktree = _Worktree(tree, root / "git", root / "git")
    worktree.git("init", "--quiet", "--initial-branch=main")
    (root / "git" / "info").mkdir(exist_ok=True)
    (root / "git" / "info" / "attributes").write_text(_ATTRIBUTES, "utf-8")
    worktree.git("add", "--all", "--force", "--", ".")
    worktree.git(*_COMMIT, "--message=user's state")
    base = worktree.git("rev-parse", "HEAD^{tree}").decode().strip()
    scratch = Scratch(root, worktree, tuple(paths), base, lock, tuple(notes))
    scratch.restore()
    return scratch


def _copy_all(
    repository: Repository, tree: Path, cancellation: Cancellation
) -> tuple[list[str], list[str]]:
    paths: list[str] = []
    notes: list[str] = []
    total = 0
    for listed in list_files(repository):
        cancellation.raise_if_cancelled()
        path, reason = listed.path, listed.left_out
        if reason is None:
            total += listed.size
            _refuse_too_large(total, repository.root)
            reason = _copy(repository.root / path, tree / path)
        if reason is None:
            paths.append(path)
            if listed.is_pointer:
                notes.append(f"{path} is a pointer of Git LFS: git lfs pull fetches its content")
        else:
            notes.append(f"{path} is left out: {reason}")
    return paths, notes


def _copy(source: Path, target: Path) -> str | None:
    """Copy a file, or a link as a link; say what went wrong, None when nothing did."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target, follow_symlinks=False)
    except OSError as error:
        return f"it cannot be copied ({error.strerror})"
    return None


def _refuse_too_large(total: int, top: Path) -> None:
    if total > MAX_BYTES:
        raise UsageError(
            f"{top} is too large to work on a copy of it",
            advice=f"the limit is {MAX_BYTES:,} bytes of tracked and untracked files",
        )


def _content_hash(path: Path) -> bytes:
    if path.is_symlink():
        return b"link " + os.fsencode(path.readlink())
    if not path.is_file():
        return b"missing"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _empty(*folders: Path) -> None:
    for folder in folders:
        _remove(folder)
        folder.mkdir()


def _remove(folder: Path) -> None:
    """Remove a folder, those in it that forbid it included, without following any link."""
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        _make_passable(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _make_passable(folder: Path) -> None:
    """Give us back the right to enter and change each folder, which a test may have taken.

    A link in the place of ``folder`` is replaced: git would otherwise work on what it leads to.
    """
    if folder.is_symlink() or not folder.is_dir():
        folder.unlink(missing_ok=True)
        folder.mkdir(parents=True)
    pending = [folder]
    while pending:
        current = pending.pop()
        if current.lstat().st_mode & stat.S_IRWXU != stat.S_IRWXU:
            current.chmod(stat.S_IRWXU)
        with os.scandir(current) as entries:
            pending += [
                Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)
            ]
