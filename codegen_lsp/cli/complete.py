"""``codegen complete FILE:LINE:COLUMN``: one completion; ``--explain`` says how it came about."""

import argparse
import json
import re
import sys
from typing import TYPE_CHECKING, Any

from codegen_lsp.cli.options import add_verb, settings_from
from codegen_lsp.errors import UsageError

if TYPE_CHECKING:
    from codegen_lsp.document.text import Position
    from codegen_lsp.features.completion import Completion

_PLACE = re.compile(r"(?P<file>.+):(?P<line>\d+):(?P<column>\d+)")


def add_parser(verbs: Any) -> None:
    """Add this verb."""
    parser = add_verb(verbs, "complete", run=run, summary="complete the code at a place in a file")
    parser.add_argument(
        "place", metavar="FILE:LINE:COLUMN", help="the place, counted from 1 as editors show it"
    )
    parser.add_argument("--explain", action="store_true", help="show context, filters and timings")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--max-tokens", type=int, metavar="N", help="the most tokens to suggest")


def run(options: argparse.Namespace) -> int:
    """Print the completion; exit 0 even when there is nothing to offer."""
    path, position = place_of(options.place)
    import dataclasses
    from contextlib import closing
    from pathlib import Path

    from codegen_lsp.document.read import read_document

    document = read_document(Path(path))
    document.index(position)

    from agent.examples import examples_for
    from codegen_lsp.cli.first_use import ensure_model
    from codegen_lsp.cli.project_context import context_at
    from codegen_lsp.engine import Engine
    from codegen_lsp.features.completion import Knowledge, complete

    settings = settings_from(options)
    ensure_model(settings)
    limits = settings.completion
    if options.max_tokens is not None:
        limits = dataclasses.replace(limits, max_tokens=options.max_tokens)
    with closing(Engine(settings)) as engine:
        result = complete(
            document,
            position,
            drafts=engine.drafts(),
            settings=limits,
            knowledge=Knowledge(
                project=engine.facts(document.path, is_patient=True),
                context=context_at(engine, document, position, limits),
                examples=examples_for(limits),
            ),
        )
    if options.format == "json":
        print(json.dumps(_as_json(result, explain=options.explain), indent=2, ensure_ascii=False))
    else:
        _print_text(result, explain=options.explain)
    return 0


def place_of(text: str) -> "tuple[str, Position]":
    """Return the file and the position of ``FILE:LINE:COLUMN``; raises ``UsageError``."""
    match = _PLACE.fullmatch(text)
    if match is None:
        raise UsageError(f"{text!r} is no place", advice="write it as FILE:LINE:COLUMN, from 1")
    line, column = int(match["line"]), int(match["column"])
    if line < 1 or column < 1:
        raise UsageError(f"{text!r} is no place", advice="lines and columns count from 1")

    from codegen_lsp.document.text import Position

    return match["file"], Position(line - 1, column - 1)


def _print_text(result: "Completion", *, explain: bool) -> None:
    if result.dropped is None:
        sys.stdout.write(result.text + "\n")
    else:
        print(f"codegen: nothing is shown because {result.dropped}", file=sys.stderr)
    if explain:
        print(_explained(result), file=sys.stderr)


def _explained(result: "Completion") -> str:
    lines = []
    if result.window is not None:
        window = result.window
        lines.append(
            f"context   lines {window.first_line + 1}-{window.last_line + 1}: "
            f"{len(window.prefix)} characters before the cursor, {len(window.suffix)} after"
        )
    if result.context is not None:
        lines += [
            f"told      {chunk.path}: {chunk.source}, about {chunk.tokens} tokens"
            for chunk in result.context.chunks
        ]
    lines.append(f"draft     {result.draft!r}")
    for verdict in result.verdicts:
        if verdict.after is None:
            outcome = f"dropped: {verdict.reason}"
        elif verdict.after == verdict.before:
            outcome = "ended the draft" if verdict.filter.startswith("stop_") else "passed"
        else:
            outcome = f"changed to {verdict.after!r}"
        lines.append(f"filter    {verdict.filter:<22}{outcome}")
    lines += [f"candidate {each.draft!r}" for each in result.candidates]
    if result.tried:
        held = "an unknown number" if result.held is None else result.held
        lines.append(f"examples  {held} of {result.examples} in the docstring hold")
    if result.finished is not None:
        done = result.finished
        lines.append(
            f"tokens    {done.tokens_read} read, {done.tokens_reused} from the cache, "
            f"{done.tokens_written} written ({done.reason})"
        )
    lines.append(
        f"time      {result.first_ms:.0f} ms to the first token, {result.total_ms:.0f} in all"
    )
    return "\n".join(lines)


def _as_json(result: "Completion", *, explain: bool) -> dict[str, Any]:
    import dataclasses

    short = {"text": result.text, "dropped": result.dropped}
    return dataclasses.asdict(result) if explain else short
