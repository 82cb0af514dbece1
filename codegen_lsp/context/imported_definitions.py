"""The definitions behind the names that a file imports, those used near the cursor first.

What the project defines is what no model can know; of installed packages it knows the common ones,
so they count for half, and the standard library is left out.
"""

import re
from collections.abc import Iterator

from codegen_lsp.context.chunk import ContextChunk
from codegen_lsp.context.edit_place import EditPlace
from codegen_lsp.context.rendering import definition_text
from codegen_lsp.document.language import language_of_path
from codegen_lsp.project.project import Behind, Project
from codegen_lsp.syntax.imports import Import

_UNUSED = 0.4
"""The score of a name that does not occur in the window: it was imported to be used somewhere."""

_USED = 1.5
_INSTALLED = 0.5

MOST_FOLLOWED = 48
"""Imported names that are followed, the nearest first."""


def imported_definitions(place: EditPlace, project: Project) -> list[ContextChunk]:
    """Return signatures, fields and first lines of docs of what is imported here."""
    path = place.path
    if path is None:
        return []
    near = place.near
    ranked = sorted(_worth_following(place, project), key=lambda each: -near.get(each.bound, 0.0))
    chunks = list[ContextChunk]()
    for imported in ranked[:MOST_FOLLOWED]:
        behind = project.behind(imported, path)
        if behind is not None and behind.outlined.path != path:
            share = 1.0 if project.is_own(behind.outlined.path) else _INSTALLED
            chunks += _chunks(place, project, imported, behind, share)
    return chunks


def _worth_following(place: EditPlace, project: Project) -> list[Import]:
    named = dict.fromkeys(each for each in place.imports if each.bound != "*")
    if place.document.language != "python":
        return list(named)
    return [each for each in named if not project.is_standard(each.module or ".")]


def _chunks(
    place: EditPlace, project: Project, imported: Import, behind: Behind, share: float
) -> Iterator[ContextChunk]:
    path = behind.outlined.path
    shown, language = project.shown(path), language_of_path(path)
    if behind.name is not None:
        score = _score(place.near.get(imported.bound, 0.0)) * share
        text = definition_text(behind.items, language, place.near)
        yield ContextChunk(shown, text, "imported_definitions", score)
        return
    for name, nearness in _attributes(place, imported.bound).items():
        items = behind.outlined.named(name)
        if items:
            text = definition_text(items, language, place.near)
            yield ContextChunk(shown, text, "imported_definitions", _score(nearness) * share)


def _score(nearness: float) -> float:
    return _USED + nearness if nearness else _UNUSED


def _attributes(place: EditPlace, module: str) -> dict[str, float]:
    """Return what is read off a module in the window, and how near to the cursor."""
    window = f"{place.window.prefix}{place.window.suffix}"
    used = re.findall(rf"\b{re.escape(module)}\.([^\W\d]\w*)", window)
    return {name: place.near.get(name, 0.0) for name in used}
