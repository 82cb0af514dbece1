"""``--format github``: workflow commands, which a GitHub job shows as notes beside the lines."""

from codegen_lsp.cli.formats.report import Report
from codegen_lsp.features.findings import Finding, Severity
from codegen_lsp.filters.fix_claim_text import plain_text

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def github_report(report: Report) -> str:
    """Return one command a line."""
    return "\n".join(_command(finding) for finding in report.in_order())


def _command(finding: Finding) -> str:
    properties = {
        "file": finding.path,
        "line": str(finding.first_line),
        "endLine": str(finding.last_line),
        "title": f"{finding.category} ({finding.evidence}, {finding.source} {finding.rule})",
    }
    if finding.first_line == finding.last_line:
        # GitHub refuses columns of what spans several lines.
        properties["col"] = str(finding.span.start.column + 1)
        properties["endColumn"] = str(finding.span.end.column + 1)
    message = plain_text(finding.message)
    if finding.suggestion is not None:
        message += f"\nSuggested:\n{finding.suggestion or '(remove)'}"
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {told}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
