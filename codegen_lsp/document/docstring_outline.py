"""Finding the sections of an existing docstring, in whichever style it is written.

Reads what the common tools read: Google and NumPy headings as napoleon and numpydoc have them, and
Sphinx fields. Only what is certain counts: a line that looks like no entry claims nothing. Whether
the names are the right ones is not known here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from codegen_lsp.document.docstring import SectionKind, Style

_HEADINGS = {
    **dict.fromkeys(
        (
            "args",
            "arguments",
            "parameters",
            "params",
            "other parameters",
            "keyword args",
            "keyword arguments",
        ),
        SectionKind.PARAMETERS,
    ),
    **dict.fromkeys(("returns", "return"), SectionKind.RETURNS),
    **dict.fromkeys(("yields", "yield"), SectionKind.YIELDS),
    **dict.fromkeys(("raises", "raise", "exceptions"), SectionKind.RAISES),
}
_FIELDS = {
    **dict.fromkeys(
        ("param", "parameter", "arg", "argument", "key", "keyword", "kwarg", "type"),
        SectionKind.PARAMETERS,
    ),
    **dict.fromkeys(("return", "returns", "rtype"), SectionKind.RETURNS),
    **dict.fromkeys(("yield", "yields", "ytype"), SectionKind.YIELDS),
    **dict.fromkeys(("raise", "raises", "except", "exception"), SectionKind.RAISES),
}
_NAME = r"(?:\\?\*){0,2}[^\W\d][\w.]*"
_GOOGLE_HEADING = re.compile(r"([A-Z][A-Za-z ]*)\s*:$")
_GOOGLE_ENTRY = re.compile(
    rf"(?:[-*•]\s+)?`{{0,2}}({_NAME})`{{0,2}}\s*(\(.*\))?\s*(?::(?!:)|\s--?\s|\s–\s)"  # noqa: RUF001 - the dash people type
)
_NUMPY_UNDERLINE = re.compile(r"[-=]{3,}$")
_NUMPY_ENTRY = re.compile(rf"({_NAME}(?:\s*,\s*{_NAME})*)\s*(:.*)?$")
_SPHINX_FIELD = re.compile(r":([a-z]+)((?:\s+[^:]+)?):(?:\s+(.*))?$")
_NO_CLAIM = re.compile(r"(?:none|nothing)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands about some names: lines ``first`` to ``last`` (exclusive).

    ``names`` are without stars and quotes; ``shows_type`` says that a type is written with them.
    """

    names: tuple[str, ...]
    first: int
    last: int
    shows_type: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Lines ``first`` to ``last`` (exclusive): the heading is included, the last is not blank."""

    kind: SectionKind
    first: int
    last: int
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class DocstringOutline:
    """The sections of a docstring; line numbers are into the lines it was read from.

    ``style`` is None when it has no section that is known. ``summary`` is the first paragraph.
    """

    summary: str
    style: Style | None
    sections: tuple[Section, ...]

    def of_kind(self, kind: SectionKind) -> list[Section]:
        """Return the sections of ``kind``, in order."""
        return [section for section in self.sections if section.kind is kind]

    def names(self, kind: SectionKind) -> list[str]:
        """Return the names that sections of ``kind`` speak of, each once, in order."""
        entries = [entry for section in self.of_kind(kind) for entry in section.entries]
        return list(dict.fromkeys(name for entry in entries for name in entry.names))


def outline(lines: Sequence[str]) -> DocstringOutline:
    """Read the lines between a docstring's quotes, with the indentation they have in the file."""
    view = _dedented(lines)
    readings: list[tuple[Style, list[Section]]] = [
        ("numpy", list(_numpy(view))),
        ("google", list(_google(view))),
        ("sphinx", list(_sphinx(view))),
    ]
    style, sections = next((reading for reading in readings if _claims(reading[1])), (None, None))
    if sections is None:
        sections = next((found for _, found in readings if found), [])
    start = min((section.first for section in sections), default=len(view))
    return DocstringOutline(_summary(view[:start]), style, tuple(sections))


def _claims(sections: Sequence[Section]) -> bool:
    return any(section.kind is not SectionKind.OTHER for section in sections)


def _dedented(lines: Sequence[str]) -> list[str]:
    """Take off the common indentation as ``inspect.cleandoc`` does, keeping the number of lines."""
    expanded = [line.expandtabs().rstrip() for line in lines]
    margin = min((_depth(line) for line in expanded[1:] if line), default=0)
    return [line.lstrip() if i == 0 else line[margin:] for i, line in enumerate(expanded)]


def _summary(view: Sequence[str]) -> str:
    text = "\n".join(view).strip()
    return " ".join(re.split(r"\n\s*\n", text, maxsplit=1)[0].split())


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _blocks(view: Sequence[str], starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield each start with the end of what belongs to it: the next start, less blank lines."""
    for start, following in pairwise([*starts, len(view)]):
        yield start, _without_blank_end(view, start, following)


def _without_blank_end(view: Sequence[str], first: int, last: int) -> int:
    while last > first + 1 and not view[last - 1]:
        last -= 1
    return last


def _claim(kind: SectionKind, text: str) -> SectionKind:
    """Return ``kind``, or OTHER for a section about a value that says there is none."""
    about_value = kind in {SectionKind.RETURNS, SectionKind.YIELDS}
    return SectionKind.OTHER if about_value and _NO_CLAIM.match(text.strip()) else kind


def _bare(name: str) -> str:
    return name.lstrip("\\*")


def _numpy(view: Sequence[str]) -> Iterator[Section]:
    starts = [
        i
        for i in range(len(view) - 1)
        if view[i] and not view[i].startswith(" ") and _NUMPY_UNDERLINE.match(view[i + 1])
    ]
    for first, last in _blocks(view, starts):
        kind = _HEADINGS.get(view[first].rstrip(":").lower(), SectionKind.OTHER)
        kind = _claim(kind, " ".join(view[first + 2 : last]))
        yield Section(kind, first, last, tuple(_numpy_entries(view, kind, first + 2, last)))


def _numpy_entries(
    view: Sequence[str], kind: SectionKind, first: int, last: int
) -> Iterator[Entry]:
    if kind not in {SectionKind.PARAMETERS, SectionKind.RAISES}:
        return
    starts = [i for i in range(first, last) if view[i] and not view[i].startswith(" ")]
    for start, end in _blocks(view[:last], starts):
        if match := _NUMPY_ENTRY.match(view[start]):
            names = tuple(_bare(name.strip()) for name in match[1].split(","))
            yield Entry(names, start, end, shows_type=match[2] is not None)


def _google(view: Sequence[str]) -> Iterator[Section]:
    first = 0
    while first < len(view):
        match = _GOOGLE_HEADING.match(view[first])
        last = first + 1
        while last < len(view) and (not view[last] or view[last].startswith(" ")):
            last += 1
        if match and (first + 1 < last):
            last_line = _without_blank_end(view, first, last)
            kind = _HEADINGS.get(match[1].strip().lower(), SectionKind.OTHER)
            kind = _claim(kind, " ".join(view[first + 1 : last_line]))
            entries = tuple(_google_entries(view, kind, first + 1, last_line))
            yield Section(kind, first, last_line, entries)
            first = last
        else:
            first += 1


def _google_entries(
    view: Sequence[str], kind: SectionKind, first: int, last: int
) -> Iterator[Entry]:
    if kind not in {SectionKind.PARAMETERS, SectionKind.RAISES}:
        return
    depth = min((_depth(view[i]) for i in range(first, last) if view[i]), default=0)
    starts = [i for i in range(first, last) if view[i] and _depth(view[i]) == depth]
    for start, end in _blocks(view[:last], starts):
        match = _GOOGLE_ENTRY.match(view[start].strip())
        heading = _GOOGLE_HEADING.match(view[start].strip()) and kind is SectionKind.PARAMETERS
        if match and not heading:
            yield Entry((_bare(match[1]),), start, end, shows_type=match[2] is not None)


def _sphinx(view: Sequence[str]) -> Iterator[Section]:
    """Each run of fields of one kind is a section."""
    run: list[Entry] = []
    running: SectionKind | None = None
    for kind, entry in _sphinx_fields(view):
        if kind is not running and running is not None:
            yield Section(running, run[0].first, run[-1].last, tuple(run))
            run = []
        running = kind
        run.append(entry)
    if running is not None:
        yield Section(running, run[0].first, run[-1].last, tuple(run))


def _sphinx_fields(view: Sequence[str]) -> Iterator[tuple[SectionKind, Entry]]:
    for first, line in enumerate(view):
        match = _SPHINX_FIELD.match(line)
        if match is None:
            continue
        last = first + 1
        while last < len(view) and view[last] and not view[last].startswith(":"):
            last += 1
        kind = _claim(_FIELDS.get(match[1], SectionKind.OTHER), match[3] or "")
        words = match[2].replace("`", " ").split()
        named = kind in {SectionKind.PARAMETERS, SectionKind.RAISES} and words
        names = (_bare(words[-1]),) if named else ()
        typed = match[1] in {"type", "rtype"} or len(words) > 1
        yield kind, Entry(names, first, last, shows_type=typed)
