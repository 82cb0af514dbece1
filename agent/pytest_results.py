"""Reads what ``pytest_plugin.py`` wrote.

The tests can write there too, so the records are data of unknown quality: what does not have the
expected form is left out, and a test that is not reported as passed has not passed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from agent.records import records_in
from agent.results import CaseResult, Failure, Frame, Verdict

_OUTCOMES = {"passed": Verdict.PASSED, "failed": Verdict.FAILED, "skipped": Verdict.SKIPPED}
_WORSE = (Verdict.PASSED, Verdict.SKIPPED, Verdict.FAILED, Verdict.ERROR)


def read_results(
    folder: Path, tree: Path, original: Path
) -> tuple[tuple[CaseResult, ...], tuple[CaseResult, ...]] | None:
    """Return the tests in the order they began, and the files that could not be collected.

    None when no pytest reported anything. Paths in ``tree`` become relative to it; so do those in
    ``original``, the user's own tree, in case the tests import from there.
    """
    written = (records_in(path) for path in sorted(folder.glob("*.jsonl")))
    records = list(chain.from_iterable(written))
    if not records:
        return None
    relative = _Relative(tree, original)
    cases: dict[str, CaseResult] = {}
    uncollected: dict[str, CaseResult] = {}
    for record in records:
        if name := _string(record, "start"):
            cases.setdefault(name, _started(name, record, relative))
        elif name := _string(record, "uncollected"):
            failure = _failure(record, relative)
            uncollected[name] = CaseResult(name, Verdict.ERROR, path=name, failure=failure)
        elif name := _string(record, "case"):
            known = cases.get(name) or CaseResult(name, Verdict.HUNG)
            cases[name] = _worse(known, replace(known, **_ended(record, relative)))
    return tuple(cases.values()), tuple(uncollected.values())


class _Relative:
    def __init__(self, *tops: Path) -> None:
        self._tops = [str(top.resolve()) for top in tops]

    def __call__(self, path: str) -> str:
        for top in self._tops:
            if path.startswith(f"{top}/"):
                return path[len(top) + 1 :]
        return path


def _started(name: str, record: Mapping[str, Any], relative: _Relative) -> CaseResult:
    line, after = record.get("line"), record.get("after")
    return CaseResult(
        case=name,
        verdict=Verdict.HUNG,
        path=relative(_string(record, "path")),
        line=line if isinstance(line, int) else 0,
        function=_string(record, "function"),
        began=after if isinstance(after, float) else 0.0,
    )


def _ended(record: Mapping[str, Any], relative: _Relative) -> dict[str, Any]:
    verdict = _OUTCOMES.get(_string(record, "outcome"), Verdict.FAILED)
    if verdict is Verdict.FAILED and record.get("phase") != "call":
        verdict = Verdict.ERROR
    seconds = record.get("seconds")
    return {
        "verdict": verdict,
        "failure": _failure(record, relative),
        "seconds": seconds if isinstance(seconds, float) else 0.0,
    }


def _worse(one: CaseResult, other: CaseResult) -> CaseResult:
    if one.verdict is Verdict.HUNG:
        return other
    return other if _WORSE.index(other.verdict) > _WORSE.index(one.verdict) else one


def _failure(record: Mapping[str, Any], relative: _Relative) -> Failure:
    why = record.get("why")
    told: Mapping[str, Any] = why if isinstance(why, dict) else {}
    return Failure(
        kind=_string(told, "kind"),
        message=_string(told, "message"),
        frames=tuple(
            Frame(relative(path), line, function)
            for path, line, function in _rows(told, "frames", (str, int, str))
        ),
        parameters=tuple((name, value) for name, value in _rows(told, "parameters", (str, str))),
        text=_string(record, "text"),
    )


def _rows(record: Mapping[str, Any], name: str, types: tuple[type, ...]) -> Iterator[list[Any]]:
    rows = record.get(name)
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, list) and [type(item) for item in row] == list(types):
            yield row


def _string(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""
