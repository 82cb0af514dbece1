"""Which lines failing tests run and passing ones do not: spectrum-based fault localisation.

The score of a line is Ochiai's, ``f / sqrt(F * (f + p))`` with ``f`` of all ``F`` failing tests and
``p`` passing tests running it (Abreu, Zoeteweij and van Gemund, "On the accuracy of spectrum-based
fault localization", 2007). What each test runs is written down by ``trace_plugin.py``; the tests
could write there too, so it is read as data of unknown quality.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from agent.records import records_in

PLUGIN = "codegen_fix_trace"
"""The name under which the user's pytest loads ``trace_plugin.py``."""

Lines = Mapping[str, frozenset[int]]
"""Lines, from one, by file, relative to the top of the tree."""


@dataclass(frozen=True, slots=True)
class Calls:
    """What a function was called with.

    ``line`` is where the function begins; each of ``arguments`` is the text of a list of literals.
    """

    path: str
    line: int
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What each test ran, by its node id, and what functions were called with in all of them."""

    tests: Mapping[str, Lines]
    calls: tuple[Calls, ...] = ()


def read_coverage(folder: Path) -> Coverage:
    """Read what ``trace_plugin.py`` wrote to ``folder``; what has another form is left out."""
    tests: dict[str, Lines] = {}
    calls: dict[tuple[str, int], dict[str, None]] = {}
    written = (records_in(path) for path in sorted(folder.glob("trace-*.json")))
    for record in chain.from_iterable(written):
        name, lines = record.get("traced"), record.get("lines")
        if not isinstance(name, str) or not isinstance(lines, dict):
            continue
        tests[name] = {
            path: frozenset(line for line in found if isinstance(line, int))
            for path, found in lines.items()
            if isinstance(found, list)
        }
        for path, line, texts in _calls(record):
            known = calls.setdefault((path, line), {})
            known.update(dict.fromkeys(text for text in texts if isinstance(text, str)))
    return Coverage(tests, tuple(Calls(*place, tuple(texts)) for place, texts in calls.items()))


def suspicion(coverage: Coverage, failing: Collection[str]) -> dict[str, dict[int, float]]:
    """Return Ochiai's score, over 0 and up to 1, of each line that one of ``failing`` runs.

    Tests of which nothing is known are not counted.
    """
    failed: Counter[tuple[str, int]] = Counter()
    passed: Counter[tuple[str, int]] = Counter()
    known_failing = 0
    for name, lines in coverage.tests.items():
        counter = failed if name in failing else passed
        known_failing += name in failing
        counter.update((path, line) for path, found in lines.items() for line in found)
    scores: dict[str, dict[int, float]] = {}
    for (path, line), count in failed.items():
        score = count / math.sqrt(known_failing * (count + passed[path, line]))
        scores.setdefault(path, {})[line] = score
    return scores


def _calls(record: Mapping[str, Any]) -> Iterator[tuple[str, int, list[Any]]]:
    rows = record.get("calls")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, list) and [type(item) for item in row] == [str, int, list]:
            yield row[0], row[1], row[2]
