"""``--format text``: findings for a person, one after another as they come.

On a terminal each has a code frame and colours; elsewhere it is a line in the form that editors and
scripts read (``path:line:column: severity: message``), followed by an indented suggestion.
"""

from typing import TYPE_CHECKING

from codegen_lsp.document.text import Document
from codegen_lsp.features.findings import Evidence, Finding, Severity
from codegen_lsp.filters.fix_claim_text import plain_text

if TYPE_CHECKING:
    from rich.text import Text

_AROUND = 1
"""Lines shown before and after those of a finding."""

_MOST_LINES = 12
_SEVERITY_STYLES = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.INFO: "bold blue",
}
_EVIDENCE_STYLES = {
    Evidence.PROVED: "bold green",
    Evidence.GROUNDED: "cyan",
    Evidence.OPINION: "dim",
}


def plain_finding(finding: Finding) -> str:
    """Return a finding without colours, its suggestion on lines of their own."""
    place = f"{plain_text(finding.path)}:{finding.first_line}:{finding.span.start.column + 1}"
    labels = f"[{finding.category}, {finding.evidence}: {finding.source} {finding.rule}]"
    head = f"{place}: {finding.severity}: {plain_text(finding.message)} {labels}"
    return "\n".join([head, *(f"    {line}" for line in _suggestion(finding))])


def framed_finding(finding: Finding, document: Document) -> "Text":
    """Return a finding with colours and the code around it."""
    from rich.text import Text

    text = Text()
    text.append(str(finding.severity), _SEVERITY_STYLES[finding.severity])
    text.append(f" {finding.category}: ")
    text.append(plain_text(finding.message), "bold")
    text.append("\n  --> ", "blue")
    place = f"{plain_text(finding.path)}:{finding.first_line}:{finding.span.start.column + 1}"
    text.append(place)
    text.append("  ")
    text.append(str(finding.evidence), _EVIDENCE_STYLES[finding.evidence])
    text.append(f" ({finding.source} {finding.rule})\n", "dim")
    _frame(text, finding, document)
    for line in _suggestion(finding):
        text.append(f"{line}\n", "green")
    return text


def _frame(text: "Text", finding: Finding, document: Document) -> None:
    first, last = finding.span.start.line, finding.span.end.line
    last = min(last, first + _MOST_LINES)
    shown = range(max(0, first - _AROUND), min(document.line_count, last + _AROUND + 1))
    width = len(str(shown.stop))
    for number in shown:
        line = plain_text(document.line(number)).expandtabs(4)
        inside = first <= number <= last
        text.append(f" {number + 1:>{width}} | ", "blue")
        text.append(f"{line}\n", "" if inside else "dim")
        if inside and first == last:
            text.append(f" {'':>{width}} | ", "blue")
            text.append(_underline(finding, document) + "\n", "yellow")


def _underline(finding: Finding, document: Document) -> str:
    line = plain_text(document.line(finding.span.start.line))
    start = len(line[: finding.span.start.column].expandtabs(4))
    end = len(line[: finding.span.end.column].expandtabs(4))
    return " " * start + "^" * max(1, end - start)


def _suggestion(finding: Finding) -> list[str]:
    if finding.suggestion is None:
        return []
    if not finding.suggestion:
        return ["suggested: remove it"]
    first, *others = [plain_text(line).rstrip() for line in finding.suggestion.splitlines()]
    return [f"suggested: {first.strip()}"] if not others else ["suggested:", first, *others]
