"""Which functions may hold the bug that a failing test shows, likeliest first, each with a reason.

Four kinds of evidence, added up: frames of the traceback, what the test calls, what that calls in
turn, and the lines that this test runs and passing tests do not (see ``coverage.py``). Scores order
the functions and mean nothing else. Test files give evidence and are never suspects themselves.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import NamedTuple

from agent.coverage import Coverage, suspicion
from agent.project import is_test_file
from agent.results import CaseResult
from agent.sources import AnyFunction, Place, Source, Sources
from agent.state import Suspect
from codegen_lsp.errors import UsageError
from codegen_lsp.syntax.definitions import Definition, Kind

MAX_SUSPECTS = 5

_RAISED = 8.0
_ON_TRACEBACK = 5.0
_CALLED_BY_TEST = 6.0
_RUN_BY_TEST = 6.0  # for a function whose most suspicious line has Ochiai's score of 1
_NOT_RUN = 0.2
_DECAY = 0.4  # for each call further away from the test
_MAX_DEPTH = 3
_MAX_CALLS = 40
_SHARED_NAME = 0.5  # a method known by its bare name only

_Key = tuple[str, str]


class _Use(NamedTuple):
    """A name, or an attribute of one (``base`` is empty for that of an expression)."""

    base: str
    attribute: str | None
    is_called: bool


@dataclass
class _Evidence:
    scores: dict[_Key, float] = field(default_factory=dict)
    reasons: dict[_Key, list[str]] = field(default_factory=dict)

    def add(self, place: Place, score: float, reason: str) -> None:
        key = (str(place.source.path), place.definition.qualified_name)
        self.scores[key] = self.scores.get(key, 0.0) + score
        told = self.reasons.setdefault(key, [])
        if reason not in told:
            told.append(reason)

    def ranked(self) -> list[Suspect]:
        ordered = sorted(self.scores.items(), key=lambda item: -item[1])
        return [
            Suspect(path, name, "; ".join(self.reasons[path, name]), round(score, 2))
            for (path, name), score in ordered
        ]


def suspects_of(
    case: CaseResult,
    sources: Sources,
    coverage: Coverage = Coverage({}),  # noqa: B008 - a value
) -> list[Suspect]:
    """Rank the functions of the project that ``case`` gives reason to suspect."""
    evidence = _Evidence()
    _add_frames(evidence, case, sources)
    _add_calls(evidence, case, sources)
    if case.case in coverage.tests:
        _add_coverage(evidence, case, sources, coverage)
    return evidence.ranked()


def focused(focus: str, sources: Sources) -> Suspect:
    """Return the function that ``focus``, ``PATH:SYMBOL``, names, as the only suspect.

    Raises :class:`~codegen_lsp.errors.UsageError` when there is none that may be edited.
    """
    path, _, name = focus.rpartition(":")
    place = sources.folder / path
    source = sources.read(place) if path else None
    found = source.named(name) if source else None
    if found is None or found.kind is not Kind.FUNCTION:
        raise UsageError(
            f"there is no function {focus}",
            advice="--focus takes PATH:SYMBOL, the path relative to the project: calc.py:Sum.total",
        )
    if not may_be_edited(place, sources.folder):
        raise UsageError(f"{path} belongs to the tests, which are never changed")
    return Suspect(str(place), found.qualified_name, "named by --focus", _RAISED)


def merged(rankings: Sequence[Sequence[Suspect]]) -> list[Suspect]:
    """Add up rankings of several tests; at most :data:`MAX_SUSPECTS` remain."""
    scores: dict[_Key, float] = {}
    first: dict[_Key, Suspect] = {}
    for suspect in (each for ranking in rankings for each in ranking):
        key = (suspect.path, suspect.name)
        scores[key] = scores.get(key, 0.0) + suspect.score
        first.setdefault(key, suspect)
    ordered = sorted(first.values(), key=lambda each: -scores[each.path, each.name])
    return ordered[:MAX_SUSPECTS]


def may_be_edited(path: PurePosixPath, folder: PurePosixPath) -> bool:
    """Say whether a file of the tree is the project's own and none of its tests."""
    return path.is_relative_to(folder) and not is_test_file(path.relative_to(folder))


def _add_frames(evidence: _Evidence, case: CaseResult, sources: Sources) -> None:
    """Suspect the functions on the traceback, the innermost most."""
    seen: set[tuple[str, str]] = set()
    score = _RAISED
    for frame in reversed(case.failure.frames):
        path = PurePosixPath(frame.path)
        source = sources.read(path)
        if source is None or not may_be_edited(path, sources.folder):
            continue
        function = source.outermost_function(frame.line)
        if function is None or (frame.path, function.qualified_name) in seen:
            continue
        seen.add((frame.path, function.qualified_name))
        what = "raised" if score == _RAISED else "on the traceback"
        evidence.add(Place(source, function), score, f"{what} at line {frame.line}")
        score = _ON_TRACEBACK if score == _RAISED else score * _DECAY


def _add_calls(evidence: _Evidence, case: CaseResult, sources: Sources) -> None:
    """Suspect what the test calls, and what that calls."""
    visited: set[_Key] = set()
    level = list(functions_behind(case, sources))
    score = _CALLED_BY_TEST
    for depth in range(_MAX_DEPTH):
        following: list[Place] = []
        for caller in level:
            for place, certainty in _called(caller, sources):
                key = (str(place.source.path), place.definition.qualified_name)
                if key in visited:
                    continue
                visited.add(key)
                following.append(place)
                who = "the test" if depth == 0 else caller.definition.qualified_name
                evidence.add(place, score * certainty, f"called by {who}")
        level, score = following[:_MAX_CALLS], score * _DECAY


def _add_coverage(
    evidence: _Evidence, case: CaseResult, sources: Sources, coverage: Coverage
) -> None:
    """Suspect what the test runs, the less the more passing tests run it too.

    What it does not run is hardly to blame, whatever else speaks against it.
    """
    ran: set[_Key] = set()
    for path, lines in suspicion(coverage, {case.case}).items():
        source = sources.read(PurePosixPath(path))
        if source is None or not may_be_edited(source.path, sources.folder):
            continue
        for definition, score in _most_suspicious(source, lines):
            ran.add((path, definition.qualified_name))
            told = f"run by the test, Ochiai {score:.2f}"
            evidence.add(Place(source, definition), _RUN_BY_TEST * score, told)
    for key in evidence.scores:
        if key not in ran:
            evidence.scores[key] *= _NOT_RUN


def _most_suspicious(
    source: Source, lines: Mapping[int, float]
) -> Iterator[tuple[Definition, float]]:
    """Yield the outermost functions whose bodies are run, with their highest score."""
    best: dict[Definition, float] = {}
    for line, score in lines.items():
        definition = source.outermost_function(line)
        if definition is not None and line > definition.first_line + 1:
            best[definition] = max(score, best.get(definition, 0.0))
    yield from best.items()


def functions_behind(case: CaseResult, sources: Sources) -> Iterator[Place]:
    """Yield the test, then the fixtures and helpers in test files that it uses."""
    pending: list[Place] = []
    source = sources.read(PurePosixPath(case.path)) if case.path else None
    function = source.outermost_function(case.line) if source else None
    if source and function:
        pending.append(Place(source, function))
    pending += _test_frames(case, sources)
    seen: set[_Key] = set()
    while pending and len(seen) < _MAX_CALLS:
        place = pending.pop(0)
        key = (str(place.source.path), place.definition.qualified_name)
        if key not in seen:
            seen.add(key)
            yield place
            pending += _helpers(place, sources)


def _test_frames(case: CaseResult, sources: Sources) -> Iterator[Place]:
    """Yield the functions in test files that are on the traceback, the innermost first."""
    for frame in reversed(case.failure.frames):
        path = PurePosixPath(frame.path)
        source = sources.read(path)
        if source is not None and not may_be_edited(path, sources.folder):
            function = source.outermost_function(frame.line)
            if function is not None:
                yield Place(source, function)


def _helpers(place: Place, sources: Sources) -> Iterator[Place]:
    node = place.source.function_node(place.definition)
    if node is None:
        return
    names = [argument.arg for argument in node.args.args]
    names += [use.base for use in _uses(node) if use.attribute is None]
    for name in names:
        found = sources.resolve(place.source, name) or _fixture(place.source, name, sources)
        if found and not may_be_edited(found.source.path, sources.folder):
            yield found


def _fixture(source: Source, name: str, sources: Sources) -> Place | None:
    for folder in source.path.parents:
        conftest = sources.read(folder / "conftest.py")
        definition = conftest.named(name) if conftest else None
        if conftest and definition:
            return Place(conftest, definition)
    return None


def _called(caller: Place, sources: Sources) -> Iterator[tuple[Place, float]]:
    """Yield the functions that may be edited and that ``caller`` calls, with how sure that is."""
    node = caller.source.function_node(caller.definition)
    if node is None:
        return
    for use in dict.fromkeys(_uses(node)):
        for place, certainty in _meant(caller, use, sources):
            if not may_be_edited(place.source.path, sources.folder):
                continue
            if place.definition.kind is Kind.FUNCTION:
                yield place, certainty
            else:
                yield from _constructor(place)


def _meant(caller: Place, use: _Use, sources: Sources) -> Iterator[tuple[Place, float]]:
    base, attribute, is_called = use
    if attribute is None:
        found = sources.resolve(caller.source, base)
        if found is not None:
            yield found, 1.0
        return
    if base in {"self", "cls"} and "." in caller.definition.qualified_name:
        owner = caller.definition.qualified_name.rpartition(".")[0]
        own = caller.source.named(f"{owner}.{attribute}")
        if own is not None:
            yield Place(caller.source, own), 1.0
            return
    found = sources.resolve_attribute(caller.source, base, attribute)
    if found is not None:
        yield found, 1.0
        return
    for source in (caller.source, *sources.imported(caller.source)):
        for definition in source.definitions:
            is_method = (
                "." in definition.qualified_name
                and source.outermost_function(definition.first_line + 1) == definition
            )
            if (
                definition.name == attribute
                and is_method
                and (is_called or _is_property(source, definition))
            ):
                yield Place(source, definition), _SHARED_NAME


def _constructor(place: Place) -> Iterator[tuple[Place, float]]:
    for name in ("__init__", "__new__", "__post_init__"):
        found = place.source.named(f"{place.definition.qualified_name}.{name}")
        if found is not None:
            yield Place(place.source, found), _SHARED_NAME


def _is_property(source: Source, definition: Definition) -> bool:
    """Say whether a method is called by mere access, as far as its first decorator shows."""
    return source.document.line(definition.first_line).rstrip().endswith("property")


def _uses(node: AnyFunction) -> Iterator[_Use]:
    """Yield the names and attributes that a function reads."""
    called = {each.func for each in ast.walk(node) if isinstance(each, ast.Call)}
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute):
            base = each.value.id if isinstance(each.value, ast.Name) else ""
            yield _Use(base, each.attr, each in called)
        elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
            yield _Use(each.id, None, each in called)
