"""Fourth step: what can be said against a candidate without running it.

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
    """Return ``state`` with the candidate to verify, or with it among the fallen."""
    candidate = state.candidate
    if candidate is None:
        raise LookupError("there is no candidate to screen")
    tools.runner.scratch.restore()
    original = (tools.runner.scratch.tree / candidate.path).read_bytes().decode("utf-8")
    is_python = _language(candidate) == "python"
    for stage, reason_of in ((Stage.PARSE, _syntax), (Stage.RUFF, _ruff))[: 2 if is_python else 1]:
        reason = reason_of(candidate, original, tools)
        if reason is not None:
            tools.tell(Step.SCREEN, f"refused at {stage}: {reason}", state.tries)
            return with_fallen(state, candidate, stage, reason)
    return replace(state, next=Step.VERIFY)


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
