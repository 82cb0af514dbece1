"""What a docstring says, as a value, in none of the styles.

:mod:`codegen_lsp.document.docstring_layout` writes it in a style,
:mod:`codegen_lsp.document.docstring_outline` finds the sections of one that exists, and
:mod:`codegen_lsp.document.docstring_mend` changes single entries of it. None of them knows what is
*right*: that needs the code.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Style = Literal["google", "numpy", "sphinx"]


class SectionKind(StrEnum):
    """What a section speaks of; ``OTHER`` are all that make no claim about the signature."""

    PARAMETERS = "parameters"
    RETURNS = "returns"
    YIELDS = "yields"
    RAISES = "raises"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Described:
    """A thing and what is said of it.

    ``label`` is a parameter with its stars, an exception, or empty for a returned value. ``type``
    is written only where the style, or the file's custom, shows types. ``text`` is one paragraph.
    """

    label: str
    text: str
    type: str | None = None


@dataclass(frozen=True, slots=True)
class DocstringContent:
    """All that is written: the summary is one sentence, the rest sections in their usual order."""

    summary: str
    parameters: tuple[Described, ...] = ()
    returns: Described | None = None
    yields: Described | None = None
    raises: tuple[Described, ...] = ()

    def sections(self) -> list[tuple[SectionKind, tuple[Described, ...]]]:
        """Return the sections that are not empty, in order."""
        every = [
            (SectionKind.PARAMETERS, self.parameters),
            (SectionKind.RETURNS, (self.returns,) if self.returns else ()),
            (SectionKind.YIELDS, (self.yields,) if self.yields else ()),
            (SectionKind.RAISES, self.raises),
        ]
        return [(kind, described) for kind, described in every if described]
