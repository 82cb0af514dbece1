"""Command ``codegen.fix``: a verified change that makes a failing test pass.

The agent works on a copy of what is saved, so unsaved changes are refused with their names: the
result would not be about what the user sees. Nothing is changed here; the client shows the diff and
applies the edit. The code action offers it on test functions.
"""

import difflib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from lsprotocol import types as t

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.document.read import read_document
from codegen_lsp.document.text import Document, Position, Span, TextEdit
from codegen_lsp.errors import UnreadableFile, UsageError
from codegen_lsp.server import protocol
from codegen_lsp.server.arguments import argument_of
from codegen_lsp.server.from_lsp import path_of, position_of
from codegen_lsp.server.progress import WorkDone
from codegen_lsp.server.session import Session
from codegen_lsp.server.to_lsp import edit_to
from codegen_lsp.syntax.definitions import Kind, definitions
from codegen_lsp.syntax.tree import parse

if TYPE_CHECKING:
    from agent.report import Change, FixReport
    from agent.tools import Event

_MOST_NAMED = 3


def offer_fix(session: Session, params: t.CodeActionParams) -> list[t.CodeAction]:
    """Offer to make the test around the range's start pass, where there is one.

    Whether it fails is only known once it is run, which is the first step.
    """
    document = session.snapshot(params.text_document.uri)
    if document is None or document.language != "python":
        return []
    from agent.project import is_test_file

    if document.path is None or not is_test_file(PurePosixPath(document.path.name)):
        return []
    at = params.range.start
    name = _test_at(document, position_of(document, at, session.encoding))
    if name is None:
        return []
    title = f"Fix what makes {name} fail, with codegen"
    argument = {
        "uri": params.text_document.uri,
        "position": {"line": at.line, "character": at.character},
    }
    command = t.Command(title=title, command=protocol.COMMAND_FIX, arguments=[argument])
    return [t.CodeAction(title=title, kind=t.CodeActionKind.QuickFix, command=command)]


async def fix(session: Session, params: t.ExecuteCommandParams) -> dict[str, Any]:
    """Look for a fix of the failing tests at the argument's ``uri`` and ``position``.

    Returns what :data:`~codegen_lsp.server.protocol.COMMAND_FIX` says. Raises
    :class:`~codegen_lsp.errors.UsageError` for what is not saved or no file,
    :class:`~codegen_lsp.errors.GitError` outside of a repository and
    :class:`~codegen_lsp.errors.MissingTool` when LangGraph or pytest is missing.
    """
    path, test = _place(session, params)
    open_documents = [
        document for uri in session.uris() if (document := session.snapshot(uri)) is not None
    ]
    async with WorkDone(session, "codegen fix", params.work_done_token) as progress:

        def work(cancellation: Cancellation) -> "FixReport":
            progress.on_cancel(cancellation.cancel)
            return _run(session, path, test, open_documents, progress, cancellation)

        report = await session.workers.run("fix", work)
    return {
        "outcome": report.outcome.value,
        "summary": report.summary,
        "certificate": _certificate(report),
        "diff": report.diff,
        "edit": _edit(report, session.encoding),
    }


def _run(
    session: Session,
    path: Path,
    test: str | None,
    open_documents: Sequence[Document],
    progress: WorkDone,
    cancellation: Cancellation,
) -> "FixReport":
    """Run the agent on this thread."""
    from agent.project import locate
    from agent.run import Frame
    from agent.run import fix as run_agent
    from agent.tools import Aim

    def show(event: "Event") -> None:
        progress.report(f"{event.step}: {event.text}")

    _refuse_unsaved(open_documents, locate(path).top)
    return run_agent(
        path,
        None,
        session.engine.model(),
        session.settings.fix,
        cancellation,
        show,
        Frame(aim=Aim(test=test)),
    )


def _place(session: Session, params: t.ExecuteCommandParams) -> tuple[Path, str | None]:
    """Return the file or folder that is asked about, and the name of the test at the position."""
    argument = argument_of(params)
    uri, at = argument.get("uri"), argument.get("position")
    path = path_of(uri) if isinstance(uri, str) else None
    if path is None or not isinstance(uri, str):
        raise UsageError(f"{params.command} needs the uri of a file or folder that is saved")
    if at is None:
        return path, None
    try:
        position = t.Position(line=int(at["line"]), character=int(at["character"]))
    except (TypeError, KeyError, ValueError) as error:
        raise UsageError(f"{params.command} needs a whole position, or none") from error
    document = session.snapshot(uri) or read_document(path)
    return path, _test_at(document, position_of(document, position, session.encoding))


def _test_at(document: Document, position: Position) -> str | None:
    """Return the name of the test function around a position."""
    around = [
        each
        for each in definitions(parse(document.text, "python"))
        if each.contains_line(position.line) and each.kind is Kind.FUNCTION
    ]
    return around[0].name if around and around[0].name.startswith("test") else None


def _refuse_unsaved(documents: Sequence[Document], top: Path) -> None:
    unsaved = [
        document.path.name
        for document in documents
        if document.path is not None
        and document.path.resolve().is_relative_to(top)
        and not _is_saved(document, document.path)
    ]
    if unsaved:
        more = ", …" if len(unsaved) > _MOST_NAMED else ""
        raise UsageError(
            f"not saved: {', '.join(sorted(unsaved)[:_MOST_NAMED])}{more}",
            advice="save first: tests are run on what is on disk",
        )


def _is_saved(document: Document, path: Path) -> bool:
    try:
        return read_document(path).text == document.text
    except UnreadableFile:
        return False


def _certificate(report: "FixReport") -> str:
    """Return what was verified as text; empty when there is no fix."""
    found = report.certificate
    if found is None:
        return ""
    from agent.wording import tests_of, totals_of

    lines = [f"now passing: {case}" for case in found.fixed]
    lines += [f"still failing: {case}" for case in found.still_failing]
    lines += [
        f"suite before: {totals_of(found.totals_before)}",
        f"suite after: {totals_of(found.totals_after)}, nothing newly failing",
        f"tests: {tests_of(found)}",
        f"sandbox: {report.sandbox}",
    ]
    return "\n".join(lines)


def _edit(report: "FixReport", encoding: t.PositionEncodingKind | str) -> dict[str, Any] | None:
    """Return the change as a WorkspaceEdit in plain values, None when there is none."""
    if not report.changes:
        return None
    return {
        "changes": {
            (Path(report.root) / change.path).as_uri(): _text_edits(change, encoding)
            for change in report.changes
        }
    }


def _text_edits(change: "Change", encoding: t.PositionEncodingKind | str) -> list[dict[str, Any]]:
    """Return the lines that change, each run of them as one edit."""
    document, after_it = Document(change.before), Document(change.after)
    before, after = (
        [each.line_with_end(number) for number in range(each.line_count)]
        for each in (document, after_it)
    )
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    edits = []
    for tag, first, end, new_first, new_end in matcher.get_opcodes():
        if tag != "equal":
            span = Span(_line_start(document, first), _line_start(document, end))
            edit = edit_to(document, TextEdit(span, "".join(after[new_first:new_end])), encoding)
            start, stop = edit.range.start, edit.range.end
            edits.append(
                {
                    "range": {
                        "start": {"line": start.line, "character": start.character},
                        "end": {"line": stop.line, "character": stop.character},
                    },
                    "newText": edit.new_text,
                }
            )
    return edits


def _line_start(document: Document, line: int) -> Position:
    """Return where a line begins; after the last one, where the text ends."""
    if line < document.line_count:
        return Position(line, 0)
    last = document.line_count - 1
    return Position(last, len(document.line(last)))
