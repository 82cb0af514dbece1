"""``codegen serve``: the language server over standard input and output."""

import argparse
from typing import Any

from codegen_lsp.cli.options import add_verb, settings_from


def add_parser(verbs: Any) -> None:
    """Add this verb."""
    add_verb(
        verbs, "serve", run=run, summary="run the language server on standard input and output"
    )


def run(options: argparse.Namespace) -> int:
    """Serve until the editor says ``exit`` or goes away."""
    from codegen_lsp.server.app import serve

    return serve(settings_from(options))
