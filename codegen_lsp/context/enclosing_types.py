"""The types that the headers around the cursor speak of: parameters, results, base classes.

Walks from the innermost definition outwards; whoever writes in ``def pay(order: Order)`` uses what
an ``Order`` has.
"""

from collections.abc import Iterator
from pathlib import Path

from codegen_lsp.context.chunk import ContextChunk
from codegen_lsp.context.edit_place import EditPlace, words_in
from codegen_lsp.context.rendering import definition_text
from codegen_lsp.document.language import language_of_path
from codegen_lsp.project.project import Outlined, Project
from codegen_lsp.syntax.outline import ItemKind, OutlineItem

_INNERMOST = 2.5
_OUTWARDS = 0.8
"""Each definition further out counts so much less."""


def enclosing_types(place: EditPlace, project: Project) -> list[ContextChunk]:
    """Return the outlines of classes that the headers around the place name."""
    chunks, seen, score = list[ContextChunk](), set[str](), _INNERMOST
    for definition in reversed(place.enclosing):
        for name in dict.fromkeys(words_in(definition.header)):
            if name in seen or name == definition.name or not name[:1].isupper():
                continue
            seen.add(name)
            for path, items in _classes(place, project, name):
                text = definition_text(items, language_of_path(path), place.near)
                chunks.append(ContextChunk(project.shown(path), text, "enclosing_types", score))
        score *= _OUTWARDS
    return chunks


def _classes(
    place: EditPlace, project: Project, name: str
) -> Iterator[tuple[Path, tuple[OutlineItem, ...]]]:
    """Yield the class ``name``: that of this file if the window does not show it, or another."""
    path = place.path
    if path is None:
        return
    own = Outlined(path, place.items).named(name)
    if own:
        if own[0].kind is ItemKind.CLASS and not place.shows(own[0]):
            yield path, own
        return
    imported = next((each for each in place.imports if each.bound == name), None)
    if imported is not None:
        behind = project.behind(imported, path)
        if behind is not None and behind.name is not None:
            yield behind.outlined.path, behind.items
        return
    found = [each for each in project.index.definitions(name) if each.item.kind is ItemKind.CLASS]
    paths = {each.path for each in found if language_of_path(Path(each.path)) is not None}
    if len(paths) == 1 and place.document.language != "python":  # else it would be imported
        outlined = project.outlined(project.root / paths.pop())
        if outlined is not None and (items := outlined.named(name)):
            yield outlined.path, items
