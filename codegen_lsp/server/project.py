"""The project around the open documents: its index, and what completions tell of it.

Nothing here is waited for by a request. A document that is opened begins the index of its project;
files that are saved or that the client watches are read again; and when the user rests, what is
told at the cursor is reconsidered.
"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as t

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.document.language import SUFFIXES
from codegen_lsp.document.text import Document, Position
from codegen_lsp.server.from_lsp import path_of
from codegen_lsp.server.session import Session

if TYPE_CHECKING:
    from codegen_lsp.project.project import Project

RESTS = (0.6, 1.2, 2.4, 4.8)
"""Seconds without a change before what is told is reconsidered, and before each further try."""

MOST_CHANGES = 100
"""With more changes at once (a branch was changed) everything is looked at instead."""

_WATCHING = "codegen-sources"


def watch_files(session: Session) -> None:
    """Ask the client to tell of files that change on disk, where it can."""
    workspace = session.capabilities.workspace
    watched = workspace.did_change_watched_files if workspace is not None else None
    if watched is None or not watched.dynamic_registration:
        return
    suffixes = ",".join(suffix.removeprefix(".") for suffix in SUFFIXES)
    globs = (f"**/*.{{{suffixes}}}", "**/.gitignore")
    options = t.DidChangeWatchedFilesRegistrationOptions(
        watchers=[t.FileSystemWatcher(glob_pattern=glob) for glob in globs]
    )
    registration = t.Registration(_WATCHING, t.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    session.server.client_register_capability(t.RegistrationParams([registration]))


def begin_project(session: Session, uri: str) -> None:
    """Begin to index the project of a document that was opened, and look for its environment."""
    path, document = path_of(uri), session.snapshot(uri)
    if path is not None and document is not None:
        session.in_background(_begin(session, path, document.language))


def did_save(session: Session, params: t.DidSaveTextDocumentParams) -> None:
    """Read a saved file again."""
    _tell(session, [params.text_document.uri])


def did_change_watched_files(session: Session, params: t.DidChangeWatchedFilesParams) -> None:
    """Read files again that somebody else has changed, made or removed."""
    _tell(session, [change.uri for change in params.changes])


async def reconsider(session: Session, uri: str, document: Document, position: Position) -> None:
    """Choose what is told at the cursor, once the user rests; what is told stays until it is read.

    It ends as soon as the document is changed: the next completion begins another one.
    """
    path = path_of(uri)
    settings = session.settings.completion
    if path is None or not settings.work_ahead or settings.context_tokens < 0:
        return

    def work(cancellation: Cancellation) -> bool:
        from codegen_lsp.context.edit_place import OpenDocument

        project = _project_of(session, path)
        if project is None:
            return True
        others = [OpenDocument(other, line, age) for age, (other, line) in enumerate(touched)]
        return session.contexts.reconsider(
            uri,
            document,
            position,
            project=project,
            drafts=session.engine.drafts(),
            settings=settings,
            others=others,
            cancellation=cancellation,
        )

    touched: list[tuple[Document, int | None]] = []
    for seconds in RESTS:
        await asyncio.sleep(seconds)
        if not session.is_current(uri, document) or not session.engine.ready:
            return
        touched = session.others(uri)
        if await session.workers.offer("context", work, empty=True):
            return


async def _begin(session: Session, path: Path, language: str | None) -> None:
    def work(_cancellation: Cancellation) -> None:
        facts = session.engine.facts(path) if language == "python" else None
        if facts is not None:
            # Else the first suggestion would be shown before anybody knows what can be imported.
            facts.environment()
        if session.settings.completion.context_tokens >= 0:
            _project_of(session, path)

    await session.workers.offer("index", work, None)


def _project_of(session: Session, path: Path) -> "Project | None":
    """Return the project of a file: the client's innermost folder around it, or what marks one."""
    from codegen_lsp.project.root import root_of

    folders = [path_of(folder) for folder in session.server.workspace.folders]
    around = [each for each in folders if each is not None and path.is_relative_to(each)]
    root = max(around, key=lambda folder: len(folder.parts), default=None) or root_of(path)
    return None if root is None else session.engine.project(root)


def _tell(session: Session, uris: list[str]) -> None:
    paths = [path for uri in uris if (path := path_of(uri)) is not None]
    for project in session.engine.projects():
        inside = [path for path in paths if path.is_relative_to(project.root)]
        if len(inside) > MOST_CHANGES or any(path.name == ".gitignore" for path in inside):
            project.rescan()
            continue
        for path in inside:
            project.changed(path)
