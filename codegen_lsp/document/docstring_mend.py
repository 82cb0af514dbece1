"""Changing single entries of an existing docstring and leaving every other line as it is.

A user's own words, examples and layout are kept: entries are taken out, put in at their place in
the given order, or a section is added or removed. What has to change is decided elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from codegen_lsp.document.docstring import Described, SectionKind
from codegen_lsp.document.docstring_layout import Layout, entry_lines, section_lines
from codegen_lsp.document.docstring_outline import DocstringOutline, Entry, Section

_ORDER = (SectionKind.PARAMETERS, SectionKind.RETURNS, SectionKind.YIELDS, SectionKind.RAISES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to change: names are without stars, ``order`` is that of the signature.

    ``added`` are new entries by section; ``removed_sections`` go as a whole.
    """

    order: tuple[str, ...] = ()
    removed: frozenset[str] = frozenset()
    added: tuple[tuple[SectionKind, tuple[Described, ...]], ...] = ()
    removed_sections: frozenset[SectionKind] = frozenset()


@dataclass(slots=True)
class _Patch:
    """Edits to a list of lines, all in terms of the lines as they were."""

    lines: list[str]
    indent: str
    deleted: set[int] = field(default_factory=set)
    inserted: dict[int, list[str]] = field(default_factory=dict)

    def delete(self, first: int, last: int) -> None:
        self.deleted.update(range(first, last))

    def insert(self, index: int, new: Sequence[str]) -> None:
        ready = [self.indent + line if line else "" for line in new]
        self.inserted.setdefault(index, []).extend(ready)

    def result(self) -> list[str]:
        every: list[str] = []
        for index in range(len(self.lines) + 1):
            every += self.inserted.get(index, [])
            if index < len(self.lines) and index not in self.deleted:
                every.append(self.lines[index])
        return every


def mend(
    lines: Sequence[str], found: DocstringOutline, change: Change, *, layout: Layout, indent: str
) -> list[str]:
    """Return the lines between the quotes after ``change``.

    ``found`` is the outline of ``lines``; ``indent`` is what the docstring's lines begin with. New
    lines are written in ``layout``.
    """
    patch = _Patch(list(lines), indent)
    for section in found.sections:
        if section.kind in change.removed_sections:
            _delete_section(patch, section)
    adds_parameters = any(kind is SectionKind.PARAMETERS for kind, _ in change.added)
    for section in found.of_kind(SectionKind.PARAMETERS):
        _remove_entries(patch, section, change.removed, keeps_heading=adds_parameters)
    for kind, described in change.added:
        if sections := found.of_kind(kind):
            _add_entries(patch, sections[0], described, change.order, layout)
        else:
            _add_section(patch, found, kind, section_lines(kind, described, layout), layout)
    return _closed(list(lines), patch.result(), indent)


def _delete_section(patch: _Patch, section: Section) -> None:
    first, lines = section.first, patch.lines
    if section.last >= len(lines) or not lines[section.last].strip():
        while first > 1 and not lines[first - 1].strip():
            first -= 1
    patch.delete(first, section.last)


def _remove_entries(
    patch: _Patch, section: Section, removed: frozenset[str], *, keeps_heading: bool
) -> None:
    touched = [entry for entry in section.entries if removed.intersection(entry.names)]
    gone = [entry for entry in touched if removed.issuperset(entry.names)]
    if gone and len(gone) == len(section.entries) and not keeps_heading:
        _delete_section(patch, section)
        return
    for entry in touched:
        if entry not in gone:
            patch.lines[entry.first] = _without_names(patch.lines[entry.first], removed)
            continue
        last = entry.last
        while last < section.last and not patch.lines[last].strip():
            last += 1
        patch.delete(entry.first, last)


def _without_names(line: str, removed: frozenset[str]) -> str:
    """Take names out of a NumPy entry that speaks of several (``x, y : float``)."""
    names, colon, rest = line.partition(":")
    kept = [name.strip() for name in names.split(",") if name.strip(" \\*") not in removed]
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}{', '.join(kept)}{' ' if colon else ''}{colon}{rest}"


def _add_entries(
    patch: _Patch,
    section: Section,
    described: tuple[Described, ...],
    order: tuple[str, ...],
    layout: Layout,
) -> None:
    layout = _like_entries(patch, section, layout)
    for item in described:
        new = entry_lines(section.kind, item, layout)
        patch.insert(_index_for(item.label.lstrip("*"), section, order, layout), new)


def _like_entries(patch: _Patch, section: Section, layout: Layout) -> Layout:
    """Take over the indentation of the entries that are there."""
    if layout.style != "google" or not section.entries:
        return layout
    line = patch.lines[section.entries[0].first]
    leading = line[: len(line) - len(line.lstrip())]
    step = leading.removeprefix(patch.indent) if leading.startswith(patch.indent) else ""
    return Layout(
        style=layout.style,
        width=layout.width,
        shows_types=layout.shows_types,
        step=step or layout.step,
    )


def _index_for(name: str, section: Section, order: tuple[str, ...], layout: Layout) -> int:
    """Return the line before which ``name`` goes: after its nearest documented predecessor."""
    if name not in order:
        return section.last
    before = order[: order.index(name)]
    placed = [entry for entry in section.entries if before and _last_of(entry, before) >= 0]
    if placed:
        nearest = max(placed, key=lambda entry: (_last_of(entry, before), entry.first))
        return nearest.last
    headings = {"google": 1, "numpy": 2, "sphinx": 0}
    return section.first + headings[layout.style]


def _last_of(entry: Entry, before: tuple[str, ...]) -> int:
    return max((before.index(name) for name in entry.names if name in before), default=-1)


def _add_section(
    patch: _Patch,
    found: DocstringOutline,
    kind: SectionKind,
    new: list[str],
    layout: Layout,
) -> None:
    gap = [] if layout.style == "sphinx" else [""]
    place = _ORDER.index(kind)
    earlier = [s for s in found.sections if s.kind in _ORDER[:place]]
    later = [s for s in found.sections if s.kind in _ORDER[place:]]
    if earlier:
        patch.insert(earlier[-1].last, [*gap, *new])
    elif later:
        patch.insert(later[0].first, [*new, *gap])
    else:
        patch.insert(_end_of_text(patch.lines), ["", *new])


def _end_of_text(lines: list[str]) -> int:
    last = len(lines)
    while last > 1 and not lines[last - 1].strip():
        last -= 1
    return last


def _closed(before: list[str], after: list[str], indent: str) -> list[str]:
    """End as the lines did before, or with closing quotes on a line of their own if that is new."""
    kept = after[: _end_of_text(after)]
    if len(kept) == 1:
        return [kept[0].rstrip()]
    text, end = before[: _end_of_text(before)], before[_end_of_text(before) :]
    return [*kept, *end] if kept[-1] == text[-1] else [*kept, indent]
