"""A finished review: what every format is made from."""

from dataclasses import dataclass, field

from codegen_lsp.document.changes import ChangeSet
from codegen_lsp.features.findings import Finding, Severity
from codegen_lsp.features.review import ClaimDropped, Incomplete


@dataclass
class Report:
    """All that one review said; findings are kept in the order of paths and lines."""

    changes: ChangeSet
    findings: list[Finding] = field(default_factory=list)
    dropped: list[ClaimDropped] = field(default_factory=list)
    incomplete: list[Incomplete] = field(default_factory=list)

    def in_order(self) -> list[Finding]:
        """Return the findings by path and place, the graver first where two start alike."""
        order = list(Severity)
        return sorted(
            self.findings,
            key=lambda finding: (
                finding.path,
                finding.span.start,
                order.index(finding.severity),
                finding.rule,
            ),
        )


def counted(number: int, what: str) -> str:
    """Say how many there are: ``1 finding``, ``2 findings``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def summary(report: Report) -> str:
    """Say in one line what came out."""
    by_severity = [
        counted(count, str(severity)) if severity is not Severity.INFO else f"{count} info"
        for severity in Severity
        if (count := sum(finding.severity is severity for finding in report.findings))
    ]
    parts = [counted(len(report.findings), "finding") if report.findings else "no findings"]
    if by_severity:
        parts[0] += f" ({', '.join(by_severity)})"
    parts[0] += f" in {counted(len(report.changes.files), 'changed file')}"
    if report.dropped:
        parts.append(f"{len(report.dropped)} of the model's claims did not pass the checks")
    if report.changes.skipped:
        parts.append(f"{counted(len(report.changes.skipped), 'file')} skipped")
    return "; ".join(parts)
