"""Functions in files that are not Python: which are suspected, how one is replaced.

Only syntax is at hand here: names are not resolved, and programs are compared token by token.
JavaScript is what it is tried on.
"""

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from agent.project import is_test_file
from agent.results import CaseResult
from agent.sources import Source, Sources
from agent.state import Suspect
from codegen_lsp.syntax.definitions import Definition, Kind
from codegen_lsp.syntax.tokens import code_tokens

_RAISED = 8.0
_NAMED_BY_TEST = 6.0
_LINES_OF_ASSERTION = 5
_EXPORT = "export "


def script_suspects(case: CaseResult, sources: Sources, paths: Sequence[str]) -> list[Suspect]:
    """Rank the functions of scripts among ``paths`` that ``case`` or a test file names."""
    scores: dict[tuple[str, str], float] = {}
    reasons: dict[tuple[str, str], list[str]] = {}

    def add(source: Source, definition: Definition, score: float, reason: str) -> None:
        key = (str(source.path), definition.qualified_name)
        scores[key] = scores.get(key, 0.0) + score
        reasons.setdefault(key, []).append(reason)

    scripts = list(_scripts(sources, paths))
    named = set[str]()
    for source in scripts:
        if _is_test(source, sources):
            named.update(code_tokens(source.document.text, source.language))
    for source in scripts:
        if _is_test(source, sources):
            continue
        for definition in source.definitions:
            is_function = definition.kind is Kind.FUNCTION
            if is_function and definition.name in named and "." not in definition.qualified_name:
                add(source, definition, _NAMED_BY_TEST, "named by the tests")
        for frame in case.failure.frames:
            definition_at = source.outermost_function(frame.line)
            if frame.path == str(source.path) and definition_at is not None:
                add(source, definition_at, _RAISED, f"on the stack at line {frame.line}")
    ordered = sorted(scores, key=lambda key: -scores[key])
    return [Suspect(*key, "; ".join(dict.fromkeys(reasons[key])), scores[key]) for key in ordered]


def script_tests(
    function: str, case: CaseResult, sources: Sources, paths: Sequence[str]
) -> tuple[str, str]:
    """Return the path and the text of the first test script that names ``function``.

    What failed stands before the rest of it, where the stack says. Both are empty if none does.
    """
    for source in _scripts(sources, paths):
        text = source.document.text
        if _is_test(source, sources) and function in code_tokens(text, source.language):
            return str(source.path), f"{_assertion(case, source)}{text}"
    return "", ""


def replaced(source: Source, target: Definition, function: str) -> str:
    """Return the text of ``source`` with the definition ``target`` replaced by ``function``."""
    text = source.document.text
    old = text[target.start : target.end]
    indent = old[: len(old) - len(old.lstrip())]
    was_exported = old.lstrip().startswith(_EXPORT)
    function = function.removeprefix(_EXPORT) if not was_exported else function
    if was_exported and not function.startswith(_EXPORT):
        function = _EXPORT + function
    new = textwrap.indent(function, indent).replace("\n", source.document.line_end)
    return text[: target.start] + new + text[target.end :]


def normalised_script(function: str, language: str) -> str:
    """Return a form that does not depend on layout and comments."""
    return " ".join(part for part in code_tokens(function, language) if part != ";")


def _scripts(sources: Sources, paths: Sequence[str]) -> Iterator[Source]:
    for path in paths:
        source = sources.read(PurePosixPath(path))
        if source is not None and source.language != "python":
            yield source


def _is_test(source: Source, sources: Sources) -> bool:
    return is_test_file(source.path.relative_to(sources.folder))


def _assertion(case: CaseResult, source: Source) -> str:
    """Return the lines of the innermost frame in ``source``, as a comment says."""
    for frame in reversed(case.failure.frames):
        if frame.path == str(source.path) and frame.line <= source.document.line_count:
            last = min(frame.line - 1 + _LINES_OF_ASSERTION, source.document.line_count)
            lines = [source.document.line(number) for number in range(frame.line - 1, last)]
            shown = textwrap.dedent("\n".join(lines))
            return f"// This is what fails:\n{shown}\n// The whole test:\n"
    return ""
