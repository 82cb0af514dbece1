"""What every verb has in common: its flags, and the settings they lead to."""

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from codegen_lsp.config.settings import Settings


def add_verb(
    verbs: Any,
    name: str,
    *,
    run: Callable[[argparse.Namespace], int],
    summary: str,
    uses_model: bool = True,
) -> argparse.ArgumentParser:
    """Add verb ``name`` with the flags all verbs share, and return its parser."""
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=summary, description=summary)
    parser.set_defaults(run=run, model=None, threads=None, offline=None)
    parser.add_argument(
        "--debug", action="store_true", help="show a traceback when something goes wrong"
    )
    if uses_model:
        parser.add_argument("--model", metavar="NAME|PATH", help="a catalogue name or a GGUF file")
        parser.add_argument("--threads", type=int, metavar="N", help="threads for the model")
    parser.add_argument(
        "--offline", action="store_true", default=None, help="never use the network"
    )
    return parser


def settings_from(options: argparse.Namespace) -> "Settings":
    """Return the user's settings with the shared flags laid over them; complaints go to stderr."""
    from codegen_lsp.config.load import load_settings, merge

    loaded = load_settings()
    for message in loaded.messages:
        print(f"codegen: {message}", file=sys.stderr)
    said: dict[str, Any] = {}
    if options.offline is not None:
        said["offline"] = options.offline
    model = {"name": options.model, "threads": options.threads}
    said["model"] = {name: value for name, value in model.items() if value is not None}
    return merge(loaded.settings, said).settings
