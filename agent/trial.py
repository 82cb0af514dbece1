"""Many versions of one function at once: which pass the failing tests, and what each one does.

One run of pytest instead of one for each version; ``trial_plugin.py`` does it inside the user's
pytest and says what that leaves out. So a version that passes here is worth a real test, and one
that fails is most likely wrong. What is written there is read as data of unknown quality.
"""

import ast
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from agent.checks import Probe, TestRunner
from agent.progress import MOST_PARTIAL, NOWHERE, Reach
from agent.records import records_in
from agent.results import CaseResult, SuiteRun, Verdict
from agent.sources import Source
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.document.text import Document

PLUGIN = "codegen_fix_trial"
"""The name under which the user's pytest loads ``trial_plugin.py``."""

CALL_SECONDS = 0.2
"""What one call of the function may take."""

_LEAST_SECONDS = 1.0
_TIMES_SLOWEST = 3.0


@dataclass(frozen=True, slots=True)
class Trial:
    """A function of the project, and where it is tried.

    ``path`` is relative to the top of the tree, ``line`` (from one) that of its first decorator or
    ``def``, ``name`` its dotted name. ``tests`` are run; ``seconds`` is the time of one version,
    ``limit`` that of the whole.
    """

    runner: TestRunner
    path: str
    line: int
    name: str
    tests: tuple[CaseResult, ...]
    seconds: float
    limit: float
    cancellation: Cancellation

    def passing(self, texts: Sequence[str], enough: int) -> "Tried":
        """Try ``texts``, whole files, until ``enough`` of them have passed the tests.

        Raises :class:`~codegen_lsp.errors.Cancelled`.
        """
        run, records = self._tried(texts, (), enough)
        known = {number: record for number, record in records if number < len(texts)}
        passed = [number for number in sorted(known) if known[number].get("passed") is True]
        reach = {number: _reach(record) for number, record in known.items()}
        furthest = sorted(reach, key=lambda number: reach[number], reverse=True)[:MOST_PARTIAL]
        ranked = tuple((number, reach[number]) for number in furthest)
        return Tried(tuple(passed), len(known), (run,), ranked)

    def outcomes(
        self, texts: Sequence[str | None], inputs: Sequence[str]
    ) -> tuple[list[tuple[str, ...]], SuiteRun]:
        """Return what came of each input for each of ``texts``; None is the function as it is.

        Empty for those that could not be called. Raises :class:`~codegen_lsp.errors.Cancelled`.
        """
        run, records = self._tried(texts, inputs, len(texts))
        found: list[tuple[str, ...]] = [() for _ in texts]
        for number, record in records:
            told = record.get("outcomes")
            if number < len(texts) and isinstance(told, list) and len(told) == len(inputs):
                found[number] = tuple(map(str, told))
        return found, run

    def _tried(
        self, texts: Sequence[str | None], inputs: Sequence[str], enough: int
    ) -> tuple[SuiteRun, list[tuple[int, Mapping[str, Any]]]]:
        order = {
            "path": self.path,
            "line": self.line,
            "name": self.name.rpartition(".")[2],
            "versions": [self._version(text) for text in texts],
            "inputs": list(inputs),
            "seconds": self.seconds + CALL_SECONDS * len(inputs),
            "call_seconds": CALL_SECONDS,
            "processes": os.cpu_count() or 1,
            "enough": enough,
        }
        scratch = self.runner.scratch
        path = scratch.add_file("trial.json", json.dumps(order))
        run = self.runner.run(
            {},
            seconds=self.limit,
            cancellation=self.cancellation,
            only=self.tests,
            probe=Probe(PLUGIN, {"CODEGEN_FIX_TRIAL": str(path)}),
        )
        return run, list(_versions(scratch.results / "trial.json"))

    def _version(self, text: str | None) -> dict[str, Any] | None:
        if text is None:
            return None
        source = Source(PurePosixPath(self.path), Document(text, "python"))
        definition = source.named(self.name)
        owner, _, name = self.name.rpartition(".")
        function = text[definition.start : definition.end] if definition else ""
        head = f"class {owner.rpartition('.')[2]}:\n" if owner else ""
        if not owner and function[:1].isspace():
            head = "if True:\n"
        return {
            "source": head + function,
            "owner": owner.rpartition(".")[2],
            "name": name,
            "imports": _imports(source.syntax),
        }


@dataclass(frozen=True, slots=True)
class Tried:
    """Which versions passed the tests, of how many that is known, and the runs.

    ``furthest`` are those that led furthest (``progress.py``) and how far, that one first; empty if
    that is not known.
    """

    passed: tuple[int, ...]
    known: int
    runs: tuple[SuiteRun, ...]
    furthest: tuple[tuple[int, Reach], ...] = ()


def _reach(record: Mapping[str, Any]) -> Reach:
    match record.get("reach"):
        case [int(before), int(line)]:
            return (before, line)
    return NOWHERE


def seconds_for_one(baseline: SuiteRun, tests: Sequence[CaseResult]) -> float:
    """Return the seconds a version may take for ``tests``, by what tests took as it was.

    A failing test that ended counts like a passing one: the right answer need not come sooner.
    """
    ended = {
        case.case: case.seconds
        for case in baseline.cases
        if case.verdict in {Verdict.PASSED, Verdict.FAILED}
    }
    together = sum(ended.get(test.case, 0.0) for test in tests)
    return _LEAST_SECONDS + _TIMES_SLOWEST * max(together, *ended.values(), 0.0)


def _imports(module: ast.Module | None) -> list[str]:
    """Return the imports at the top level: one that is there already costs nothing."""
    statements = module.body if module else []
    return [
        ast.unparse(node)
        for node in statements
        if isinstance(node, ast.Import | ast.ImportFrom) and not _is_future(node)
    ]


def _is_future(node: ast.Import | ast.ImportFrom) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _versions(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield what is told of each version, with its number."""
    for record in records_in(path):
        if type(record.get("version")) is int:
            yield record["version"], record
