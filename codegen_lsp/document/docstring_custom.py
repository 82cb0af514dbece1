"""How a file writes its docstrings already: in which style, and whether types are repeated."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from codegen_lsp.document.docstring import SectionKind, Style
from codegen_lsp.document.docstring_outline import DocstringOutline


@dataclass(frozen=True, slots=True)
class Custom:
    """The custom of a file; ``shows_types`` says that docstrings repeat types from annotations."""

    style: Style
    shows_types: bool


def custom_of(
    outlines: Iterable[DocstringOutline], *, asked: Style | None, default: Style
) -> Custom:
    """Return the style that is ``asked`` for, else the most common one, else ``default``.

    Types are repeated if most docstrings of that style do so. Where there are none, only NumPy's
    form has a place for types that looks empty without them.
    """
    every = list(outlines)
    counted = Counter(found.style for found in every if found.style is not None)
    style = asked or (counted.most_common(1)[0][0] if counted else default)
    lists = [found for found in every if found.style == style]
    votes = [_shows_types(found) for found in lists if found.names(SectionKind.PARAMETERS)]
    return Custom(style, 2 * sum(votes) > len(votes) if votes else style == "numpy")


def _shows_types(found: DocstringOutline) -> bool:
    sections = found.of_kind(SectionKind.PARAMETERS)
    return any(entry.shows_type for section in sections for entry in section.entries)
