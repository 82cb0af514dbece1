"""Places to run the tests side by side: worktrees of one copy, each with a sandbox of its own."""

import os
from collections.abc import Mapping

from agent.checks import TestRunner
from agent.runners import runner_beside


class Lanes:
    """``first``, and up to ``most`` runners in all, which are made when they are needed.

    There are no more than processor cores, and only one where no sandbox keeps runs apart: two of
    them might want the same port, or the same file in the user's home.
    """

    def __init__(self, first: TestRunner, most: int = 1) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        apart = first.sandbox.wrapper is not None
        self._most = max(1, min(most, cores or 1)) if apart else 1
        self._runners = [first]

    def __len__(self) -> int:
        """Return how many there may be."""
        return self._most

    @property
    def first(self) -> TestRunner:
        """The one that is always there."""
        return self._runners[0]

    def take(self, count: int) -> list[TestRunner]:
        """Return ``count`` runners, no more than there may be."""
        while len(self._runners) < min(count, self._most):
            self._runners.append(runner_beside(self.first, len(self._runners)))
        return self._runners[:count]

    def build_on(self, changes: Mapping[str, str]) -> None:
        """Let every run begin from the user's state with ``changes`` (path to text)."""
        for runner in self._runners:
            runner.scratch.build_on(changes)
