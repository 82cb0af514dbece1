"""Fetching a model: from nothing, or from wherever an earlier try ended, to a verified file.

The bytes are appended to one partial file, whose length is all the state there is: a run that was
killed at any moment is continued by the next, from whichever source answers then. Only a file whose
hash is right ever gets the final name. Knows no network itself (the sources do) and prints nothing.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from errno import EDQUOT, ENOSPC
from pathlib import Path

from filelock import FileLock, Timeout

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import DownloadFailed, ModelUnavailable, SourceFailed
from codegen_lsp.model.catalog import KnownModel
from codegen_lsp.model.source import Source, UnderWay
from codegen_lsp.model.store import FileState, mark_verified, path_of, sha256_of, state_of

REPORT_SECONDS = 0.1
"""How often progress is reported at most."""

_MARGIN_BYTES = 1 << 24


class Phase(StrEnum):
    """What a pull is busy with."""

    WAITING = "waiting"  # for another pull of the same model to end
    FETCHING = "fetching"
    CHECKING = "checking"  # the hash


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pull is; the first report of a phase may already start above 0 bytes."""

    phase: Phase
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class SourceSkipped:
    """A source gave up, and why; ``following`` is the one tried next."""

    source: Source
    reason: str
    following: Source


Report = Progress | SourceSkipped


def free_bytes(folder: Path) -> int:
    """Return how many bytes may still be written in ``folder``."""
    return shutil.disk_usage(folder).free


def pull(
    model: KnownModel,
    folder: Path,
    *,
    offline: bool = False,
    progress: Callable[[Report], None] = lambda _: None,
    cancellation: Cancellation | None = None,
    free: Callable[[Path], int] = free_bytes,
) -> Path:
    """See that the file of ``model`` lies in ``folder``, verified, and return its path.

    ``progress`` is called about ten times a second, on this thread; it may raise to stop. ``free``
    tells the free bytes of a folder's disk. Raises
    :class:`~codegen_lsp.errors.ModelUnavailable` when ``offline`` forbids to fetch it,
    :class:`~codegen_lsp.errors.DownloadFailed` for a wrong hash, a full disk, a folder that cannot
    be written, or when all sources failed, and :class:`~codegen_lsp.errors.Cancelled`. Except after
    a wrong hash, the next pull goes on where this one stopped, as it does after a kill.
    """
    if state_of(model, folder) is FileState.VERIFIED:
        return path_of(model, folder)
    job = _Job(model, folder, progress, cancellation or Cancellation(), free)
    try:
        job.workspace.mkdir(parents=True, exist_ok=True)
        with _alone(job):
            if not _already_right(job):
                if offline:
                    raise _forbidden(model)
                _fetch(job)
                _put_in_place(job)
    except BrokenPipeError:
        raise  # from ``progress``: whoever was told has gone
    except OSError as error:
        raise _disk_error(error, folder) from error
    return path_of(model, folder)


@dataclass(frozen=True, slots=True)
class _Job:
    """What all steps of one pull share."""

    model: KnownModel
    folder: Path
    progress: Callable[[Report], None]
    cancellation: Cancellation
    free: Callable[[Path], int]

    @property
    def partial(self) -> Path:
        """The bytes that are here so far; named by the hash, so that a new release starts anew."""
        return self.folder / ".partial" / self.model.sha256

    @property
    def workspace(self) -> Path:
        """What the sources leave lying about."""
        return self.folder / ".partial" / f"{self.model.sha256}.work"

    def report(self, phase: Phase, done: int) -> None:
        self.cancellation.raise_if_cancelled()
        self.progress(Progress(phase, min(done, self.model.size), self.model.size))


@contextmanager
def _alone(job: _Job) -> Iterator[None]:
    """Hold the lock of this model; whoever has it loses it by dying."""
    lock = FileLock(f"{job.partial}.lock")
    while not lock.is_locked:
        try:
            lock.acquire(timeout=REPORT_SECONDS)
        except Timeout:
            job.report(Phase.WAITING, _size(job.partial))
    try:
        yield
    finally:
        lock.release()


def _already_right(job: _Job) -> bool:
    """Say whether the file is there; one that was not fetched by us is checked first."""
    state = state_of(job.model, job.folder)
    if (
        state is FileState.PRESENT
        and _hash(job, path_of(job.model, job.folder)) == job.model.sha256
    ):
        mark_verified(job.model, job.folder)
        state = FileState.VERIFIED
    return state is FileState.VERIFIED


def _fetch(job: _Job) -> None:
    """Fill the partial file, from one source after the other."""
    sources, failures = list(job.model.sources), []
    while _size(job.partial) < job.model.size:
        source, before = sources[0], _size(job.partial)
        try:
            _append(job, source)
        except SourceFailed as error:
            if _size(job.partial) > before:
                continue  # the line broke, but it did bear: go on from here
            failures.append(f"{source.label}: {error.message}")
            del sources[0]
            if not sources:
                raise _unreachable(job.model, failures) from error
            job.progress(SourceSkipped(source, error.message, sources[0]))


def _append(job: _Job, source: Source) -> None:
    """Append what ``source`` yields to the partial file; it must yield exactly what is missing."""
    size, done = job.model.size, _size(job.partial)
    _require_space(job, size - done + source.scratch_bytes)
    reported = 0.0
    with (
        job.partial.open("ab") as file,
        closing(source.stream(done, size, job.workspace)) as arrivals,
    ):
        job.report(Phase.FETCHING, done)
        for arrival in arrivals:
            under_way = arrival.size if isinstance(arrival, UnderWay) else 0
            if isinstance(arrival, bytes):
                if done + len(arrival) > size:
                    raise SourceFailed("it sends more than the file should have")
                file.write(arrival)
                done += len(arrival)
            if time.monotonic() - reported >= REPORT_SECONDS:
                reported = time.monotonic()
                job.report(Phase.FETCHING, done + under_way)
        file.flush()
        os.fsync(file.fileno())
    if done < size:
        raise SourceFailed(f"it ended after {done:,} of {size:,} bytes")


def _put_in_place(job: _Job) -> None:
    """Give the partial file its final name, if its hash is right; remove it, if not."""
    found = _hash(job, job.partial)
    if found != job.model.sha256:
        job.partial.unlink()
        raise DownloadFailed(
            f"{job.model.file} has the wrong SHA-256 (expected {job.model.sha256}, found {found})",
            advice="what was fetched is removed; "
            f"`codegen models pull {job.model.name}` starts afresh",
        )
    job.partial.replace(path_of(job.model, job.folder))
    mark_verified(job.model, job.folder)
    shutil.rmtree(job.workspace, ignore_errors=True)


def _hash(job: _Job, path: Path) -> str:
    return sha256_of(path, lambda done: job.report(Phase.CHECKING, done))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _require_space(job: _Job, needed: int) -> None:
    free = job.free(job.folder)
    if free < needed + _MARGIN_BYTES:
        raise DownloadFailed(
            f"the disk of {job.folder} is too full: {free / 1e6:,.0f} MB free, "
            f"{(needed + _MARGIN_BYTES) / 1e6:,.0f} MB needed",
            advice="free some space, or set model.folder to a folder on another disk",
        )


def _forbidden(model: KnownModel) -> ModelUnavailable:
    return ModelUnavailable(
        f"the model {model.name} is not on this machine, and offline mode forbids to fetch it",
        advice="for one pull, leave out --offline or set `offline = false`",
    )


def _unreachable(model: KnownModel, failures: list[str]) -> DownloadFailed:
    return DownloadFailed(
        f"{model.name} could not be fetched ({'; '.join(failures)})",
        advice="check the network; the next pull goes on from here",
    )


def _disk_error(error: OSError, folder: Path) -> DownloadFailed:
    if error.errno in {ENOSPC, EDQUOT}:
        return DownloadFailed(
            f"the disk of {folder} is full",
            advice="free some space, or set model.folder; the next pull goes on from here",
        )
    return DownloadFailed(
        f"{folder} cannot be written", advice=f"{error.strerror or error}; or set model.folder"
    )
