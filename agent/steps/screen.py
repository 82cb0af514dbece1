"""Fourth step: what can be said against candidates without running them.

It must parse, and bring no error that ruff finds. That costs milliseconds, where a run of the tests
costs seconds; a candidate that falls here costs no try.
"""

from dataclasses import replace
from pathlib import PurePosixPath

from agent.checks import new_ruff_errors
from agent.report import Stage
from agent.state import Candidate, FixState, Step, with_fallen
from agent.tools import Tools
from codegen_lsp.document.language import language_of_path
from codegen_lsp.syntax.problems import problems_of
from codegen_lsp.syntax.tree import parse

_SHOWN = 3


def screen(state: FixState, tools: Tools) -> FixState:
    """Return ``state`` with the candidates left that are worth a run, the others fallen."""
    tools.runner.scratch.restore()
    for candidate in state.batch:
        found = _refused(candidate, tools)
        if found is not None:
            stage, reason = found
            tools.tell(Step.SCREEN, f"refused at {stage}: {reason}", state.tries)
            state = with_fallen(state, candidate, stage, reason)
    return replace(state, next=Step.VERIFY if state.batch else Step.PROPOSE)


def _refused(candidate: Candidate, tools: Tools) -> tuple[Stage, str] | None:
    original = (tools.runner.scratch.tree / candidate.path).read_bytes().decode("utf-8")
    is_python = _language(candidate) == "python"
    for stage, reason_of in ((Stage.PARSE, _syntax), (Stage.RUFF, _ruff))[: 2 if is_python else 1]:
        reason = reason_of(candidate, original, tools)
        if reason is not None:
            return stage, reason
    return None


def _syntax(candidate: Candidate, original: str, _: Tools) -> str | None:
    language = _language(candidate)
    before, after = (problems_of(parse(text, language)) for text in (original, candidate.text))
    return "the file no longer parses" if after.worse_than(before) else None


def _language(candidate: Candidate) -> str:
    return language_of_path(PurePosixPath(candidate.path)) or "python"


def _ruff(candidate: Candidate, original: str, tools: Tools) -> str | None:
    runner = tools.runner
    filename = runner.scratch.tree / candidate.path
    found = new_ruff_errors(original, candidate.text, filename=filename, cwd=runner.folder)
    return "; ".join(found[:_SHOWN]) or None
