"""Runs of the replay on disk: one JSON line for each run of an arm.

So runs can be made in several calls, when the machine is free, and reported together. Ratios are
taken within a *round*: the runs of all arms that were made one right after another.
"""

import json
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.replay.arm import Tokens
from tests.benchmarks.replay.drive import Moment, Run

Round = Mapping[str, Run]
"""The runs of one round by the names of their arms; not all arms need to be there."""


def read_rounds(path: Path) -> list[Round]:
    """Return what a file holds, in order; nothing if there is no such file.

    Raises :class:`BenchmarkError` when it holds something else, or runs of different keys.
    """
    if not path.is_file():
        return []
    rounds: dict[int, dict[str, Run]] = defaultdict(dict)
    try:
        for line in path.read_text("utf-8").splitlines():
            entry = json.loads(line)
            rounds[entry["round"]][entry["arm"]] = _run(entry)
    except (ValueError, KeyError, TypeError) as error:
        raise BenchmarkError(f"{path} does not hold runs of the typing replay: {error}") from error
    found = [rounds[number] for number in sorted(rounds)]
    check_alike(found)
    return found


def check_alike(rounds: Sequence[Round]) -> None:
    """Raise :class:`BenchmarkError` unless all runs are of the same keys."""
    rhythms = {
        tuple((moment.kind, moment.pause_ms) for moment in run.moments)
        for each in rounds
        for run in each.values()
    }
    if len(rhythms) > 1:
        raise BenchmarkError("these runs are of different rhythms and cannot be reported together")


def append(path: Path, number: int, arm: str, run: Run) -> None:
    """Write one run, with the load of the machine in the last minute."""
    entry = {"arm": arm, "round": number, "load": os.getloadavg()[0], **asdict(run)}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")


def _run(entry: dict[str, Any]) -> Run:
    tokens = entry["tokens"]
    return Run(
        moments=[Moment(**moment) for moment in entry["moments"]],
        tokens=tokens and {int(number): Tokens(**used) for number, used in tokens.items()},
        seconds=entry["seconds"],
        cpu_seconds=entry["cpu_seconds"],
        resident=entry["resident"],
    )
