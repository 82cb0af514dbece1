"""Builds ``llama-server`` and ``llama-bench`` from the sources of the installed llama-cpp-python.

So peer and product run the same llama.cpp with the same compiler flags: a ratio between them then
says something about us, and not about a version. pip fetches the source distribution from whatever
index the user has set up; the result lies in the user's cache folder, and a second call finds it.

    python -m tests.benchmarks.llama_tools        # fetch, build, print the folder

A build that was interrupted goes on where it stopped. Two calls at once wait for each other.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tarfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import platformdirs
from filelock import FileLock

from codegen_lsp.model.worker import SPIN_COUNT
from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.figures import progress, say

DISTRIBUTION = "llama-cpp-python"
TARGETS = ("llama-server", "llama-bench")
SETTINGS = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DCMAKE_BUILD_RPATH_USE_ORIGIN=ON",  # so that the finished folder can be moved
    "-DLLAMA_CURL=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
)
"""llama.cpp's own default, the native flags of this CPU, is also that of llama-cpp-python."""


def cache_folder() -> Path:
    """Return where benchmarks keep what they fetched and built: outside any checkout."""
    return platformdirs.user_cache_path("codegen-lsp") / "benchmarks"


def tools(folder: Path | None = None) -> Path:
    """Return the folder that holds both programs: ``folder`` if given, else our own build.

    Raises :class:`BenchmarkError` when a program is missing there, or cannot be built.
    """
    found = folder if folder is not None else _built()
    missing = [name for name in TARGETS if not (found / name).is_file()]
    if missing:
        raise BenchmarkError(f"{found} has no {' and no '.join(missing)}")
    return found.resolve()


def environment() -> dict[str, str]:
    """Return the environment for llama.cpp's tools: their threads spin as briefly as ours.

    With GNU OpenMP's default, whatever else the machine does slows them down tenfold
    (:data:`codegen_lsp.model.worker.SPIN_COUNT`); the ratio would then be about that.
    """
    return {"GOMP_SPINCOUNT": SPIN_COUNT, **os.environ}


def _built() -> Path:
    place = cache_folder() / f"{DISTRIBUTION}-{_installed_version()}"
    finished = place / "bin"
    place.mkdir(parents=True, exist_ok=True)
    with FileLock(place / "lock"):
        if not finished.is_dir():
            _build(_sources(place), place / "build")
            (place / "build" / "bin").rename(finished)
            shutil.rmtree(place / "build")
            shutil.rmtree(place / "source")
    return finished


def _installed_version() -> str:
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError as error:
        raise BenchmarkError(f"{DISTRIBUTION} is not installed in {sys.prefix}") from error


def _sources(place: Path) -> Path:
    """Return llama.cpp's source tree under ``place``, fetched and unpacked if need be."""
    unpacked = place / "source"
    if not unpacked.is_dir():
        partial = place / "source.partial"
        shutil.rmtree(partial, ignore_errors=True)
        with tarfile.open(_archive(place)) as archive:
            archive.extractall(partial, filter="data")
        partial.rename(unpacked)
    [root] = unpacked.iterdir()
    return root / "vendor" / "llama.cpp"


def _archive(place: Path) -> Path:
    fetched = sorted(place.glob("*.tar.gz"))
    if not fetched:
        wanted = f"{DISTRIBUTION}=={_installed_version()}"
        progress(f"fetching the sources of {wanted}")
        _run(
            [
                *(sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--no-input"),
                *("--disable-pip-version-check", "--no-binary", DISTRIBUTION),
                *("--dest", str(place), wanted),
            ]
        )
        fetched = sorted(place.glob("*.tar.gz"))
    if len(fetched) != 1:
        raise BenchmarkError(f"pip left {len(fetched)} archives in {place}, and not one")
    return fetched[0]


def _build(sources: Path, build: Path) -> None:
    if shutil.which("cmake") is None:
        raise BenchmarkError(
            "cmake is not installed, and llama-server is built with it; "
            "install cmake and a C++ compiler, or name a build with --tools FOLDER"
        )
    progress(f"building {' and '.join(TARGETS)} (about 4 minutes on two cores)")
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    # What the user builds llama-cpp-python with holds for its peer too.
    own = shlex.split(os.environ.get("CMAKE_ARGS", ""))
    _run(["cmake", "-S", str(sources), "-B", str(build), *generator, *SETTINGS, *own])
    jobs = str(len(os.sched_getaffinity(0)))
    _run(["cmake", "--build", str(build), "--parallel", jobs, "--target", *TARGETS])


def _run(command: list[str]) -> None:
    """Run a command; its output goes to standard error, which leaves ours to the result."""
    done = subprocess.run(command, stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise BenchmarkError(f"{shlex.join(command[:4])} … failed with code {done.returncode}")


def main() -> int:
    """Build if need be, and print the folder."""
    try:
        say(str(tools()))
    except BenchmarkError as error:
        progress(f"benchmark: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
