"""``--format sarif``: SARIF 2.1.0, for code scanning and for viewers.

Paths are relative to ``%SRCROOT%``, and no report names a folder of this machine. Fingerprints are
made from the rule, the path and the code, so that a finding keeps its identity when lines move.
"""

import hashlib
import json
from collections import Counter
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import quote

from codegen_lsp.cli.formats.report import Report
from codegen_lsp.document.text import Document
from codegen_lsp.features.findings import Finding, Severity

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
"""A name, not fetched by anybody; GitHub asks for it."""

_ROOT = "%SRCROOT%"
_FINGERPRINT = "codegenFinding/v1"


def sarif_report(report: Report) -> str:
    """Return the report as a SARIF log with one run."""
    findings = report.in_order()
    rules = list({finding.rule: _rule(finding) for finding in findings}.values())
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    documents = {file.path: file.document for file in report.changes.files}
    seen: Counter[str] = Counter()
    run = {
        "tool": {"driver": {"name": "codegen-lsp", "version": _version(), "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the repository."}}},
        "invocations": [_invocation(report)],
        "results": [
            _result(finding, documents[finding.path], numbers[finding.rule], seen)
            for finding in findings
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _version() -> str:
    try:
        return version("codegen-lsp")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"


def _rule(finding: Finding) -> dict[str, Any]:
    proved = finding.source == "ruff"
    says = f"ruff {finding.rule}" if proved else f"A model's view: {finding.category}"
    rule: dict[str, Any] = {
        "id": finding.rule,
        "shortDescription": {"text": says},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": {"tags": [str(finding.category)]},
    }
    if finding.url:
        rule["helpUri"] = finding.url
    return rule


def _invocation(report: Report) -> dict[str, Any]:
    notes = [
        {"level": "error", "message": {"text": str(part.error)}, **_place_of(part.path, part.line)}
        for part in report.incomplete
    ]
    return {"executionSuccessful": not notes, "toolExecutionNotifications": notes}


def _place_of(path: str | None, line: int | None) -> dict[str, Any]:
    if path is None or line is None:
        return {}
    place = {"artifactLocation": _artifact(path), "region": {"startLine": line}}
    return {"locations": [{"physicalLocation": place}]}


def _result(
    finding: Finding, document: Document, rule_index: int, seen: Counter[str]
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _artifact(finding.path),
                    "region": _region(finding),
                }
            }
        ],
        "partialFingerprints": {_FINGERPRINT: _fingerprint(finding, seen)},
        "properties": {
            "evidence": finding.evidence,
            "category": finding.category,
            "source": finding.source,
        },
    }
    if finding.suggestion is not None:
        result["fixes"] = [_fix(finding, document, finding.suggestion)]
    return result


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path), "uriBaseId": _ROOT}


def _region(finding: Finding) -> dict[str, Any]:
    start, end = finding.span.start, finding.span.end
    return {
        "startLine": start.line + 1,
        "startColumn": start.column + 1,
        "endLine": end.line + 1,
        "endColumn": end.column + 1,
        "snippet": {"text": finding.quote},
    }


def _fingerprint(finding: Finding, seen: Counter[str]) -> str:
    """Hash the rule, the path, the quoted code and how often that came before in the report."""
    parts = [finding.rule, finding.path, " ".join(finding.quote.split())]
    identity = "\0".join(parts)
    number = seen[identity]
    seen[identity] += 1
    return hashlib.sha256(f"{identity}\0{number}".encode()).hexdigest()


def _fix(finding: Finding, document: Document, suggestion: str) -> dict[str, Any]:
    """Replace the lines of the finding; an empty suggestion takes the last line's end away too."""
    last = finding.span.end.line
    if suggestion or last + 1 == document.line_count:
        end = {"endLine": last + 1, "endColumn": len(document.line(last)) + 1}
    else:
        end = {"endLine": last + 2, "endColumn": 1}
    replacement = {
        "deletedRegion": {"startLine": finding.first_line, "startColumn": 1, **end},
        "insertedContent": {"text": suggestion},
    }
    change = {"artifactLocation": _artifact(finding.path), "replacements": [replacement]}
    return {"description": {"text": "The suggested lines."}, "artifactChanges": [change]}
