"""Memory of server and engine: with documents resident, while a review runs, and afterwards.

    python -m tests.benchmarks memory --model PATH

The real server over stdio, as in the typing replay: its files are opened, a suggestion is asked for
in each, and the first recorded keys are typed. Then a small repository is reviewed, and a
suggestion asked for in each file again. Measured is the resident memory of all processes of the
server; pages that several share count once for each, so it is an upper bound.
"""

import argparse
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from codegen_lsp.server.protocol import COMMAND_REVIEW
from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.figures import progress, say, table
from tests.benchmarks.replay.drive import PATIENCE_SECONDS, visits
from tests.benchmarks.replay.files import OpenFile, open_files
from tests.benchmarks.replay.ours import Ours
from tests.benchmarks.replay.rhythm import PAUSE_MS, load_rhythm
from tests.benchmarks.replay.typist import Key, holes_of, keys_of

SUMMARY = "memory of server and engine, with documents resident and with a review"
ABOVE_MODEL = 500_000_000
"""Bytes that server and engine may take beside the model's file."""

REVIEW_SECONDS = 300.0
SAMPLE_SECONDS = 0.05
_TYPED_KEYS = 40

_BEFORE = '''"""Prices."""


def total(prices: list[float], discount: float = 0.0) -> float:
    """Return the sum of prices, less a discount between 0 and 1."""
    return sum(prices) * (1 - discount)
'''
_AFTER = '''"""Prices."""


def total(prices: list[float], discount: float = 0.0) -> float:
    """Return the sum of prices, less a discount between 0 and 1."""
    amount = 0.0
    for index in range(1, len(prices)):
        amount += prices[index]
    return amount * (1 + discount)
'''


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    parser.add_argument("--model", type=Path, required=True, help="a GGUF file")
    parser.add_argument("--threads", type=int, default=2)


def run(options: argparse.Namespace) -> None:
    """Measure and report; raises :class:`BenchmarkError`."""
    bound = options.model.stat().st_size + ABOVE_MODEL
    arm = Ours(options.model, options.threads)
    found: dict[str, int] = {}
    try:
        _measure(arm, found)
    finally:
        arm.close()
    rows = [[name, taken / 1e6, bound / 1e6, taken <= bound] for name, taken in found.items()]
    say(table(["resident memory, MB", "server + engine", "bound", "within"], rows))


def _measure(arm: Ours, found: dict[str, int]) -> None:
    complete, rhythm = open_files(), load_rhythm()
    texts = [file.text for file in complete]
    opened, _ = holes_of(rhythm, texts)
    files = [replace(file, text=text) for file, text in zip(complete, opened, strict=True)]
    keys = list(keys_of(rhythm, texts))
    progress("opening the files")
    arm.open(files)
    found["files opened, nothing asked"] = arm.usage().resident
    for document, offset in visits(keys, files):
        arm.visit(document, offset)
    found[f"{len(files)} documents resident"] = arm.usage().resident
    progress("typing")
    _type(arm, keys[:_TYPED_KEYS], files)
    found["after typing"] = arm.usage().resident
    with tempfile.TemporaryDirectory() as name:
        progress("reviewing")
        asked = arm.client.request("workspace/executeCommand", _review_of(Path(name)))
        found["at most while a review runs"] = _most_until_answered(arm, asked)
    for document, offset in visits(keys, files):
        arm.visit(document, offset)
    found["documents asked in again, after the review"] = arm.usage().resident


def _type(arm: Ours, keys: list[Key], files: list[OpenFile]) -> None:
    """Type as :mod:`.replay.drive` does, without a record."""
    texts = [file.text for file in files]
    for number, key in enumerate(keys):
        old = texts[key.document]
        texts[key.document] = key.edit.applied_to(old)
        due = time.monotonic() + key.pause_ms / 1000
        arm.press(number, key, old, texts[key.document])
        if key.pause_ms >= PAUSE_MS:
            arm.answer(time.monotonic() + PATIENCE_SECONDS)
        arm.rest(due)


def _review_of(folder: Path) -> dict[str, Any]:
    """Make a repository with a change, and return the parameters of the command."""
    file = folder / "prices.py"
    file.write_text(_BEFORE, "utf-8")
    person = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for command in (["init", "-q"], ["add", "."], [*person, "commit", "-q", "-m", "Prices"]):
        done = subprocess.run(
            ["git", "-C", str(folder), *command], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise BenchmarkError(f"git {command[0]} failed: {done.stderr.strip()}")
    file.write_text(_AFTER, "utf-8")
    return {"command": COMMAND_REVIEW, "arguments": [{"uri": file.as_uri()}]}


def _most_until_answered(arm: Ours, asked: int) -> int:
    """Return the most memory seen until the answer came."""
    most, until = 0, time.monotonic() + REVIEW_SECONDS
    while asked not in arm.client.answers and time.monotonic() < until:
        most = max(most, arm.usage().resident)
        time.sleep(SAMPLE_SECONDS)
    answer = arm.client.wait(asked, 0.0).message
    if "error" in answer:
        raise BenchmarkError(f"the review failed: {answer['error']}")
    return most
