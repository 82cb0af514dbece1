"""``codegen why``: why suggestions were shown or not, lately or at a place.

Without a place, the ledger tells of the last answers of any session, in numbers and names of
filters. At a place the completion is made again and explained, with the text.
"""

import argparse
import dataclasses
import json
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codegen_lsp.cli.complete import place_of
from codegen_lsp.cli.options import add_verb, settings_from
from codegen_lsp.errors import UsageError

if TYPE_CHECKING:
    from codegen_lsp.config.settings import Settings
    from codegen_lsp.feedback.suggestion import Suggestion

_LAST = 10


def add_parser(verbs: Any) -> None:
    """Add this verb."""
    parser = add_verb(verbs, "why", run=run, summary="say why a suggestion is shown or not")
    parser.add_argument(
        "place",
        nargs="?",
        metavar="FILE[:LINE:COLUMN]",
        help="a place to complete and explain, or a file whose last answers to tell of",
    )
    parser.add_argument(
        "--last", type=int, default=_LAST, metavar="N", help=f"how many answers to tell ({_LAST})"
    )
    parser.add_argument(
        "--automatic", action="store_true", help="at a place: as if the editor asked, not you"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    """Explain, and exit 0 also when nothing is shown."""
    settings = settings_from(options)
    if options.place is not None and not Path(options.place).exists():
        return _explain(options, settings)
    if options.last < 1:
        raise UsageError("--last counts from 1")
    rows = _last_rows(settings, options.place, options.last)
    if options.format == "json":
        print(json.dumps([dataclasses.asdict(row) for row in rows], indent=2))
    elif rows:
        print("\n".join(line for row in rows for line in told(row)))
    else:
        of_file = f" of {options.place}" if options.place else ""
        off = "" if settings.feedback.enabled else " (feedback.enabled is false)"
        print(f"No answer{of_file} is recorded{off}.")
    return 0


def told(row: "Suggestion") -> list[str]:
    """Tell of one answer: when and what came of it, and below why."""
    when = datetime.fromtimestamp(row.at).strftime("%Y-%m-%d %H:%M:%S")  # noqa: DTZ006 - the user's own clock
    place = f"line {row.line + 1}, column {row.column + 1}"
    lines = [f"{when}  {row.language or 'other':12}{place:22}{_outcome(row)}"]
    lines += [f"    {reason}" for reason in _reasons(row)]
    if row.total_ms:
        read = f"{row.tokens_read} tokens read, {row.tokens_reused} from before"
        source = f"from the model, {read}" if row.source == "model" else row.source
        lines.append(f"    {row.total_ms:.0f} ms, {source}")
    return lines


def _outcome(row: "Suggestion") -> str:
    from codegen_lsp.features.statistics.wording import percent

    if row.outcome == "dropped":
        return "nothing shown"
    size = f"{row.lines} line{'s' * (row.lines != 1)}, {row.code_points} characters"
    taken = f" {row.accepted} of" if row.outcome == "partly" else ""
    kept = "" if row.kept is None else f", {percent(row.kept)} of it kept"
    return f"{row.outcome}:{taken} {size}{kept}"


def _reasons(row: "Suggestion") -> list[str]:
    from codegen_lsp.features.why import purpose_of

    reasons = []
    if row.dropped_by:
        reasons.append(f"{row.dropped_by} dropped it. {purpose_of(row.dropped_by) or ''}".rstrip())
    if row.reason:
        reasons.append(f"because {row.reason}")
    changes = [name for name in row.changed_by.split() if not name.startswith("stop_")]
    return [
        *reasons,
        *(f"{name} changed it. {purpose_of(name) or ''}".rstrip() for name in changes),
    ]


def _last_rows(settings: "Settings", file: str | None, count: int) -> "list[Suggestion]":
    """Return the last ``count`` answers, of a file if one is named, the latest last."""
    from codegen_lsp.feedback.ledger import suggestions_since
    from codegen_lsp.feedback.suggestion import document_hash

    rows = suggestions_since(settings.feedback.folder)
    if file is not None:
        wanted = document_hash(str(Path(file).absolute()))
        rows = [row for row in rows if row.document == wanted]
    return rows[-count:]


def _explain(options: argparse.Namespace, settings: "Settings") -> int:
    path, position = place_of(options.place)

    from codegen_lsp.document.read import read_document

    document = read_document(Path(path))
    document.index(position)

    from agent.examples import examples_for
    from codegen_lsp.cli.first_use import ensure_model
    from codegen_lsp.cli.project_context import context_at
    from codegen_lsp.engine import Engine
    from codegen_lsp.features.completion import Knowledge, Trigger, complete
    from codegen_lsp.features.why import explanation_of, facts_of

    ensure_model(settings)
    trigger = Trigger.AUTOMATIC if options.automatic else Trigger.INVOKED
    with closing(Engine(settings)) as engine:
        result = complete(
            document,
            position,
            drafts=engine.drafts(),
            settings=settings.completion,
            trigger=trigger,
            knowledge=Knowledge(
                project=engine.facts(document.path, is_patient=True),
                context=context_at(engine, document, position, settings.completion),
                examples=examples_for(settings.completion),
            ),
        )
    words = explanation_of(result)
    if options.format == "json":
        told_as = {"explanation": words, **facts_of(result)}
        json.dump(told_as, sys.stdout, indent=2, ensure_ascii=False)
        print()
    else:
        print("\n".join(words))
    return 0
