"""What is kept of each run: one folder in the user's state folder, named by the run's id.

Who writes what: ``request.json`` and ``report.json`` are written here; ``checkpoints.sqlite`` in
``checkpoints.py``, ``trajectory.jsonl`` in ``trajectory.py``. A run that is over has a report and
no checkpoints. All of it holds source code of the user's, so nobody else may read it; the oldest
runs are removed.
"""

import fcntl
import json
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.plain import from_plain, to_plain
from agent.report import FixReport
from agent.tools import NO_AIM, Aim
from codegen_lsp.config.settings import FixSettings
from codegen_lsp.errors import UsageError

MOST_RUNS = 50
"""Runs that are kept, the latest."""

_UNFINISHED = ".new-"
_OLD_SECONDS = 3600.0
_LOCK_SECONDS = 10.0
_TICK_SECONDS = 0.05
_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{4}")


@dataclass(frozen=True, slots=True)
class Request:
    """What a run was asked to do, and of which state of the user's tree.

    ``project`` is the absolute path that was asked about, ``test`` the user's own command. ``base``
    is the git tree id of the user's state. ``model`` is as the settings name it. ``aim``, ``asks``
    and ``keeps_prompts`` are what else was wanted; ``started`` is in UTC.
    """

    project: str
    test: tuple[str, ...] | None
    settings: FixSettings
    model: str
    base: str
    started: str
    aim: Aim = NO_AIM
    asks: bool = False
    keeps_prompts: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """The folder of one run."""

    folder: Path

    @property
    def id(self) -> str:
        """The name by which the user knows it."""
        return self.folder.name

    @property
    def checkpoints(self) -> Path:
        """The database of checkpoints."""
        return self.folder / "checkpoints.sqlite"

    @property
    def trajectory(self) -> Path:
        """The file of steps, one JSON object a line."""
        return self.folder / "trajectory.jsonl"

    def request(self) -> Request:
        """Return what was asked; raises :class:`~codegen_lsp.errors.UsageError`."""
        return from_plain(_read(self.folder / "request.json"), Request)

    def report(self) -> FixReport | None:
        """Return how it ended, None while it has not; raises as :meth:`request`."""
        path = self.folder / "report.json"
        return from_plain(_read(path), FixReport) if path.is_file() else None

    def finish(self, report: FixReport) -> None:
        """Keep the report, and forget the way to it."""
        _write(self.folder / "report.json", to_plain(report))
        for path in self.folder.glob(f"{self.checkpoints.name}*"):
            path.unlink(missing_ok=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes from this run.

        Waits a moment for one that was just ended; raises
        :class:`~codegen_lsp.errors.UsageError` when somebody is at it.
        """
        end = time.monotonic() + _LOCK_SECONDS
        with (self.folder / "lock").open("a") as lock:
            while not _locked(lock.fileno()):
                if time.monotonic() > end:
                    raise UsageError(f"run {self.id} is being worked on by another process")
                time.sleep(_TICK_SECONDS)
            yield


def begin(folder: Path, request: Request) -> Run:
    """Make the folder of a new run in ``folder``; it is there as a whole or not at all.

    Raises :class:`~codegen_lsp.errors.UsageError` when it cannot be written.
    """
    now = datetime.now(UTC)
    name = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder))
        _write(made / "request.json", to_plain(request))
        return Run(made.rename(folder / name))
    except OSError as error:
        raise UsageError(
            f"a run cannot be kept in {folder} ({error.strerror})", advice="set fix.runs_folder"
        ) from error


def find(folder: Path, name: str) -> Run:
    """Return the run with the id ``name``; raises :class:`~codegen_lsp.errors.UsageError`."""
    run = Run(folder / name)
    if not _ID.fullmatch(name) or not run.folder.is_dir():
        raise UsageError(f"there is no run {name!r}", advice="codegen fix --list names them")
    return run


def runs_in(folder: Path) -> list[Run]:
    """Return the runs in ``folder``, the oldest first."""
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted((Run(path) for path in found if _ID.fullmatch(path.name)), key=lambda run: run.id)


def prune(folder: Path, most: int = MOST_RUNS) -> None:
    """Remove the oldest runs beyond ``most`` that nobody is at, and what never became a run."""
    for run in runs_in(folder)[:-most]:
        with (run.folder / "lock").open("a") as lock:
            if _locked(lock.fileno()):
                shutil.rmtree(run.folder, ignore_errors=True)
    for path in folder.glob(f"{_UNFINISHED}*"):
        if time.time() - path.stat().st_mtime > _OLD_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(path: Path, data: Any) -> None:
    """Write a file as a whole, so that a crash leaves the old one or the new one."""
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as file:
        json.dump(data, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path} cannot be read ({type(error).__name__})", advice="run codegen fix again"
        ) from error
