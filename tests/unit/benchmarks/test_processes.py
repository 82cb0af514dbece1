"""What processes used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.processes import family, stat_cpu_ticks, usage

linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="/proc is Linux")


def test_the_name_of_a_command_may_hold_brackets_and_blanks() -> None:
    line = "7 (a) b (c)) S 1 7 7 0 -1 4 100 0 0 0 11 12 13 14 20 0 1 0 5"
    assert stat_cpu_ticks(line) == 11 + 12 + 13 + 14


@linux
def test_children_belong_to_the_family_and_use_memory() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert child.pid in family(os.getpid())
        assert usage(os.getpid()).resident > usage(child.pid).resident >= 0
    finally:
        child.communicate()


@linux
def test_a_process_that_has_ended_uses_nothing() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert usage(child.pid).cpu_seconds == usage(child.pid).resident == 0
