"""What a process and its children used, CPU time and memory, read from Linux' ``/proc``.

Children that have ended are counted through their parent, which collects their times.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.failure import BenchmarkError

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """Of a process and all its descendants: seconds of CPU time so far, resident bytes now.

    ``resident`` counts pages that several of them share once for each: an upper bound.
    """

    cpu_seconds: float
    resident: int


def usage(process: int) -> Usage:
    """Measure ``process`` and its descendants; raises :class:`BenchmarkError` without /proc."""
    if not Path("/proc/self/stat").exists():
        raise BenchmarkError("CPU time and memory are read from /proc, which this system has not")
    members = family(process)
    return Usage(
        cpu_seconds=sum(_cpu_seconds(member) for member in members),
        resident=sum(_resident(member) for member in members),
    )


def family(process: int) -> list[int]:
    """Return ``process`` and all its descendants that are alive."""
    members = [process]
    for member in members:
        for task in Path(f"/proc/{member}/task").glob("*/children"):
            members += [int(child) for child in _read(task).split()]
    return members


def stat_cpu_ticks(line: str) -> int:
    """Return utime + stime + cutime + cstime of a ``/proc/PID/stat`` line (proc(5)).

    The command's name, in brackets, may itself hold blanks and brackets.
    """
    fields = line[line.rindex(")") + 1 :].split()
    return sum(int(field) for field in fields[11:15])


def _cpu_seconds(process: int) -> float:
    line = _read(Path(f"/proc/{process}/stat"))
    return stat_cpu_ticks(line) / _TICKS if line else 0.0


def _resident(process: int) -> int:
    for line in _read(Path(f"/proc/{process}/status")).splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def _read(path: Path) -> str:
    """Return what the file holds; nothing when its process has ended in between."""
    try:
        return path.read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
