"""The findings that stand in the editor: published, mended by a quick fix, dismissed.

``review.py`` makes them. Where they stand now is the client's to say: it moves them with the text.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lsprotocol import types as t

from codegen_lsp.document.text import Document, Position, Span, TextEdit, with_lf
from codegen_lsp.errors import UsageError
from codegen_lsp.server import protocol
from codegen_lsp.server.arguments import argument_of
from codegen_lsp.server.from_lsp import span_of
from codegen_lsp.server.to_lsp import edit_to, range_to

if TYPE_CHECKING:
    from codegen_lsp.features.findings import Finding
    from codegen_lsp.server.session import Session

_SEVERITIES = {
    "error": t.DiagnosticSeverity.Error,
    "warning": t.DiagnosticSeverity.Warning,
    "info": t.DiagnosticSeverity.Information,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A finding in the editor; ``lines`` is what all lines of its span read when it was made."""

    finding: "Finding"
    diagnostic: t.Diagnostic
    lines: str


class Findings:
    """The findings of the last review; used on the event loop's thread."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._standing: dict[str, dict[str, Standing]] = {}
        self._dismissed: set[tuple[str, str, str]] = set()

    def clear(self) -> None:
        """Take all findings back."""
        uris = sorted(self._standing)
        self._standing.clear()
        for uri in uris:
            self._publish(uri)

    def add(self, uri: str, document: Document, finding: "Finding") -> None:
        """Show a finding in ``document``."""
        finding_id = secrets.token_hex(4)
        diagnostic = t.Diagnostic(
            range=range_to(document, finding.span, self._session.encoding),
            severity=_SEVERITIES[finding.severity.value],
            code=finding.rule,
            code_description=t.CodeDescription(href=finding.url) if finding.url else None,
            source=f"codegen ({finding.source})",
            message=f"{finding.message} [{finding.evidence.value}]",
            data={
                "evidence": finding.evidence.value,
                "suggestion": finding.suggestion,
                "id": finding_id,
            },
        )
        lines = _lines_of(document, finding.span)
        standing = Standing(finding, diagnostic, lines)
        self._standing.setdefault(uri, {})[finding_id] = standing
        self._publish(uri)

    def is_dismissed(self, uri: str, finding: "Finding") -> bool:
        """Say whether the user has dismissed this before; may be asked from any thread."""
        return _identity(uri, finding) in self._dismissed

    def get(self, uri: str, finding_id: str) -> Standing | None:
        """Return a finding that stands in the editor."""
        return self._standing.get(uri, {}).get(finding_id)

    def dismiss(self, uri: str, finding_id: str) -> bool:
        """Take a finding back and never show it again; False when it stands no more."""
        standing = self._standing.get(uri, {}).pop(finding_id, None)
        if standing is None:
            return False
        self._dismissed.add(_identity(uri, standing.finding))
        self._publish(uri)
        return True

    def _publish(self, uri: str) -> None:
        diagnostics = [each.diagnostic for each in self._standing.get(uri, {}).values()]
        self._session.server.text_document_publish_diagnostics(
            t.PublishDiagnosticsParams(uri=uri, diagnostics=diagnostics)
        )


async def dismiss(session: "Session", params: t.ExecuteCommandParams) -> bool:
    """Take back the finding of the argument's ``uri`` and ``id``; say whether it stood there."""
    argument = argument_of(params)
    uri, finding_id = argument.get("uri"), argument.get("id")
    if not isinstance(uri, str) or not isinstance(finding_id, str):
        raise UsageError(f"{params.command} takes the uri and the id of a finding")
    return session.findings.dismiss(uri, finding_id)


def offer_for_findings(session: "Session", params: t.CodeActionParams) -> Iterator[t.CodeAction]:
    """Offer to mend and to dismiss each finding that the client names in the request."""
    uri = params.text_document.uri
    document = session.snapshot(uri)
    for diagnostic in params.context.diagnostics:
        finding_id = _id_of(diagnostic.data)
        standing = session.findings.get(uri, finding_id) if finding_id is not None else None
        if standing is None:
            continue
        if document is not None:
            span = span_of(document, diagnostic.range, session.encoding)
            edit = _mending(document, span, standing)
            if edit is not None:
                text_edit = edit_to(document, edit, session.encoding)
                yield t.CodeAction(
                    title=f"Apply the suggestion ({standing.finding.rule})",
                    kind=t.CodeActionKind.QuickFix,
                    diagnostics=[diagnostic],
                    is_preferred=standing.finding.evidence.value != "opinion",
                    edit=t.WorkspaceEdit(changes={uri: [text_edit]}),
                )
        title = f"Dismiss this finding ({standing.finding.rule})"
        yield t.CodeAction(
            title=title,
            kind=t.CodeActionKind.QuickFix,
            diagnostics=[diagnostic],
            command=t.Command(
                title=title,
                command=protocol.COMMAND_DISMISS,
                arguments=[{"uri": uri, "id": finding_id}],
            ),
        )


def _mending(document: Document, span: Span, standing: Standing) -> TextEdit | None:
    """Return the edit that carries out the suggestion, if its lines still read as they did."""
    suggestion = standing.finding.suggestion
    if suggestion is None or _lines_of(document, span) != standing.lines:
        return None
    first, last = span.start.line, span.end.line
    end = Position(last, len(document.line(last)))
    if not suggestion and last + 1 < document.line_count:
        end = Position(last + 1, 0)
    text = with_lf(suggestion).replace("\n", document.line_end)
    return TextEdit(Span(Position(first, 0), end), text)


def _lines_of(document: Document, span: Span) -> str:
    numbers = range(span.start.line, span.end.line + 1)
    return "\n".join(document.line(number) for number in numbers)


def _identity(uri: str, finding: "Finding") -> tuple[str, str, str]:
    """Return what a later review would find again, wherever the code has moved to."""
    return uri, finding.rule, finding.quote


def _id_of(data: Any) -> str | None:
    """Return the id in a diagnostic's ``data``, as a client sent it back."""
    finding_id = data.get("id") if isinstance(data, dict) else getattr(data, "id", None)
    return finding_id if isinstance(finding_id, str) else None
