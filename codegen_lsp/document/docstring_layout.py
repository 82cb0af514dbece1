"""Writing docstring sections in the Google, NumPy and Sphinx styles.

The formats are those of the Google Python Style Guide (3.8), the numpydoc guide and the Sphinx
Python domain. Lines come without the indentation of the docstring itself and without line ends;
reading them back with :mod:`codegen_lsp.document.docstring_outline` gives the same names.
"""

import textwrap
from dataclasses import dataclass

from codegen_lsp.document.docstring import Described, DocstringContent, SectionKind, Style

_GOOGLE_HEADINGS = {
    SectionKind.PARAMETERS: "Args:",
    SectionKind.RETURNS: "Returns:",
    SectionKind.YIELDS: "Yields:",
    SectionKind.RAISES: "Raises:",
}
_NUMPY_HEADINGS = {
    SectionKind.PARAMETERS: "Parameters",
    SectionKind.RETURNS: "Returns",
    SectionKind.YIELDS: "Yields",
    SectionKind.RAISES: "Raises",
}
_SPHINX_FIELDS = {
    SectionKind.PARAMETERS: "param",
    SectionKind.RETURNS: "returns",
    SectionKind.YIELDS: "yields",
    SectionKind.RAISES: "raises",
}
_MIN_WIDTH = 40
_UNBREAKABLE = "\0"  # never part of a text: Python source cannot hold it


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How sections are written.

    ``width`` is the most characters a line may have after the docstring's own indentation.
    ``shows_types`` says whether types that are known are repeated in the docstring. ``step`` is one
    level of indentation.
    """

    style: Style
    width: int = 80
    shows_types: bool = False
    step: str = "    "


def docstring_lines(content: DocstringContent, layout: Layout) -> list[str]:
    """Return the lines of a whole docstring: the summary, then its sections."""
    lines = [content.summary]
    previous: SectionKind | None = None
    for kind, described in content.sections():
        if previous is None or layout.style != "sphinx":
            lines.append("")
        lines += section_lines(kind, described, layout)
        previous = kind
    return lines


def section_lines(kind: SectionKind, described: tuple[Described, ...], layout: Layout) -> list[str]:
    """Return one section with its heading, if the style has headings."""
    lines: list[str] = []
    if layout.style == "google":
        lines.append(_GOOGLE_HEADINGS[kind])
    elif layout.style == "numpy":
        lines += [_NUMPY_HEADINGS[kind], "-" * len(_NUMPY_HEADINGS[kind])]
    for item in described:
        lines += entry_lines(kind, item, layout)
    return lines


def entry_lines(kind: SectionKind, item: Described, layout: Layout) -> list[str]:
    """Return the lines of one entry, as they stand below the section's heading."""
    if layout.style == "google":
        return _google_entry(item, layout)
    if layout.style == "numpy":
        return _numpy_entry(item, layout)
    return _sphinx_entry(kind, item, layout)


def _google_entry(item: Described, layout: Layout) -> list[str]:
    shown = item.type if layout.shows_types else None
    if item.label:
        head = f"{item.label} ({shown}):" if shown else f"{item.label}:"
    else:
        head = f"{shown}:" if shown else ""
    deeper = layout.step * 2 if item.label else layout.step
    return _wrap(item.text, layout, head=head, first=layout.step, rest=deeper)


def _numpy_entry(item: Described, layout: Layout) -> list[str]:
    if not item.label and not item.type:
        return _wrap(item.text, layout, first="", rest="")
    if item.label and item.type and layout.shows_types:
        head = f"{item.label} : {item.type}"
    else:
        head = item.label or item.type or ""
    return [head, *_wrap(item.text, layout, first=layout.step, rest=layout.step)]


def _sphinx_entry(kind: SectionKind, item: Described, layout: Layout) -> list[str]:
    name = item.label.lstrip("*")
    field = f"{_SPHINX_FIELDS[kind]} {name}" if name else _SPHINX_FIELDS[kind]
    lines = _wrap(item.text, layout, head=f":{field}:", first="", rest=layout.step)
    if item.type and layout.shows_types and kind is SectionKind.PARAMETERS:
        lines.append(f":type {name}: {item.type}")
    elif item.type and layout.shows_types and kind is SectionKind.RETURNS:
        lines.append(f":rtype: {item.type}")
    return lines


def _wrap(text: str, layout: Layout, *, first: str, rest: str, head: str = "") -> list[str]:
    """Break ``head`` and ``text`` into lines; there is no break within the head."""
    lines = textwrap.wrap(
        f"{head.replace(' ', _UNBREAKABLE)} {text}" if head else text,
        width=max(layout.width, _MIN_WIDTH),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
        expand_tabs=False,
    )
    return [line.replace(_UNBREAKABLE, " ") for line in lines]
