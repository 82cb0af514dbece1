"""What the model is told of a bug: the function in its file, the failing test, what went wrong.

Everything is bounded in characters, and the same for every answer about one function, so that the
engine reads it once. The wording is in ``prompts/``.
"""

import ast
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from agent.results import CaseResult, Verdict
from agent.rewrite import original_text
from agent.scripts import script_tests
from agent.sources import AnyFunction, Place, Source, Sources, first_line
from agent.suspects import functions_behind
from codegen_lsp.document.language import comment_marker
from codegen_lsp.syntax.definitions import Definition

MAX_CONTEXT = 4000
MAX_TEST = 2000
MAX_FAILURE = 600
MAX_FAILURES = 3
MAX_OUTPUT = 1500

_SHORT_STATEMENT_LINES = 3
_NAMED = {"python": "Python", "javascript": "JavaScript"}


@dataclass(frozen=True, slots=True)
class Briefing:
    """The fields of ``prompts/fix.md``, without the question itself.

    ``language`` is what its code blocks are marked with, ``named`` how one speaks of it.
    """

    language: str
    named: str
    path: str
    function: str
    context: str
    test_path: str
    test: str
    failures: str

    def fields(self) -> dict[str, str]:
        """Return the fields by name."""
        return dataclasses.asdict(self)


def briefing(
    source: Source,
    target: Definition,
    targets: Sequence[CaseResult],
    sources: Sources,
    paths: Sequence[str] = (),
) -> Briefing:
    """Describe the bug in ``target`` that ``targets``, at least one failing test, show.

    ``paths`` are the files of the project, among which the tests of scripts are looked for.
    """
    behind = list(functions_behind(targets[0], sources))
    test_path = str(behind[0].source.path) if behind else ""
    test = _texts(behind)
    if source.language != "python":
        test_path, test = script_tests(target.name, targets[0], sources, paths)
    return Briefing(
        language=source.language,
        named=_NAMED.get(source.language, source.language),
        path=str(source.path),
        function=target.qualified_name,
        context=context_of(source, target),
        test_path=test_path or "the test command",
        test=test[:MAX_TEST].rstrip()
        or f"{comment_marker(source.language)} (its source is not known)",
        failures=_failures(targets, source),
    )


def context_of(source: Source, target: Definition) -> str:
    """Return the file around ``target``: whole if it is short, otherwise its outline."""
    text = source.document.text.replace("\r\n", "\n").strip("\n")
    if len(text) <= MAX_CONTEXT or source.syntax is None:
        return text if len(text) <= MAX_CONTEXT else original_text(source, target)
    function = original_text(source, target)
    room = MAX_CONTEXT - len(function)
    before, after = _outline(source.syntax.body, source, target)
    kept_before = _within(before, room // 2)
    kept_after = _within(after, room // 2)
    return "\n".join([*kept_before, function, *kept_after])


def _within(lines: list[str], room: int) -> list[str]:
    kept: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept


def _outline(
    body: Sequence[ast.stmt], source: Source, target: Definition
) -> tuple[list[str], list[str]]:
    """Return outline lines that stand before and after ``target``."""
    before: list[str] = []
    after: list[str] = []
    for node in body:
        first, last = first_line(node), node.end_lineno or node.lineno
        if isinstance(node, ast.ClassDef) and first <= target.first_line + 1 <= last:
            before += _lines(source, first, node.lineno)
            inner_before, inner_after = _outline(node.body, source, target)
            before += inner_before
            after += inner_after
        elif last <= target.first_line:
            before += _sketch(node, source)
        elif first > target.last_line + 1:
            after += _sketch(node, source)
    return before, after


def _sketch(node: ast.stmt, source: Source) -> list[str]:
    """Return a statement if it is short, or the first lines of a function or class."""
    last = node.end_lineno or node.lineno
    if isinstance(node, AnyFunction | ast.ClassDef):
        head = _lines(source, first_line(node), max(node.lineno, node.body[0].lineno - 1))
        return [*head, " " * (node.col_offset + 4) + "..."]
    if isinstance(node, ast.Import | ast.ImportFrom) or last - node.lineno < _SHORT_STATEMENT_LINES:
        return _lines(source, node.lineno, last)
    return []


def _lines(source: Source, first: int, last: int) -> list[str]:
    return [source.document.line(number - 1) for number in range(first, last + 1)]


def _texts(places: Sequence[Place]) -> str:
    return "\n\n\n".join(original_text(place.source, place.definition) for place in places)


def _failures(targets: Sequence[CaseResult], source: Source) -> str:
    """Tell the shortest few of the failures."""
    told = sorted({_failure(case, source) for case in targets}, key=lambda text: (len(text), text))
    return "\n\n".join(told[:MAX_FAILURES])


def _failure(case: CaseResult, source: Source) -> str:
    failure = case.failure
    name = case.case.rpartition("::")[2].partition("[")[0]
    values = ", ".join(f"{name} = {value}" for name, value in failure.parameters)
    head = f"`{name}` with {values}" if values else f"`{name}`"
    if case.verdict is Verdict.HUNG:
        return f"{head} never ends: there is an endless loop."
    if not failure.kind:
        return f"{head} fails:\n```\n{failure.text[-MAX_OUTPUT:].strip()}\n```"
    message = f"{failure.kind}: {failure.message}"[:MAX_FAILURE].strip()
    return f"{head} fails:\n```\n{message}\n```{_raised_at(case, source)}"


def _raised_at(case: CaseResult, source: Source) -> str:
    for frame in reversed(case.failure.frames):
        if PurePosixPath(frame.path) == source.path and frame.line <= source.document.line_count:
            line = source.document.line(frame.line - 1).strip()
            return f"\nat line `{line}` of `{frame.function}`"
    return ""
