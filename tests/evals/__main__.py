"""Measures quality on a data file, through the product's own pipeline.

    python -m tests.evals KIND --data FILE --output OUT.jsonl [--limit N] [--model NAME] [--raw]
    python -m tests.evals score KIND OUT.jsonl --data FILE

The first answers items, in an order that follows from their ids, writes one JSON line for each to
OUT.jsonl, goes on where a killed run had ended, and prints a summary. The second scores answers
again, and needs no model. ``--raw`` is the bare model: same text around the hole, or one plain
question, greedy, no context, no filters.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from codegen_lsp.config.settings import Settings
from codegen_lsp.engine import Engine
from codegen_lsp.errors import CodegenError
from tests.benchmarks.figures import progress, say
from tests.evals.answering import answer_items
from tests.evals.items import load_items
from tests.evals.kind import Fields, Kind, Parts, Scores
from tests.evals.records import read_records
from tests.evals.summary import summary

KINDS = {
    "fim": "single-line infilling, exact match",
    "infill": "random-span infilling, by execution",
    "crossfile": "lines that use what another module of the package defines",
    "repair": "projects whose tests fail",
    "review": "diffs with and without a known bug",
    "docstring": "docstrings of real functions",
    "explain": "the docstring round trip",
}
"""Each is a module of this package that has a ``KIND``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run or score one evaluation; what cannot be done is one line and an exit code."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except CodegenError as error:
        sys.stderr.write(f"evals: {error}\n")
        return error.exit_code
    return 0


def kind_named(name: str) -> Kind:
    """Return the kind called ``name``, one of :data:`KINDS`."""
    kind: Kind = import_module(f"tests.evals.{name}").KIND
    return kind


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.evals",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name, text in KINDS.items():
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("--data", type=Path, required=True, help="items, one JSON line each")
        verb.add_argument("--output", type=Path, required=True, help="where answers go")
        verb.add_argument("--limit", type=_count, metavar="N", help="only the first N items")
        verb.add_argument("--model", default=Settings().model.name, help="a name or a GGUF file")
        verb.add_argument("--raw", action="store_true", help="the bare model")
        verb.set_defaults(run=_answer)
    verb = verbs.add_parser("score", help="score answers again")
    verb.add_argument("kind", choices=KINDS)
    verb.add_argument("answers", type=Path, metavar="OUT.jsonl")
    verb.add_argument("--data", type=Path, required=True, help="the items that were answered")
    verb.add_argument("--each", type=Path, metavar="FILE", help="write each item's scores here")
    verb.set_defaults(run=_score)
    return parser


def _answer(options: argparse.Namespace) -> None:
    kind = kind_named(options.verb)
    items = load_items(options.data, kind.needs)[: options.limit]
    settings = Settings()
    settings = replace(settings, model=replace(settings.model, name=options.model))
    with closing(Engine(settings)) as engine:
        model = engine.model()
        progress(f"loaded {model.describe().name}")
        records = answer_items(
            items,
            kind,
            Parts(model, settings),
            output=options.output,
            raw=options.raw,
            tell=progress,
        )
    _report(options.verb, items, records)


def _score(options: argparse.Namespace) -> None:
    kind = kind_named(options.kind)
    found = read_records(options.answers)
    items = [item for item in load_items(options.data, kind.needs) if item["id"] in found]
    records = [found[item["id"]] for item in items]
    scores = _report(options.kind, items, records)
    if options.each is not None:
        lines = [
            json.dumps({"id": item["id"], "scores": each})
            for item, each in zip(items, scores, strict=True)
        ]
        options.each.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _report(name: str, items: Sequence[Fields], records: Sequence[Fields]) -> list[Scores]:
    kind = kind_named(name)
    scores = [kind.score(item, record) for item, record in zip(items, records, strict=True)]
    makers = sorted({f"{record['model']}{', raw' * record['raw']}" for record in records})
    say(summary(f"{name}: {'; '.join(makers)}", records, scores, kind))
    return scores


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
