"""Infilling problems that are scored by running them, and the runner.

An item passes when prompt + completion + suffix + test + ``check(entry_point)`` ends without an
error in 5 s. Such a program comes from a model: it runs in a temporary folder, in a process group
of its own that is ended as a whole, and without network where bubblewrap is installed
(:mod:`agent.sandbox`).
"""

import hashlib
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from agent.sandbox import Sandbox
from codegen_lsp.cancellation import Cancellation
from tests.benchmarks.failure import BenchmarkError

SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Item:
    """One hole: the text before and after it, and how a filling is tested."""

    id: str
    prompt: str
    suffix: str
    test: str
    entry_point: str


def load_items(path: Path, limit: int) -> list[Item]:
    """Return the first ``limit`` items in the order of the SHA-256 of their ids."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise BenchmarkError(f"the items cannot be read: {error}") from error
    items = [_item(line) for line in lines if line.strip()]
    items.sort(key=lambda item: hashlib.sha256(item.id.encode()).hexdigest())
    return items[:limit]


def passes(item: Item, completion: str) -> bool:
    """Run the item's test on its text with the hole filled."""
    call = f"\ncheck({item.entry_point})\n"
    return program_ends_well(item.prompt + completion + item.suffix + item.test + call)


def program_ends_well(program: str) -> bool:
    """Run a Python program with limits; say whether it ended in 5 s, and without an error."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "program.py").write_text(program, "utf-8")
        sandbox = Sandbox(
            environment={"PATH": os.defpath, "TMPDIR": name},
            writable=(folder,),
            readable=(),
            hidden=(Path.home(),) if _spares_python() else (),
        )
        ended = sandbox.run(
            [sys.executable, "-I", "-S", "program.py"],
            cwd=folder,
            seconds=SECONDS,
            cancellation=Cancellation(),
        )
    return ended.exit_code == 0


def _spares_python() -> bool:
    """Whether Python itself can run without the home folder."""
    home = Path.home().resolve()
    pythons = (Path(sys.executable).resolve(), Path(sys.base_prefix).resolve())
    return not any(place.is_relative_to(home) for place in pythons)


def _item(line: str) -> Item:
    fields = json.loads(line)
    names = ("id", "prompt", "suffix", "test", "entry_point")
    return Item(**{name: fields[name] for name in names})
