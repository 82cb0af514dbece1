"""Command ``codegen.review``: findings on a repository's changed lines, as diagnostics.

What is reviewed is what lies on disk, against the last commit, as ``codegen review`` does. Findings
appear file by file while the review runs; each new review takes the old ones back.
"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as t

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import UsageError
from codegen_lsp.server.arguments import argument_of
from codegen_lsp.server.progress import WorkDone
from codegen_lsp.server.session import Session
from codegen_lsp.server.to_lsp import range_to

if TYPE_CHECKING:
    from codegen_lsp.document.changes import ChangeSet
    from codegen_lsp.document.text import Document
    from codegen_lsp.features.findings import Finding
    from codegen_lsp.features.review import ReviewEvent

_SEVERITIES = {
    "error": t.DiagnosticSeverity.Error,
    "warning": t.DiagnosticSeverity.Warning,
    "info": t.DiagnosticSeverity.Information,
}


async def review(session: Session, params: t.ExecuteCommandParams) -> dict[str, Any]:
    """Review the changes of the repository that holds the argument's ``uri``.

    Returns ``{"findings": number, "incomplete": [reason, …]}``. Raises
    :class:`~codegen_lsp.errors.GitError` where there is no repository.
    """
    folder = session.folder_of(argument_of(params).get("uri"))
    if folder is None:
        raise UsageError("nothing to review", advice="open a file of a git repository first")
    board = _Board(session)
    async with WorkDone(session, "codegen review", params.work_done_token) as progress:
        await session.workers.run(
            "review", lambda cancellation: _run(session, folder, board, progress, cancellation)
        )
    return {"findings": board.count, "incomplete": board.incomplete}


def _run(
    session: Session,
    folder: Path,
    board: "_Board",
    progress: WorkDone,
    cancellation: Cancellation,
) -> None:
    """Run the review on this thread."""
    from codegen_lsp.features.review import review as review_events
    from codegen_lsp.git.changes import working_tree_changes
    from codegen_lsp.git.repository import open_repository

    progress.on_cancel(cancellation.cancel)
    changes = working_tree_changes(open_repository(folder))
    board.begin(changes)
    for event in review_events(
        changes,
        model=session.engine.model,
        settings=session.settings.review,
        cancellation=cancellation,
    ):
        board.take(event, progress)


class _Board:
    """The diagnostics of one review, published as they come; used from the review's thread."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._loop = asyncio.get_running_loop()
        self._diagnostics: dict[str, list[t.Diagnostic]] = {}
        self._documents: dict[str, tuple[str, Document]] = {}
        self.incomplete: list[str] = []

    @property
    def count(self) -> int:
        return sum(map(len, self._diagnostics.values()))

    def begin(self, changes: "ChangeSet") -> None:
        """Take back the findings of the last review."""
        for file in changes.files:
            uri = (changes.root / file.path).as_uri()
            self._documents[file.path] = (uri, file.document)
        self._loop.call_soon_threadsafe(self._clear)

    def take(self, event: "ReviewEvent", progress: WorkDone) -> None:
        from codegen_lsp.features import review as events

        match event:
            case events.PassageStarted(number=number, total=total, path=path, line=line):
                percentage = 100 * (number - 1) // total
                progress.report(f"{number} of {total}: {path}:{line}", percentage)
            case events.Found(finding=finding):
                self._add(finding)
            case events.Incomplete(error=error):
                self.incomplete.append(str(error))

    def _add(self, finding: "Finding") -> None:
        uri, document = self._documents[finding.path]
        diagnostics = self._diagnostics.setdefault(uri, [])
        diagnostics.append(
            t.Diagnostic(
                range=range_to(document, finding.span, self._session.encoding),
                severity=_SEVERITIES[finding.severity.value],
                code=finding.rule,
                code_description=t.CodeDescription(href=finding.url) if finding.url else None,
                source=f"codegen ({finding.source})",
                message=f"{finding.message} [{finding.evidence.value}]",
                data={"evidence": finding.evidence.value, "suggestion": finding.suggestion},
            )
        )
        self._loop.call_soon_threadsafe(self._publish, uri, list(diagnostics))

    def _clear(self) -> None:
        for uri in sorted(self._session.reviewed):
            self._publish(uri, [])
        self._session.reviewed.clear()

    def _publish(self, uri: str, diagnostics: list[t.Diagnostic]) -> None:
        if diagnostics:
            self._session.reviewed.add(uri)
        self._session.server.text_document_publish_diagnostics(
            t.PublishDiagnosticsParams(uri=uri, diagnostics=diagnostics)
        )
