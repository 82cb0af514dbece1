"""Where a report of ``codegen fix`` goes: standard output and error, a page, the user's files."""

import argparse
import json
import sys

from agent.report import FixReport, Outcome
from agent.runs import Run
from codegen_lsp.cli.fixing.apply import apply_changes
from codegen_lsp.cli.fixing.markdown import markdown_of
from codegen_lsp.cli.fixing.page import write_page
from codegen_lsp.cli.fixing.text import told

GOOD = frozenset({Outcome.FIXED, Outcome.NOTHING_FAILS})


def put_out(options: argparse.Namespace, report: FixReport, run: Run | None) -> int:
    """Show ``report`` as the options want it, apply it if they say so; return the exit code."""
    applied = apply_wanted(options, report)
    if options.html is not None:
        write_page(options.html, report, run)
    if options.format == "json":
        print(json.dumps(as_json(report, run, applied=applied)))
    elif options.format == "markdown":
        print(markdown_of(report), end="")
    else:
        sys.stdout.write(report.diff)
        sys.stdout.flush()
        print(told(report, applied=applied), file=sys.stderr)
    return 0 if report.outcome in GOOD else 1


def apply_wanted(options: argparse.Namespace, report: FixReport) -> bool:
    """Apply the changes of ``report`` where that is wanted, and say whether there were any."""
    wanted = report.outcome is Outcome.FIXED and (options.apply or options.ask)
    if wanted:
        apply_changes(report)
    return wanted


def as_json(report: FixReport, run: Run | None, *, applied: bool) -> dict[str, object]:
    """Return the object of ``--format json``, which ``--verify`` takes as a certificate."""
    return {**report.as_json(), "run": run.id if run else None, "applied": applied}
