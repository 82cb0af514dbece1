"""Outlines as source text: what a definition promises, without what it does.

Written as the language itself would, so that the model reads it as code of the project: a stub in
Python, headers with comments elsewhere.
"""

import re
from collections.abc import Mapping, Sequence

from codegen_lsp.syntax.outline import ItemKind, OutlineItem

MOST_MEMBERS = 14
"""Members of a class that are told."""

_CONSTRUCTORS = frozenset({"__init__", "constructor", "new", "__new__", "__call__"})

_DECORATED = re.compile(r"(?<=\S) (?=(?:async def|def|class) )")


def definition_text(
    items: Sequence[OutlineItem], language: str | None, wanted: Mapping[str, float] | None = None
) -> str:
    """Return the text for a definition, ``items[0]``, and those of its members worth telling.

    ``wanted`` says of names how much they are wanted; members with these names go first into what
    is told, and what is told stays in the order of the source.
    """
    first, members = items[0], items[1:]
    if first.kind is not ItemKind.CLASS:
        return _told(first, language, indent="")
    told = _chosen(members, first, wanted or {})
    if language == "python":
        header = _header(first, "")
        lines = [header, *_docstring(first, "    ")]
        lines += [_told(item, language, indent="    ") for item in told]
        return "\n".join(lines if len(lines) > 1 else [f"{header} ..."])
    comment = [f"// {first.summary}"] if first.summary else []
    inner = [_told(item, language, indent="    ") for item in told]
    return "\n".join([*comment, f"{first.header} {{", *inner, "}"])


def _chosen(
    members: Sequence[OutlineItem], owner: OutlineItem, wanted: Mapping[str, float]
) -> list[OutlineItem]:
    direct, seen = list[OutlineItem](), set[str]()
    for item in members:
        if item.owner == owner.qualified_name and item.name not in seen:
            seen.add(item.name)
            direct.append(item)
    ranked = sorted(direct, key=lambda item: _rank(item, wanted))[:MOST_MEMBERS]
    return [item for item in direct if item in ranked and _rank(item, wanted)[0] < _UNWANTED]


_UNWANTED = 3


def _rank(item: OutlineItem, wanted: Mapping[str, float]) -> tuple[int, float, int]:
    """Order members: the constructor, what is named near the cursor, what is public."""
    nearness = wanted.get(item.name, 0.0)
    if item.name in _CONSTRUCTORS:
        group = 0
    elif nearness:
        group = 1
    elif item.name.startswith("__"):
        group = _UNWANTED
    else:
        group = 2
    return group, -nearness, item.first_line + 10_000 * item.name.startswith("_")


def _told(item: OutlineItem, language: str | None, *, indent: str) -> str:
    if language != "python":
        comment = f"  // {item.summary}" if item.summary else ""
        return f"{indent}{item.header};{comment}"
    if item.kind is ItemKind.FIELD:
        return f"{indent}{item.header.removeprefix('self.')}"
    header = _header(item, indent)
    if item.kind is ItemKind.CLASS or indent or not item.summary:
        return f"{header} ..."
    return "\n".join([header, *_docstring(item, f"{indent}    ")])


def _header(item: OutlineItem, indent: str) -> str:
    """Return a Python header with its decorators on lines of their own."""
    header = item.header
    if header.startswith("@"):
        header = _DECORATED.sub(f"\n{indent}", header, count=1)
    return f"{indent}{header}"


def _docstring(item: OutlineItem, indent: str) -> list[str]:
    return [f'{indent}"""{item.summary}"""'] if item.summary else []
