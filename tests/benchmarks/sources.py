"""What each source of context contributes: which of the names that a line needs it tells.

    python -m tests.benchmarks sources --data FILE --limit 100

``FILE`` has items of the cross-file eval (``python -m tests.evals.crossfile_items``): lines that
use what another module of their package defines. A line needs its names that neither the window
around the hole nor Python knows. No model runs. Context is chosen as the product chooses it, with
every source, and without each of them; what is left out makes room for the others.
"""

import argparse
import builtins
import keyword
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from codegen_lsp.config.settings import CompletionSettings
from codegen_lsp.context.chunk import ContextChunk
from codegen_lsp.context.edit_place import EditPlace
from codegen_lsp.context.gather import SOURCES, Source, gather
from codegen_lsp.document.text import Document
from codegen_lsp.features.asking import window_for
from codegen_lsp.model.budget import budget_for
from codegen_lsp.project.project import Project
from tests.benchmarks.figures import progress, say, table
from tests.evals.crossfile import indexed, workspace
from tests.evals.items import load_items
from tests.evals.kind import Fields

SUMMARY = "what each source of context tells of the names that a line needs"

_WORD = re.compile(r"[^\W\d]\w*")
_PYTHON = frozenset((*dir(builtins), *keyword.kwlist, *keyword.softkwlist))


@dataclass(frozen=True, slots=True)
class Told:
    """Of one item: the names its line needs, and what is told of them.

    ``by_source`` are the names in each source's pieces, where all sources are asked; ``without``
    those in all pieces where one is not. ``tokens`` is what each source's pieces cost.
    """

    needed: frozenset[str]
    by_source: dict[str, frozenset[str]]
    without: dict[str, frozenset[str]]
    tokens: dict[str, int]

    @property
    def told(self) -> frozenset[str]:
        """The needed names that any piece has."""
        return frozenset[str]().union(*self.by_source.values())


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    parser.add_argument("--data", type=Path, required=True, help="cross-file items, JSON lines")
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--tokens", type=int, default=0, help="the budget; 0: the product's own")


def run(options: argparse.Namespace) -> None:
    """Choose, count and print."""
    items = load_items(options.data, ("package", "path", "prompt", "suffix", "canonical_solution"))
    found = list(_found(items[: options.limit], options.tokens))
    needing = [each for each in found if each.needed]
    say(f"{len(found)} lines, {len(needing)} of them need a name that is not in their window")
    head = ["source", "pieces in", "tokens", "tells all", "alone", "all, without it"]
    say(table(head, [row(source.__name__, needing) for source in SOURCES]))
    every = sum(each.told >= each.needed for each in needing)
    say(f"told by all together: every name of {every} lines")


def row(source: str, found: list[Told]) -> list[object]:
    """Return how often ``source`` has pieces, what they cost in the mean, and what they tell.

    The last three count the items of which all needed names are told: by this source, by no other
    single one, and by all sources but this.
    """
    tells = [each for each in found if each.by_source[source] >= each.needed]
    alone = [
        each
        for each in tells
        if not any(names >= each.needed for name, names in each.by_source.items() if name != source)
    ]
    without = sum(each.without[source] >= each.needed for each in found)
    used = [each.tokens[source] for each in found if each.tokens[source]]
    mean = sum(used) / len(used) if used else 0.0
    return [source, len(used), mean, len(tells), len(alone), without]


def _found(items: list[Fields], tokens: int) -> Iterator[Told]:
    for number, item in enumerate(items, 1):
        progress(f"item {number} of {len(items)}")
        with workspace(item) as file, indexed(file) as project:
            yield _told(item, file, project, tokens)


def _told(item: Fields, file: Path, project: Project, tokens: int) -> Told:
    settings, budget = CompletionSettings(), budget_for(None, CompletionSettings().target_ms)
    document = Document(item["prompt"] + item["suffix"], "python", file)
    position = document.position(len(item["prompt"]))
    window = window_for(document, position, settings, budget)
    place = EditPlace(document, position, window)
    near = _PYTHON | _names(f"{window.prefix}{window.suffix}")
    needed = _names(item["canonical_solution"]) - near
    room = tokens or budget.context
    chunks = gather(place, project, room)
    without = {
        left_out.__name__: needed & _named(gather(place, project, room, sources=_but(left_out)))
        for left_out in SOURCES
    }
    by_source = {
        source.__name__: [chunk for chunk in chunks if chunk.source == source.__name__]
        for source in SOURCES
    }
    return Told(
        needed,
        {name: needed & _named(pieces) for name, pieces in by_source.items()},
        without,
        {name: sum(chunk.tokens for chunk in pieces) for name, pieces in by_source.items()},
    )


def _but(left_out: Source) -> list[Source]:
    return [source for source in SOURCES if source is not left_out]


def _named(chunks: Sequence[ContextChunk]) -> frozenset[str]:
    return _names("\n".join(chunk.text for chunk in chunks))


def _names(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))
