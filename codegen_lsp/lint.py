"""What ruff can prove about a Python text.

The only runner of ruff. The text is given on standard input, so that a version which is not on disk
(what is staged, a commit, an agent's draft) is judged as it is. A project's own ruff configuration
chooses the rules, since it is data and runs nothing; without one, only rules that name a defect
apply. What the findings mean to a reader is decided in ``features/review.py`` and in the agent.
"""

import json
import subprocess
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any

from codegen_lsp.document.text import Document, Position, Span, TextEdit
from codegen_lsp.errors import MissingTool

DEFECT_RULES = (
    *("E9", "F", "PLE"),
    *("B002", "B003", "B006", "B012", "B015", "B016", "B018", "B020", "B021", "B023", "B025"),
    *("B029", "B030", "B031", "B033", "B035", "B039", "PLR0124", "PLW0127", "PLW0129", "PLW0133"),
)
"""Rules that find what is broken or does nothing, none of taste: what applies by default."""

SYNTAX_ERROR = "invalid-syntax"
"""The rule name of a syntax error, which is reported whatever rules are selected."""

_NEWEST_PYTHON = "py314"
"""Where a project does not say which Python it is for, no newer syntax is called an error."""

_TIMEOUT_SECONDS = 60
_CONFIGURATION_FILES = (".ruff.toml", "ruff.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One finding of ruff: ``rule`` is its code.

    ``edits`` is its fix; empty when it has none that is sure to keep what the code means.
    """

    rule: str
    message: str
    span: Span
    edits: tuple[TextEdit, ...] = ()
    url: str | None = None


def lint_python(
    text: str, *, filename: Path, cwd: Path, select: Sequence[str] | None = None
) -> list[LintFinding]:
    """Return ruff's findings on ``text`` as if it were the file ``filename``, which need not exist.

    ``select`` names the only rules that apply, and then no configuration is read; None means the
    project's configuration, or :data:`DEFECT_RULES` when it has none or a broken one. ``cwd`` is
    the project's folder. Raises :class:`~codegen_lsp.errors.MissingTool` when ruff is missing or
    does not answer.
    """
    document = Document(text)
    if select is None and _has_configuration(filename):
        output = _run((), document, filename, cwd)
        if output is not None:
            return [_finding(item, document) for item in output]
    rules = ",".join(DEFECT_RULES if select is None else select)
    isolated = ("--isolated", "--target-version", _NEWEST_PYTHON, "--select", rules)
    output = _run(isolated, document, filename, cwd)
    if output is None:
        raise MissingTool("ruff does not answer as expected", advice="pip install --upgrade ruff")
    return [_finding(item, document) for item in output]


def find_ruff() -> str:
    """Return the path of the ruff program, the one installed beside this package first.

    Raises :class:`~codegen_lsp.errors.MissingTool` when there is none.
    """
    try:
        from ruff import find_ruff_bin  # type: ignore[import-untyped]  # it ships no annotations

        return str(find_ruff_bin())
    except (ImportError, FileNotFoundError) as error:
        found = which("ruff")
        if found is None:
            raise MissingTool("ruff is not installed", advice="pip install ruff") from error
        return found


def _has_configuration(filename: Path) -> bool:
    """Say whether ruff finds a configuration of its own in a folder above ``filename``."""
    for folder in filename.absolute().parents:
        for name in _CONFIGURATION_FILES:
            path = folder / name
            if path.is_file() and (name != "pyproject.toml" or _configures_ruff(path)):
                return True
    return False


def _configures_ruff(path: Path) -> bool:
    try:
        return "ruff" in tomllib.loads(path.read_text("utf-8")).get("tool", {})
    except (OSError, ValueError):
        return False


def _run(
    options: Sequence[str], document: Document, filename: Path, cwd: Path
) -> list[dict[str, Any]] | None:
    """Run ruff and return its findings, or None when it refuses (its configuration is broken)."""
    fixed = ("check", "--no-cache", "--no-fix", "--quiet", "--output-format", "json")
    command = [find_ruff(), *fixed, *options, "--stdin-filename", str(filename), "-"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; the text goes in on standard input
            command,
            input=document.text.encode("utf-8"),
            cwd=cwd,
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
        output = json.loads(done.stdout or b"[]") if done.returncode in {0, 1} else None
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise MissingTool(
            f"ruff cannot be run ({error})", advice="pip install --upgrade ruff"
        ) from error
    return output if isinstance(output, list) else None


def _finding(item: dict[str, Any], document: Document) -> LintFinding:
    fix = item.get("fix") or {}
    edits = fix.get("edits", []) if fix.get("applicability") == "safe" else []
    return LintFinding(
        rule=item.get("code") or SYNTAX_ERROR,
        message=item["message"],
        span=_span(item, document),
        edits=tuple(TextEdit(_span(edit, document), edit["content"]) for edit in edits),
        url=item.get("url"),
    )


def _span(item: dict[str, Any], document: Document) -> Span:
    return Span(_position(item["location"], document), _position(item["end_location"], document))


def _position(place: dict[str, int], document: Document) -> Position:
    """Convert ruff's place, from one in code points, in which a byte order mark does not count."""
    line = min(place["row"] - 1, document.line_count - 1)
    column = place["column"] - 1
    if line == 0 and document.text.startswith("\ufeff"):
        column += 1
    return Position(line, min(column, len(document.line(line))))
