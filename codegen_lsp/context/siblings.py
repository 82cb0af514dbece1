"""What this very file defines beyond the window: the rest of the class, and what is used here."""

from codegen_lsp.context.chunk import ContextChunk
from codegen_lsp.context.edit_place import EditPlace
from codegen_lsp.context.rendering import definition_text
from codegen_lsp.project.project import Outlined, Project
from codegen_lsp.syntax.outline import ItemKind, OutlineItem

_CLASS = 2.2
_USED = 1.2


def siblings(place: EditPlace, project: Project) -> list[ContextChunk]:
    """Return the outline of the class around the place, and of what the window uses and lacks."""
    path = place.path
    if path is None:
        return []
    shown, language = project.shown(path), place.document.language
    around = next((each for each in place.enclosing if each.kind is ItemKind.CLASS), None)
    chunks = []
    if around is not None:
        beyond = _beyond(place, around)
        if beyond:
            text = definition_text([around, *beyond], language, place.near)
            chunks.append(ContextChunk(shown, text, "siblings", _CLASS))
    for item in place.items:
        nearness = place.near.get(item.name, 0.0)
        if item.owner or not nearness or place.shows(item) or item is around:
            continue
        items = Outlined(path, place.items).named(item.name)
        text = definition_text(items, language, place.near)
        chunks.append(ContextChunk(shown, text, "siblings", _USED + nearness))
    return chunks


def _beyond(place: EditPlace, around: OutlineItem) -> list[OutlineItem]:
    inner = f"{around.qualified_name}."
    return [
        item
        for item in place.items
        if item.qualified_name.startswith(inner) and not place.shows(item)
    ]
