"""``codegen review``: findings on the changed lines of a diff, and what stands behind each."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from codegen_lsp.cli.options import add_verb, settings_from
from codegen_lsp.errors import ModelUnavailable, UnreadableFile, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from codegen_lsp.cli.formats.report import Report
    from codegen_lsp.config.settings import Settings
    from codegen_lsp.document.changes import ChangeSet
    from codegen_lsp.engine import Engine
    from codegen_lsp.features.findings import Finding
    from codegen_lsp.model.backend import Model

_DESCRIPTION = """\
Without options: what is staged, not staged and not tracked, against the last commit.
Findings are 'proved' (a linter says so), 'grounded' (a model says so, quotes the line, and its
replacement parses) or 'opinion'. Only what is proved can be an error; a
grounded finding is a warning, an opinion is info."""


def add_parser(verbs: Any) -> None:
    """Add this verb."""
    parser = add_verb(verbs, "review", run=run, summary="review the changed lines of a git diff")
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "what", nargs="*", metavar="REV..REV | PATH", help="a range of revisions; files or folders"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--staged", action="store_true", help="only what is staged")
    which.add_argument(
        "--base", metavar="REV", help="all since the working tree and REV went separate ways"
    )
    which.add_argument(
        "--diff", metavar="FILE", help="a unified diff that led to the files here; - reads it"
    )
    parser.add_argument("--format", choices=("text", "json", "sarif", "github"), default="text")
    parser.add_argument(
        "--fail-on",
        choices=("error", "warning", "info"),
        default="error",
        help="exit with 1 for findings at or above this (default: error)",
    )
    parser.add_argument(
        "--no-model",
        action="store_true",
        help="only what is proved, in a second and without a model",
    )
    parser.add_argument(
        "--explain", action="store_true", help="say what was left out, and for what reason"
    )


def run(options: argparse.Namespace) -> int:
    """Print the findings; return 0, 1 when some reach ``--fail-on``, 3 when the model failed."""
    from codegen_lsp.engine import Engine
    from codegen_lsp.features.findings import Severity

    settings = settings_from(options)
    changes = _changes(options)
    engine = Engine(settings)
    try:
        report = _report(changes, engine, settings, options)
    finally:
        engine.close()
    if any(isinstance(part.error, ModelUnavailable) for part in report.incomplete):
        return ModelUnavailable.exit_code
    threshold = Severity(options.fail_on)
    return int(any(finding.severity.reaches(threshold) for finding in report.findings))


def _changes(options: argparse.Namespace) -> "ChangeSet":
    """Find what is to be reviewed."""
    from pathlib import Path

    from codegen_lsp.git import changes, repository

    here = Path.cwd()
    ranges = [word for word in options.what if _is_range(word)]
    paths = [Path(word) for word in options.what if word not in ranges]
    if len(ranges) > 1 or (ranges and (options.staged or options.base or options.diff)):
        raise UsageError("say one thing to compare", advice="see codegen review --help")
    if options.diff is not None:
        return _from_diff(options.diff, here, paths)
    found = repository.open_repository(here)
    inside = changes.relative_paths(found, paths)
    if ranges:
        return changes.changes_between(found, ranges[0], inside)
    if options.staged:
        return changes.staged_changes(found, inside)
    for path in paths:
        if not path.exists():
            raise UsageError(
                f"{path} does not exist", advice="name a file, a folder, or revisions as A..B"
            )
    if options.base is not None:
        return changes.changes_since(found, options.base, inside)
    return changes.working_tree_changes(found, inside)


def _is_range(word: str) -> bool:
    """Say whether a word is ``A..B`` or ``A...B``, and not a path that has ``..`` in it."""
    from pathlib import Path

    return ".." in word and ".." not in Path(word).parts and not Path(word).exists()


def _from_diff(name: str, here: "Path", paths: "list[Path]") -> "ChangeSet":
    from pathlib import Path

    from codegen_lsp.document.changes import changes_from_diff
    from codegen_lsp.git.repository import repository_root

    if paths:
        raise UsageError("--diff takes no paths", advice="the diff says which files changed")
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{name} cannot be read", advice=error.strerror) from error
    title = "the diff on standard input" if name == "-" else name
    text = data.decode("utf-8", "replace")
    return changes_from_diff(text, repository_root(here) or here, title=title)


def _report(
    changes: "ChangeSet", engine: "Engine", settings: "Settings", options: argparse.Namespace
) -> "Report":
    """Run the review, showing it as it goes, and print what the format wants at the end."""
    from codegen_lsp.cli.formats.report import Report, summary
    from codegen_lsp.cli.review_progress import ReviewProgress

    progress = ReviewProgress()
    if options.explain:
        for skipped in changes.skipped:
            progress.say(f"{skipped.path} is skipped: {skipped.reason}")

    def model() -> "Model":
        from codegen_lsp.cli.first_use import ensure_model

        ensure_model(settings)
        return engine.model()

    report = Report(changes)
    show = _shower(changes) if options.format == "text" else None
    try:
        _follow(report, None if options.no_model else model, settings, progress, show, options)
    finally:
        progress.end()
    whole = _whole(report, options.format)
    if whole:
        print(whole)
    progress.say(summary(report) if changes.files else f"nothing to review: {_nothing(changes)}")
    return report


def _nothing(changes: "ChangeSet") -> str:
    if changes.skipped:
        return f"no text files among what changed ({changes.title}); --explain names them"
    return f"no lines changed ({changes.title})"


def _follow(
    report: "Report",
    model: "Callable[[], Model] | None",
    settings: "Settings",
    progress: Any,
    show: "Callable[[Finding], None] | None",
    options: argparse.Namespace,
) -> None:
    from codegen_lsp.features import review as events

    for event in events.review(report.changes, model=model, settings=settings.review):
        match event:
            case events.PassageStarted():
                progress.started(event)
            case events.PassageDone():
                progress.done(event)
            case events.Found():
                report.findings.append(event.finding)
                if show is not None:
                    progress.clear()
                    show(event.finding)
                    progress.redraw()
            case events.ClaimDropped():
                report.dropped.append(event)
                if options.explain:
                    progress.say(f"left out, {event.path}: {event.claim.message} ({event.reason})")
            case events.Incomplete():
                report.incomplete.append(event)
                where = f"{event.path}:{event.line} is not reviewed: " if event.path else ""
                progress.say(f"{where}{event.error}")


def _shower(changes: "ChangeSet") -> "Callable[[Finding], None]":
    """Return what prints a finding as standard output likes it."""
    from codegen_lsp.cli.formats.text_report import framed_finding, plain_finding

    if not sys.stdout.isatty():
        return lambda finding: print(plain_finding(finding), flush=True)

    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    documents = {file.path: file.document for file in changes.files}
    return lambda finding: console.print(framed_finding(finding, documents[finding.path]))


def _whole(report: "Report", name: str) -> str:
    if name == "json":
        from codegen_lsp.cli.formats.json_report import json_report

        return json_report(report)
    if name == "sarif":
        from codegen_lsp.cli.formats.sarif_report import sarif_report

        return sarif_report(report)
    if name == "github":
        from codegen_lsp.cli.formats.github_report import github_report

        return github_report(report)
    return ""
