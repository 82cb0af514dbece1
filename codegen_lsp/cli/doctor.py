"""``codegen doctor``: whether everything is here, in the right version, and how fast it is.

What is looked at, and when it counts as a problem, is known to :mod:`codegen_lsp.features.doctor`.
"""

import argparse
import json
import os
import sys
from contextlib import closing
from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Any

from codegen_lsp.cli.options import add_verb, settings_from

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from codegen_lsp.features.doctor.check import Check

_COLOURS = {"ok": "green", "warning": "yellow", "problem": "bold red"}


def add_parser(verbs: Any) -> None:
    """Add this verb."""
    summary = "check everything this product stands on"
    parser = add_verb(verbs, "doctor", run=run, summary=summary)
    parser.add_argument(
        "--no-measure", action="store_true", help="do not load the model to measure its speed"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    """Print the checks; exit 0 without a problem, 3 when no model can run, else 1."""
    from codegen_lsp.config.load import load_settings
    from codegen_lsp.engine import Engine
    from codegen_lsp.features.doctor.examine import examine

    settings = settings_from(options)
    done: list[Check] = []
    with closing(Engine(settings)) as engine:
        checks = examine(
            settings,
            messages=load_settings().messages,
            make_model=None if options.no_measure else engine.model,
        )
        show = _printer() if options.format == "text" else None
        for check in chain(checks, [terminal()]):
            done.append(check)
            if show is not None:
                show(check)
    if options.format == "json":
        print(json.dumps([asdict(check) for check in done], indent=2, ensure_ascii=False))
    return exit_code(done)


def exit_code(checks: "Sequence[Check]") -> int:
    """Return 0 without a problem, 3 when no model can run, else 1."""
    problems = [check for check in checks if check.state == "problem"]
    if any(check.blocks_model for check in problems):
        return 3
    return 1 if problems else 0


def terminal() -> "Check":
    """Check whether what is printed here arrives as it is meant."""
    from codegen_lsp.features.doctor.check import Check, State

    kind = "a terminal" if sys.stdout.isatty() else "no terminal"
    colours = "no colours (NO_COLOR)" if os.environ.get("NO_COLOR") else "colours on a terminal"
    found = f"{kind}, {sys.stdout.encoding}, {colours}"
    if sys.stdout.encoding.lower().replace("-", "") != "utf8":
        return Check("terminal", State.WARNING, found, "export PYTHONIOENCODING=utf-8")
    return Check("terminal", State.OK, found)


def _printer() -> "Callable[[Check], object]":
    """Give what prints one check: wrapped and coloured on a terminal, else a line each."""
    from codegen_lsp.features.doctor.check import plain

    if not sys.stdout.isatty():
        return lambda check: print(plain(check), flush=True)

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)

    def show(check: "Check") -> None:
        row = Table.grid(padding=(0, 2), expand=True)
        row.add_column(width=7)
        row.add_column(width=13)
        row.add_column(ratio=1)
        text = Text(check.found)
        if check.mend:
            text.append(f"\n→ {check.mend}", style="bold")
        row.add_row(Text(check.state, style=_COLOURS[check.state]), check.name, text)
        console.print(row)

    return show
