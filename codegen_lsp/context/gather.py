"""What the model is told beside the window: the best of all sources, in an order that stays.

The engine keeps what it has read as long as prompts begin alike. So what was told stays where it
is, and new pieces come behind it; only when the budget forces it are pieces taken out, those at the
end first. Sources are asked when the place is another one, not at each key.
"""

from collections.abc import Callable, Sequence

from codegen_lsp.context.chunk import ContextChunk
from codegen_lsp.context.edit_place import EditPlace
from codegen_lsp.context.enclosing_types import enclosing_types
from codegen_lsp.context.imported_definitions import imported_definitions
from codegen_lsp.context.module_names import module_names
from codegen_lsp.context.open_documents import open_documents
from codegen_lsp.context.related_tests import related_tests
from codegen_lsp.context.siblings import siblings
from codegen_lsp.context.similar_code import similar_code
from codegen_lsp.project.project import Project

Source = Callable[[EditPlace, Project], list[ContextChunk]]

SOURCES: tuple[Source, ...] = (
    imported_definitions,
    module_names,
    enclosing_types,
    siblings,
    open_documents,
    similar_code,
    related_tests,
)
"""Every source, those that change least while somebody works on a file first."""

LARGEST_SHARE = 0.45
"""No piece takes more of the budget than this; longer ones are cut at a line's end."""

LEAST_LINES = 3
"""What is cut to less than that is left out."""

LEAST_SCORE = 0.3


def candidates(
    place: EditPlace, project: Project, *, sources: Sequence[Source] = SOURCES
) -> list[ContextChunk]:
    """Return what the sources find, the best first, each text once and none that the window has."""
    found = [chunk for source in sources for chunk in source(place, project)]
    window = f"{place.window.prefix}{place.window.suffix}"
    best: dict[tuple[str, str], ContextChunk] = {}
    for chunk in found:
        if chunk.score < LEAST_SCORE or not chunk.text.strip() or chunk.text in window:
            continue
        if chunk.key not in best or best[chunk.key].score < chunk.score:
            best[chunk.key] = chunk
    return sorted(best.values(), key=lambda chunk: -chunk.score)


def fitted(ranked: Sequence[ContextChunk], budget: int) -> list[ContextChunk]:
    """Return the best that fit into ``budget`` tokens, in the order in which they are told.

    That order is by source and path: what all of a file shares stands before what one place needs,
    and pieces of one file stand together.
    """
    kept, left = list[ContextChunk](), budget
    for chunk in ranked:
        cut = _cut(chunk, min(left, int(budget * LARGEST_SHARE)))
        if cut is not None and not _is_told(cut, kept):
            kept.append(cut)
            left -= cut.tokens
    order = [source.__name__ for source in SOURCES]
    return sorted(kept, key=lambda chunk: (order.index(chunk.source), chunk.path))


def merged(
    told: Sequence[ContextChunk], wanted: Sequence[ContextChunk], budget: int
) -> tuple[ContextChunk, ...]:
    """Return ``told`` with what is ``wanted`` and missing behind it, within ``budget`` tokens.

    ``wanted`` must fit by itself. What is not wanted any more stays as long as there is room.
    """
    texts = {chunk.key for chunk in told}
    missing = [chunk for chunk in wanted if chunk.key not in texts]
    if not missing:
        return tuple(told)
    needed = {chunk.key for chunk in wanted}
    kept = list(told)
    over = sum(chunk.tokens for chunk in (*kept, *missing)) - budget
    for chunk in reversed(told):
        if over <= 0:
            break
        if chunk.key not in needed:
            kept.remove(chunk)
            over -= chunk.tokens
    return (*kept, *missing)


def gather(
    place: EditPlace,
    project: Project,
    budget: int,
    *,
    told: Sequence[ContextChunk] = (),
    sources: Sequence[Source] = SOURCES,
) -> tuple[ContextChunk, ...]:
    """Return what to tell at a place, within ``budget`` tokens, after what was ``told`` before."""
    if budget <= 0:
        return ()
    wanted = fitted(candidates(place, project, sources=sources), budget)
    return merged(told, wanted, budget)


def _cut(chunk: ContextChunk, budget: int) -> ContextChunk | None:
    """Return a piece that costs no more than ``budget``; None when that would say too little."""
    lines = chunk.text.split("\n")
    least = min(len(lines), LEAST_LINES)
    while len(lines) >= least:
        cut = ContextChunk(chunk.path, "\n".join(lines), chunk.source, chunk.score)
        if cut.tokens <= budget:
            return cut
        lines.pop()
    return None


def _is_told(chunk: ContextChunk, kept: Sequence[ContextChunk]) -> bool:
    """Say whether another piece of the same file already has this text."""
    return any(chunk.path == other.path and chunk.text in other.text for other in kept)
