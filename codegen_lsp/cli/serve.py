"""``codegen serve``: the language server over standard input and output."""

import argparse
import dataclasses
from pathlib import Path
from typing import Any

from codegen_lsp.cli.options import add_verb, settings_from


def add_parser(verbs: Any) -> None:
    """Add this verb."""
    parser = add_verb(
        verbs, "serve", run=run, summary="run the language server on standard input and output"
    )
    parser.add_argument(
        "--record",
        type=Path,
        metavar="FILE",
        help="add each request, with its source code, to FILE, for `codegen replay`",
    )


def run(options: argparse.Namespace) -> int:
    """Serve until the editor says ``exit`` or goes away."""
    from codegen_lsp.server.app import serve

    settings = settings_from(options)
    if options.record is not None:
        completion = dataclasses.replace(settings.completion, record=str(options.record.absolute()))
        settings = dataclasses.replace(settings, completion=completion)
    return serve(settings)
