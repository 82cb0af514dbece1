"""``codegen replay``: carry out recorded completion requests again; the same bytes must come."""

import argparse
import difflib
import json
import re
import sys
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codegen_lsp.cli.options import add_verb, settings_from
from codegen_lsp.errors import UsageError

if TYPE_CHECKING:
    from codegen_lsp.config.settings import Settings
    from codegen_lsp.features.recording import Recording
    from codegen_lsp.features.replay import Replay
    from codegen_lsp.model.backend import Model

_PLACE = re.compile(r"(?P<file>.+):(?P<number>\d+)")


def add_parser(verbs: Any) -> None:
    """Add this verb."""
    summary = "carry out recorded requests again (see `codegen serve --record`)"
    parser = add_verb(verbs, "replay", run=run, summary=summary)
    parser.add_argument(
        "recordings", metavar="FILE[:N]", help="the file, and which of its lines; all, if left out"
    )
    parser.add_argument(
        "--recorded-answers", action="store_true", help="use what the model said then, no model"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    """Print a line for each request; exit 0 when all came out the same, else 1."""
    from codegen_lsp.features.replay import replay

    chosen = _chosen(options.recordings)
    settings = settings_from(options)
    all_same = True
    with ExitStack() as stack:
        model = None if options.recorded_answers else _model(settings, chosen, stack)
        for number, recording in chosen:
            done = replay(recording, model)
            all_same = all_same and done.is_same
            told = _as_json(number, done) if options.format == "json" else _told(number, done)
            print(told, flush=True)
    return 0 if all_same else 1


def _chosen(text: str) -> "list[tuple[int, Recording]]":
    from codegen_lsp.features.recording import read_recordings

    match = None if Path(text).exists() else _PLACE.fullmatch(text)
    if match is None:
        chosen = list(enumerate(read_recordings(Path(text)), 1))
        if not chosen:
            raise UsageError(f"there is no recording in {text}")
        return chosen
    number = int(match["number"])
    recordings = read_recordings(Path(match["file"]))
    found = next(islice(recordings, max(number - 1, 0), None), None) if number else None
    if found is None:
        raise UsageError(f"there is no recording {number} in {match['file']}")
    return [(number, found)]


def _model(
    settings: "Settings", chosen: "list[tuple[int, Recording]]", stack: ExitStack
) -> "Model":
    """Start the model of ``settings``, and say where it is not what was recorded with."""
    from codegen_lsp.cli.first_use import ensure_model
    from codegen_lsp.engine import Engine
    from codegen_lsp.features.recording import versions

    ensure_model(settings)
    name, here = Path(settings.model.name).name, dict(versions())
    for other in sorted({str(recording.model["name"]) for _, recording in chosen} - {name}):
        print(f"codegen: recorded with {other}, carried out with {name}", file=sys.stderr)
    recorded = {item for _, recording in chosen for item in recording.versions.items()}
    for what, then in sorted(recorded):
        if here.get(what) != then:
            print(f"codegen: recorded with {what} {then}, here {here.get(what)}", file=sys.stderr)
    return stack.enter_context(closing(Engine(settings))).model()


def _told(number: int, done: "Replay") -> str:
    recording = done.recording
    path = recording.document.path.name if recording.document.path is not None else "untitled"
    place = f"{path}:{recording.position.line + 1}:{recording.position.column + 1}"
    head = f"{number:>4}  {'same' if done.is_same else 'differs':8} {place}"
    if done.is_same:
        return head
    then = _lines(recording.text, recording.dropped)
    now = _lines(done.completion.text, done.completion.dropped)
    return "\n".join([head, *difflib.unified_diff(then, now, "recorded", "now", lineterm="")])


def _lines(text: str, dropped: str | None) -> list[str]:
    return [f"(nothing: {dropped})"] if dropped is not None else text.split("\n")


def _as_json(number: int, done: "Replay") -> str:
    from codegen_lsp.features.why import explanation_of

    return json.dumps(
        {
            "number": number,
            "same": done.is_same,
            "recorded": {"text": done.recording.text, "dropped": done.recording.dropped},
            "now": {"text": done.completion.text, "dropped": done.completion.dropped},
            "explanation": explanation_of(done.completion),
        }
    )
