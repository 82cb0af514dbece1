"""``codegen stats``: what became of suggestions on this machine; ``--reset`` forgets it.

The sums are made by :mod:`codegen_lsp.feedback.statistics`, and the page by
:mod:`codegen_lsp.features.statistics`, because the editor shows it as well.
"""

import argparse
import dataclasses
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codegen_lsp.cli.options import add_verb, settings_from
from codegen_lsp.errors import UsageError

if TYPE_CHECKING:
    from codegen_lsp.config.settings import FeedbackSettings
    from codegen_lsp.feedback.statistics import Statistics

_DAYS = 30


def add_parser(verbs: Any) -> None:
    """Add this verb."""
    summary = "show what became of suggestions on this machine"
    parser = add_verb(verbs, "stats", run=run, summary=summary, uses_model=False)
    parser.add_argument(
        "--days", type=int, default=_DAYS, metavar="N", help=f"look back N days ({_DAYS})"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write a page with charts, for any browser"
    )
    parser.add_argument("--reset", action="store_true", help="forget everything, once confirmed")
    parser.add_argument("--yes", action="store_true", help="do not ask before forgetting")


def run(options: argparse.Namespace) -> int:
    """Print the figures, write the page, or forget it all; return the exit code."""
    from codegen_lsp.features.statistics.last_days import statistics_of_last

    feedback = settings_from(options).feedback
    if options.reset:
        return _reset(feedback, asks=not options.yes)
    if options.days < 1:
        raise UsageError("--days counts from 1")
    today = date.today()  # noqa: DTZ011 - the user's own calendar
    statistics = statistics_of_last(options.days, feedback, today=today)
    if options.html is not None:
        return _write_page(options.html, statistics)
    if options.format == "json":
        print(json.dumps(dataclasses.asdict(statistics), indent=2, default=date.isoformat))
        return 0
    if not statistics.total.answers:
        print(f"Nothing is recorded in the last {options.days} days{_hint(feedback)}.")
        return 0

    from codegen_lsp.cli.statistics.text import print_statistics

    print_statistics(statistics)
    return 0


def _hint(feedback: "FeedbackSettings") -> str:
    if not feedback.enabled:
        return ": feedback.enabled is false"
    return "; the server notes what becomes of its suggestions while you work"


def _write_page(path: Path, statistics: "Statistics") -> int:
    from codegen_lsp.features.statistics.page import page_of

    try:
        path.write_text(page_of(statistics), "utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written", advice=error.strerror) from error
    print(f"codegen: wrote {path}", file=sys.stderr)
    return 0


def _reset(feedback: "FeedbackSettings", *, asks: bool) -> int:
    from codegen_lsp.feedback.ledger import erase, path_in

    path = path_in(feedback.folder)
    if not path.exists():
        print("There is nothing to forget.")
        return 0
    if asks:
        if not sys.stdin.isatty():
            raise UsageError("--reset asks before it forgets", advice="add --yes")
        if input(f"Forget everything in {path}? [y/N] ").strip().lower() not in {"y", "yes"}:
            print("Nothing was changed.")
            return 0
    erase(feedback.folder)
    print(f"Forgotten: {path} is gone.")
    return 0
