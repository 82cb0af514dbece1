"""``codegen models``: list, fetch and check the models of the catalogue.

Results go to standard output, one line each, for scripts: ``path`` prints a path and nothing else.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codegen_lsp.cli.options import add_verb, settings_from
from codegen_lsp.errors import ModelUnavailable, UsageError

if TYPE_CHECKING:
    from codegen_lsp.config.settings import Settings
    from codegen_lsp.model.catalog import KnownModel

    Models = tuple[KnownModel, ...]


def add_parser(verbs: Any) -> None:
    """Add the verb and its four actions."""
    summary = "list, fetch and check models"
    verb = add_verb(verbs, "models", run=run, summary=summary, uses_model=False)
    actions = verb.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = _action(actions, "list", "show the catalogue and what is on this machine")
    listing.add_argument("--format", choices=("text", "json"), default="text")
    pull = _action(actions, "pull", "fetch a model, or go on fetching it, and verify it")
    pull.add_argument("name", nargs="?", metavar="NAME", help="the model in use, if left out")
    verify = _action(actions, "verify", "read a model file and compare its SHA-256")
    verify.add_argument("name", nargs="?", metavar="NAME|PATH")
    path = _action(actions, "path", "print where a model's file lies")
    path.add_argument("name", nargs="?", metavar="NAME")


def _action(actions: Any, name: str, summary: str) -> argparse.ArgumentParser:
    """Add an action; the flags of the verb may also stand after it."""
    action: argparse.ArgumentParser = actions.add_parser(name, help=summary, description=summary)
    for flag in ("--debug", "--offline"):
        action.add_argument(
            flag, action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS
        )
    return action


def run(options: argparse.Namespace, models: "Models | None" = None) -> int:
    """Carry out the action on ``models``, or on the catalogue; return the exit code."""
    from codegen_lsp.model.catalog import MODELS

    known = MODELS if models is None else models
    settings = settings_from(options)
    if options.action == "list":
        return _list(settings, known, options.format)
    name = options.name or settings.model.name
    return {"pull": _pull, "verify": _verify, "path": _path}[options.action](settings, known, name)


def _list(settings: "Settings", models: "Models", wanted: str) -> int:
    rows = [_row(model, settings) for model in models]
    if wanted == "json":
        print(json.dumps(rows, indent=2))
        return 0
    width = max(len(model.name) for model in models)
    print(f"  {'NAME':{width}}  {'SIZE':>8}  {'LICENCE':12}  STATE")
    for model, row in zip(models, rows, strict=True):
        mark = "*" if row["in_use"] else " "
        print(
            f"{mark} {model.name:{width}}  {model.size_text:>8}  {model.licence:12}  {row['state']}"
        )
    if not any(row["in_use"] for row in rows):
        print(f"* {settings.model.name}")
    return 0


def _row(model: "KnownModel", settings: "Settings") -> dict[str, Any]:
    from codegen_lsp.model.store import path_of, state_of

    return {
        "name": model.name,
        "family": model.family,
        "bytes": model.size,
        "licence": model.licence,
        "context_tokens": model.context_tokens,
        "sha256": model.sha256,
        "state": state_of(model, settings.model.folder),
        "path": str(path_of(model, settings.model.folder)),
        "in_use": model.name == settings.model.name,
    }


def _pull(settings: "Settings", models: "Models", name: str) -> int:
    from codegen_lsp.cli.fetching import fetch, introduction
    from codegen_lsp.model.catalog import find
    from codegen_lsp.model.store import FileState, is_path, state_of

    if is_path(name):
        raise UsageError(f"{name} is a file of your own", advice="there is nothing to fetch")
    model = find(name, models)
    state = state_of(model, settings.model.folder)
    if state in {FileState.MISSING, FileState.DAMAGED} and not settings.offline:
        print(f"codegen: {introduction(model)}", file=sys.stderr)
    path = fetch(model, settings)
    print(f"codegen: {name} is here and verified", file=sys.stderr)
    print(path)
    return 0


def _verify(settings: "Settings", models: "Models", name: str) -> int:
    from codegen_lsp.model.catalog import find
    from codegen_lsp.model.store import file_of, is_path, mark_doubtful, mark_verified

    folder = settings.model.folder
    path = file_of(name, folder, models)
    found = _hash(path)
    if is_path(name):
        twins = [model.name for model in models if model.sha256 == found]
        print(f"{found}  {path}  {twins[0] if twins else 'not in the catalogue'}")
        return 0
    model = find(name, models)
    try:
        (mark_verified if found == model.sha256 else mark_doubtful)(model, folder)
    except OSError as error:
        print(f"codegen: not noted in {folder}: {error.strerror}", file=sys.stderr)
    if found != model.sha256:
        raise ModelUnavailable(
            f"{path} has the wrong SHA-256 (expected {model.sha256}, found {found})",
            advice=f"`codegen models pull {name}` replaces it",
        )
    print(f"{found}  {path}  verified")
    return 0


def _hash(path: Path) -> str:
    """Hash a file while the user watches; an unreadable one is no usable model."""
    from codegen_lsp.cli.fetching_display import display
    from codegen_lsp.model.download import Phase, Progress
    from codegen_lsp.model.store import sha256_of

    try:
        size = path.stat().st_size
        with display() as told:
            return sha256_of(path, lambda done: told(Progress(Phase.CHECKING, done, size)))
    except OSError as error:
        raise ModelUnavailable(f"{path} cannot be read", advice=error.strerror) from error


def _path(settings: "Settings", models: "Models", name: str) -> int:
    from codegen_lsp.model.store import file_of

    print(file_of(name, settings.model.folder, models))
    return 0
