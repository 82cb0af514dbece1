"""``codegen fix --each``: the failing test files one after another, and a table of what came of it.

With ``--apply`` each change is made before the next file is looked at, which may then have nothing
to mend any more. Without it all of them are for the files as they are; equal ones are shown once.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from agent.checks import TestCommand
from agent.graph import require_langgraph
from agent.project import locate
from agent.report import FixReport
from agent.run import failing_files, fix
from agent.runs import Run
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.cli.fixing.markdown import markdown_of
from codegen_lsp.cli.fixing.output import GOOD, apply_wanted, as_json
from codegen_lsp.cli.fixing.session import Session, session
from codegen_lsp.cli.fixing.text import told
from codegen_lsp.config.settings import Settings


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one test file, shown as ``name``."""

    name: str
    report: FixReport
    run: Run | None
    applied: bool


def fix_each(options: argparse.Namespace, settings: Settings) -> int:
    """Run the batch, show it, and return 0 when every file is mended, 1 when one is not."""
    require_langgraph()
    path = Path(options.path or ".")
    top = locate(path).top
    test = TestCommand.parse(options.test) if options.test is not None else None
    print("codegen: running the tests to see which files fail", file=sys.stderr)
    files = failing_files(path, test, settings.fix, Cancellation())
    rows: list[Row] = []
    if files:
        with session(settings, asks=options.ask, keep_prompts=options.keep_prompts) as opened:
            for file in files:
                name = str(file.relative_to(top))
                print(f"codegen: {name} ({len(rows) + 1} of {len(files)})", file=sys.stderr)
                rows.append(_row(name, file, test, opened, options))
    _put_out(rows, options)
    return 0 if all(row.report.outcome in GOOD for row in rows) else 1


def _row(
    name: str, file: Path, test: TestCommand | None, opened: Session, options: argparse.Namespace
) -> Row:
    fix_settings = opened.settings.fix
    report = fix(
        file, test, opened.model, fix_settings, opened.cancellation, opened.show, opened.frame
    )
    return Row(name, report, opened.run, apply_wanted(options, report))


def _put_out(rows: list[Row], options: argparse.Namespace) -> None:
    if options.format == "json":
        objects = {row.name: as_json(row.report, row.run, applied=row.applied) for row in rows}
        print(json.dumps(objects))
    elif options.format == "markdown":
        print("\n".join(markdown_of(row.report) for row in rows), end="")
    else:
        for diff in dict.fromkeys(row.report.diff for row in rows):
            sys.stdout.write(diff)
        sys.stdout.flush()
        for row in rows:
            print(told(row.report, applied=row.applied), file=sys.stderr)
    print(table(rows), file=sys.stderr)


def table(rows: list[Row]) -> str:
    """Return the summary: a line for each file, and one for all."""
    if not rows:
        return "codegen: no test fails"
    width = max(len(row.name) for row in rows)
    lines = []
    for row in rows:
        cost = row.report.cost
        outcome = row.report.outcome.value.replace("_", " ")
        applied = ", applied" if row.applied else ""
        figures = f"{cost.tries:3} tries  {cost.seconds:7.1f} s  {cost.tokens_written:6} tokens"
        lines.append(f"  {row.name:<{width}}  {figures}  {outcome}{applied}")
    fixed = sum(row.report.outcome in GOOD for row in rows)
    return "\n".join([*lines, f"codegen: {fixed} of {len(rows)} failing test files mended"])
