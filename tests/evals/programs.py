"""Runs what a model wrote: with limits, in a process group of its own, and never in our tree.

A program alone runs as in :mod:`tests.benchmarks.infill_items`; tests run under the agent's
sandbox, in a folder made for them.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from agent.sandbox import Ended, Sandbox
from codegen_lsp.cancellation import Cancellation
from tests.benchmarks.infill_items import program_ends_well

__all__ = ["program_ends_well", "project_folder", "run_tests"]


@contextmanager
def project_folder(files: Mapping[str, str]) -> Iterator[Path]:
    """Write files, by their path with forward slashes, into a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve() / "project"
        folder.mkdir()
        for path, text in files.items():
            file = folder / PurePosixPath(path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        yield folder


def run_tests(folder: Path, seconds: float, command: Sequence[str] | None = None) -> Ended:
    """Run the tests of the project in ``folder``, for at most ``seconds``.

    ``command`` is the program that does it; None means pytest.
    """
    sandbox = Sandbox(
        environment={
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        writable=(folder,),
        readable=(),
        hidden=(),
    )
    pytest = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    return sandbox.run(command or pytest, cwd=folder, seconds=seconds, cancellation=Cancellation())
