"""``--format json``: the whole review as one object, for scripts.

version     1; a field may be added, none changes its meaning under the same number
compared    what was reviewed, in words
findings    path, first_line, first_column, last_line, last_column (from one, in code points,
            the last column is the first one behind), severity, category, message, evidence,
            source, rule, quote, suggestion (for the whole lines; null without one), url
dropped     what the model said and no check let through: path, line, message, quote, reason
skipped     changed files that were left out: path, reason
incomplete  what could not be done: path and line (null when all of it), error
"""

import json
from typing import Any

from codegen_lsp.cli.formats.report import Report
from codegen_lsp.features.findings import Finding
from codegen_lsp.features.review import ClaimDropped, Incomplete


def json_report(report: Report) -> str:
    """Return the report as JSON text."""
    return json.dumps(
        {
            "version": 1,
            "compared": report.changes.title,
            "findings": [_finding(finding) for finding in report.in_order()],
            "dropped": [_dropped(claim) for claim in report.dropped],
            "skipped": [
                {"path": file.path, "reason": file.reason} for file in report.changes.skipped
            ],
            "incomplete": [_incomplete(part) for part in report.incomplete],
        },
        indent=2,
    )


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "path": finding.path,
        "first_line": finding.first_line,
        "first_column": finding.span.start.column + 1,
        "last_line": finding.last_line,
        "last_column": finding.span.end.column + 1,
        "severity": finding.severity,
        "category": finding.category,
        "message": finding.message,
        "evidence": finding.evidence,
        "source": finding.source,
        "rule": finding.rule,
        "quote": finding.quote,
        "suggestion": finding.suggestion,
        "url": finding.url,
    }


def _dropped(dropped: ClaimDropped) -> dict[str, Any]:
    return {
        "path": dropped.path,
        "line": dropped.line,
        "message": dropped.claim.message,
        "quote": dropped.claim.quote,
        "reason": dropped.reason,
    }


def _incomplete(part: Incomplete) -> dict[str, Any]:
    return {"path": part.path, "line": part.line, "error": str(part.error)}
