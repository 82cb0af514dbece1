"""Command ``codegen.review``: findings on a repository's changed lines, as diagnostics.

What is reviewed is what lies on disk, against the last commit, as ``codegen review`` does; or some
lines of an open document, as they stand there. Findings appear file by file while the review runs;
each new review takes the old ones back.
"""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as t

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import UsageError
from codegen_lsp.server.arguments import argument_of, range_argument
from codegen_lsp.server.from_lsp import span_of
from codegen_lsp.server.progress import WorkDone
from codegen_lsp.server.session import Session

if TYPE_CHECKING:
    from codegen_lsp.document.changes import ChangeSet
    from codegen_lsp.document.text import Document
    from codegen_lsp.features.findings import Finding
    from codegen_lsp.features.review import ReviewEvent


async def review(session: Session, params: t.ExecuteCommandParams) -> dict[str, Any]:
    """Review the changes of the repository that holds the argument's ``uri``, or its ``range``.

    Returns ``{"findings": number, "incomplete": [reason, …]}``. Raises
    :class:`~codegen_lsp.errors.GitError` where there is no repository.
    """
    argument = argument_of(params)
    find = (_selected if "range" in argument else _uncommitted)(session, argument)
    uri = argument["uri"] if "range" in argument else None
    board = _Board(session)
    async with WorkDone(session, "codegen review", params.work_done_token) as progress:

        def work(cancellation: Cancellation) -> None:
            progress.on_cancel(cancellation.cancel)
            changes = find()
            board.begin(changes, uri)
            _run(session, changes, board, progress, cancellation)

        await session.workers.run("review", work)
    return {"findings": board.count, "incomplete": board.incomplete}


def _uncommitted(session: Session, argument: Mapping[str, Any]) -> "Callable[[], ChangeSet]":
    """Return what finds the changes that are not committed."""
    folder = session.folder_of(argument.get("uri"))
    if folder is None:
        raise UsageError("nothing to review", advice="open a file of a git repository first")

    def find() -> "ChangeSet":
        from codegen_lsp.git.changes import working_tree_changes
        from codegen_lsp.git.repository import open_repository

        return working_tree_changes(open_repository(folder))

    return find


def _selected(session: Session, argument: Mapping[str, Any]) -> "Callable[[], ChangeSet]":
    """Return what makes a change set of the lines that the client's range touches."""
    uri = argument.get("uri")
    document = session.snapshot(uri) if isinstance(uri, str) else None
    if document is None:
        raise UsageError("this document is not open")
    span = span_of(document, range_argument(argument.get("range")), session.encoding)
    folder = session.folder_of(uri) or Path()

    def find() -> "ChangeSet":
        from codegen_lsp.document.changes import ChangeSet, selected_lines

        ends_before = span.end.column == 0 and span.end.line > span.start.line
        last = span.end.line - ends_before
        name = document.path.name if document.path is not None else "untitled"
        file = selected_lines(name, document, range(span.start.line, last + 1))
        return ChangeSet(folder, "the selected lines", (file,))

    return find


def _run(
    session: Session,
    changes: "ChangeSet",
    board: "_Board",
    progress: WorkDone,
    cancellation: Cancellation,
) -> None:
    """Run the review on this thread."""
    from codegen_lsp.features.review import review as review_events

    for event in review_events(
        changes,
        model=session.engine.model,
        settings=session.settings.review,
        cancellation=cancellation,
    ):
        board.take(event, progress)


class _Board:
    """One review's findings on their way to the editor; used from the review's thread."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._loop = asyncio.get_running_loop()
        self._places: dict[str, tuple[str, Document]] = {}
        self.count = 0
        self.incomplete: list[str] = []

    def begin(self, changes: "ChangeSet", uri: str | None = None) -> None:
        """Take back the findings of the last review; ``uri`` is that of the only file, if known."""
        for file in changes.files:
            own = uri if uri is not None else (changes.root / file.path).as_uri()
            self._places[file.path] = (own, file.document)
        self._loop.call_soon_threadsafe(self._session.findings.clear)

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
        uri, document = self._places[finding.path]
        if self._session.findings.is_dismissed(uri, finding):
            return
        self.count += 1
        self._loop.call_soon_threadsafe(self._session.findings.add, uri, document, finding)
