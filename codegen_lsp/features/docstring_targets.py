"""Which definitions of a file get a docstring, and what of it is to be written.

No model is needed to know that: this is also what ``codegen docstring --check`` reports. The
docstrings themselves are made in :mod:`codegen_lsp.features.docstring`.
"""

from dataclasses import dataclass
from enum import StrEnum

from codegen_lsp.document.docstring import Style
from codegen_lsp.document.docstring_custom import Custom, custom_of
from codegen_lsp.document.docstring_outline import DocstringOutline, outline
from codegen_lsp.document.docstring_quote import source_lines
from codegen_lsp.document.text import Document, Position
from codegen_lsp.errors import UsageError
from codegen_lsp.prompt.docstring_answer import Wanted
from codegen_lsp.syntax.agreement import Disagreement, disagreement
from codegen_lsp.syntax.definitions import Kind
from codegen_lsp.syntax.signature import Signature, signatures
from codegen_lsp.syntax.tree import parse

_OVERRIDE = frozenset({"override", "typing.override", "typing_extensions.override"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DocstringOptions:
    """How docstrings are to be.

    ``style`` None means that of the file, and ``default_style`` where it has none. ``line_length``
    is in code points. ``force`` replaces docstrings that are right.
    """

    style: Style | None = None
    default_style: Style = "google"
    line_length: int = 88
    force: bool = False


class State(StrEnum):
    """How it stands with a definition's docstring."""

    MISSING = "missing"
    DISAGREES = "disagrees"
    RIGHT = "right"


@dataclass(frozen=True)
class DocumentedFile:
    """A Python file, its definitions in order, and what their docstrings say (None: nothing)."""

    document: Document
    signatures: tuple[Signature, ...]
    outlines: tuple[DocstringOutline | None, ...]

    def custom(self, options: DocstringOptions) -> Custom:
        """Return how docstrings are written here."""
        found = (outline for outline in self.outlines if outline is not None)
        return custom_of(found, asked=options.style, default=options.default_style)


@dataclass(frozen=True)
class Target:
    """One definition to document: ``number`` is its place in ``file.signatures``."""

    file: DocumentedFile
    number: int

    @property
    def signature(self) -> Signature:
        """What the definition promises."""
        return self.file.signatures[self.number]

    @property
    def outline(self) -> DocstringOutline | None:
        """What its docstring says, None when it has none."""
        return self.file.outlines[self.number]

    @property
    def line(self) -> int:
        """The line of its ``def`` or ``class``, from one."""
        return self.signature.line + 1

    @property
    def disagreement(self) -> Disagreement:
        """Where its docstring contradicts the signature; nowhere, when there is none."""
        found = self.outline
        return Disagreement() if found is None else disagreement(self.signature, found)

    @property
    def state(self) -> State:
        """How it stands with its docstring."""
        if self.outline is None:
            return State.MISSING
        return State.DISAGREES if self.disagreement else State.RIGHT

    def reasons(self) -> list[str]:
        """Say what is wrong with its docstring; empty when it is right."""
        if self.state is State.MISSING:
            return ["it has no docstring"]
        return self.disagreement.reasons()


def read_file(document: Document) -> DocumentedFile:
    """Read the definitions and docstrings of a file.

    Raises :class:`~codegen_lsp.errors.UsageError` when it is no Python source.
    """
    where = document.path or "this document"
    if document.language != "python":
        raise UsageError(f"{where} is not Python", advice="docstrings are written for Python only")
    if document.path is not None and document.path.suffix == ".pyi":
        raise UsageError(f"{where} is a stub", advice="docstrings belong into the .py file")
    found = tuple(signatures(parse(document.text, "python")))
    literals = (signature.place.literal for signature in found)
    return DocumentedFile(
        document,
        found,
        tuple(None if text is None else outline(source_lines(text)) for text in literals),
    )


def targets(file: DocumentedFile, *, right_too: bool = False) -> list[Target]:
    """Return the public definitions whose docstring is missing or disagrees, in order.

    Left out are those whose docstring is inherited or never shown: special methods (a constructor
    is documented with its class), overrides, overloads, setters and deleters. ``right_too`` adds
    those whose docstring is right.
    """
    every = (Target(file, number) for number in range(len(file.signatures)))
    return [
        target
        for target in every
        if _is_shown(target.signature) and (right_too or target.state is not State.RIGHT)
    ]


def targets_named(file: DocumentedFile, symbol: str) -> list[Target]:
    """Return the definitions called ``symbol`` (dotted from the outermost), right ones too.

    Raises :class:`~codegen_lsp.errors.UsageError` when there is none.
    """
    named = [
        Target(file, number)
        for number, signature in enumerate(file.signatures)
        if signature.qualified_name == symbol
    ]
    shown = [t for t in named if not t.signature.is_overload and not t.signature.is_accessor]
    if not named:
        where = file.document.path or "this document"
        raise UsageError(f"{where} has no function or class {symbol}", advice=_advice(file, symbol))
    return shown or named


def target_at(file: DocumentedFile, position: Position) -> Target | None:
    """Return the innermost definition around ``position``, or None outside of any.

    Raises :class:`~codegen_lsp.errors.InvalidPosition` for a position outside the document.
    """
    index = file.document.index(position)
    around = [
        number
        for number, signature in enumerate(file.signatures)
        if signature.start <= index <= signature.end
    ]
    return Target(file, around[-1]) if around else None


def wanted_for(target: Target, *, whole: bool) -> Wanted:
    """Return what a model is to write: all of the docstring, or what is missing in it."""
    signature = target.signature
    is_ascii = target.file.document.text[signature.start : signature.end].isascii()
    if not whole:
        missing = target.disagreement
        return Wanted(
            parameters=tuple(parameter.name for parameter in missing.missing),
            raises=missing.unlisted_raises,
            ascii_only=is_ascii,
        )
    return Wanted(
        summary=True,
        parameters=documented_parameters(signature),
        returns=signature.gives_value and not signature.is_property,
        yields=signature.facts.yields,
        raises=signature.facts.raises,
        of_class=signature.kind is Kind.CLASS,
        ascii_only=is_ascii,
    )


def documented_parameters(signature: Signature) -> tuple[str, ...]:
    """Return the names a whole docstring lists; a class leaves out what ``__init__`` documents."""
    if signature.constructor_documented:
        return ()
    return tuple(parameter.name for parameter in signature.parameters)


def _is_shown(signature: Signature) -> bool:
    return (
        signature.is_public
        and not signature.is_overload
        and not signature.is_accessor
        and not _OVERRIDE.intersection(signature.decorators)
    )


def _advice(file: DocumentedFile, symbol: str) -> str | None:
    """Name the definitions that end in the same name, or the first few."""
    last = symbol.rpartition(".")[2]
    names = list(dict.fromkeys(signature.qualified_name for signature in file.signatures))
    alike = [name for name in names if name.rpartition(".")[2] == last] or names
    return f"it has {', '.join(alike[:5])}" if alike else None
