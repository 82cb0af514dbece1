"""The part of a review that needs no model: what ruff proves about the added lines of Python."""

import re
from pathlib import Path

from codegen_lsp.document.changes import ChangedFile
from codegen_lsp.document.text import Document, Position, Span, apply_edits
from codegen_lsp.features.findings import Category, Evidence, Finding, Severity
from codegen_lsp.lint import SYNTAX_ERROR, LintFinding, lint_python

_BREAKS = re.compile(rf"{SYNTAX_ERROR}|E9\d*|F5\d*|F62\d|F7\d*|F82\d|PLE\d*")
"""Rules whose findings fail when the line runs, or when the file is loaded."""

_DEFECTS = re.compile(r"(F|B|PL[CEW]|PLR0124|ASYNC|S|RUF|BLE|TRY)\d*")
"""Rules that are about what code does; what the others say is style."""

_CATEGORIES = (
    (re.compile(r"S\d+"), Category.SECURITY),
    (re.compile(r"PERF\d+"), Category.PERFORMANCE),
)


def proved_findings(file: ChangedFile, root: Path) -> list[Finding]:
    """Return what ruff finds on the added lines of ``file``; nothing for other languages.

    Raises :class:`~codegen_lsp.errors.MissingTool` when ruff cannot be run.
    """
    document = file.document
    if document.language != "python":
        return []
    filename = document.path or root / file.path
    return [
        _finding(file, found)
        for found in lint_python(document.text, filename=filename, cwd=root)
        if found.span.start.line + 1 in file.added
    ]


def _finding(file: ChangedFile, found: LintFinding) -> Finding:
    span = _tight(found.span, file.document)
    return Finding(
        path=file.path,
        span=span,
        severity=_severity(found.rule),
        category=_category(found.rule),
        message=found.message,
        evidence=Evidence.PROVED,
        source="ruff",
        rule=found.rule,
        quote=_first_line(span, file.document),
        suggestion=_suggestion(found, span, file.document),
        url=found.url,
    )


def _severity(rule: str) -> Severity:
    if _BREAKS.fullmatch(rule):
        return Severity.ERROR
    return Severity.WARNING if _DEFECTS.fullmatch(rule) else Severity.INFO


def _category(rule: str) -> Category:
    for pattern, category in _CATEGORIES:
        if pattern.fullmatch(rule):
            return category
    return Category.BUG if _BREAKS.fullmatch(rule) or _DEFECTS.fullmatch(rule) else Category.STYLE


def _tight(span: Span, document: Document) -> Span:
    """Let a span that ends at the very start of a line end on the line before."""
    if span.end.column == 0 and span.end.line > span.start.line:
        line = span.end.line - 1
        return Span(span.start, Position(line, len(document.line(line))))
    return span


def _first_line(span: Span, document: Document) -> str:
    line = document.line(span.start.line)
    end = span.end.column if span.end.line == span.start.line else len(line)
    return line[span.start.column : end].strip() or line.strip()


def _suggestion(found: LintFinding, span: Span, document: Document) -> str | None:
    """Return what the lines of ``span`` read after ruff's fix, if it changes no other line."""
    if not found.edits:
        return None
    fixed = document.with_text(apply_edits(document, list(found.edits)))
    first, after = span.start.line, span.end.line + 1
    grown = fixed.line_count - document.line_count
    before = _lines(document, 0, first) == _lines(fixed, 0, first)
    behind = _lines(document, after) == _lines(fixed, after + grown)
    if not (before and behind):
        return None
    return "".join(_lines(fixed, first, after + grown)).rstrip("\r\n")


def _lines(document: Document, first: int, after: int | None = None) -> list[str]:
    stop = document.line_count if after is None else after
    return [document.line_with_end(number) for number in range(first, stop)]
