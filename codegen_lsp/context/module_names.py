"""The names of modules: what may follow ``nodes.``, or ``from nodes import``.

A module has too many definitions for all of them to be told as they are. Their names alone are
cheap, and the model knows what to make of them; those that resemble what stands near the cursor
come first. What is read off the module already is told with its definition, by
``imported_definitions``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from codegen_lsp.context.chunk import ContextChunk
from codegen_lsp.context.edit_place import AT_CURSOR, EditPlace
from codegen_lsp.document.language import comment_marker, language_of_path
from codegen_lsp.project.project import Outlined, Project
from codegen_lsp.syntax.imports import Import

LONGEST_LIST = 350
"""Code points that the names of a module may take, about 100 tokens; more are left out."""

_USED = 1.5
_LINE_LENGTH = 88
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def module_names(place: EditPlace, project: Project) -> list[ContextChunk]:
    """Return the names of modules of this project that are used, or imported from, at the place."""
    path = place.path
    if path is None:
        return []
    chunks = list[ContextChunk]()
    for imported, nearness in _wanted(place):
        behind = project.behind(imported, path)
        if behind is None or behind.name is not None or not project.is_own(behind.outlined.path):
            continue
        file = behind.outlined.path
        names = _chosen(_names(behind.outlined), place.near)
        if not names:
            continue
        text = _listed(imported.bound, names, comment_marker(language_of_path(file)))
        chunks.append(ContextChunk(project.shown(file), text, "module_names", _USED + nearness))
    return chunks


def _wanted(place: EditPlace) -> Iterator[tuple[Import, float]]:
    """Yield what is imported whole and stands in the window, and how near; and what is read now."""
    if place.importing:
        yield Import(place.importing, place.importing, None), AT_CURSOR
    for imported in place.imports:
        nearness = place.near.get(imported.bound, 0.0)
        if nearness:
            yield imported, nearness


def _names(module: Outlined) -> list[str]:
    """Return what a module defines; a package has what it imports by name as well."""
    names = [item.name for item in module.items if not item.owner]
    if module.path.stem == "__init__":
        names += [each.bound for each in module.imports if each.name is not None]
    return [name for name in dict.fromkeys(names) if name.isidentifier()]


def _chosen(names: Sequence[str], near: Mapping[str, float]) -> list[str]:
    """Return as many names as may be listed, those first that resemble what stands near the cursor.

    What the budget has no room for is cut off at the end. In the module's own order, 19 of 35 lines
    of the cross-file eval are exactly right with the 1.5B; in this one 23.
    """
    parts, left = _parts_near(near), LONGEST_LIST
    chosen = list[str]()
    for name in sorted(names, key=lambda name: -_likeness(name, parts)):
        left -= len(name) + len(", ")
        if left < 0:
            break
        chosen.append(name)
    return chosen


def _parts_near(near: Mapping[str, float]) -> dict[str, float]:
    """Return how near each part of a word (``parse``, ``pow``) stands to the cursor."""
    parts: dict[str, float] = {}
    for name, nearness in near.items():
        for part in _parts(name):
            parts[part] = max(parts.get(part, 0.0), nearness)
    return parts


def _likeness(name: str, parts: Mapping[str, float]) -> float:
    """Say how much a name has in common with what stands near; what is private, less."""
    found = _parts(name)
    shared = sum(parts.get(part, 0.0) for part in found) / len(found) if found else 0.0
    return shared - name.startswith("_")


def _parts(name: str) -> list[str]:
    return [part.lower() for part in _PART.findall(name)]


def _listed(module: str, names: Sequence[str], marker: str) -> str:
    """Write the names as comment lines, so that they can be cut at a line's end."""
    lines, line = list[str](), f"{marker} {module}:"
    for name in names:
        if len(line) + len(name) + 2 > _LINE_LENGTH:
            lines.append(line)
            line = marker
        line += f" {name},"
    return "\n".join([*lines, line.rstrip(",")])
