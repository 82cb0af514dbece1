"""Where a docstring contradicts the signature it documents.

Only what is provable counts, so that a gate in CI raises no false alarms: a section that is absent
contradicts nothing, nor does an exception that a called function may raise. Starred parameters and
those with a leading underscore may be left out, and where a function takes any keyword further
names may be documented. pydoclint's DOC101, DOC103, DOC203 and DOC503 are the strict forms.
"""

from dataclasses import dataclass

from codegen_lsp.document.docstring import SectionKind
from codegen_lsp.document.docstring_outline import DocstringOutline
from codegen_lsp.syntax.definitions import Kind
from codegen_lsp.syntax.parameters import Parameter, ParameterKind
from codegen_lsp.syntax.signature import Signature

_UNDOCUMENTED_RAISES = frozenset({"NotImplementedError", "AssertionError"})


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What is wrong with a docstring's sections; false when nothing is.

    ``missing`` parameters are not in its list, ``unknown`` names are no parameters, ``needless``
    sections speak of a value there is none of, ``unlisted_raises`` are raised and not in its list.
    """

    missing: tuple[Parameter, ...] = ()
    unknown: tuple[str, ...] = ()
    needless: tuple[SectionKind, ...] = ()
    unlisted_raises: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing or self.unknown or self.needless or self.unlisted_raises)

    def reasons(self) -> list[str]:
        """Say what is wrong, one short clause each."""
        return [
            *(f"parameter {parameter.label} is not documented" for parameter in self.missing),
            *(f"{name} is documented and is no parameter" for name in self.unknown),
            *(f"nothing is there for its section on {kind.value}" for kind in self.needless),
            *(f"{name} is raised and not listed" for name in self.unlisted_raises),
        ]


def disagreement(signature: Signature, found: DocstringOutline) -> Disagreement:
    """Compare the sections of a docstring with the signature."""
    if signature.kind is Kind.CLASS and not signature.has_constructor:
        return Disagreement()
    documented = found.names(SectionKind.PARAMETERS)
    listed = {_last(name) for name in found.names(SectionKind.RAISES)}
    return Disagreement(
        missing=_missing(signature, documented),
        unknown=_unknown(signature, documented),
        needless=tuple(kind for kind in _needless_kinds(signature) if found.of_kind(kind)),
        unlisted_raises=tuple(
            name
            for name in signature.facts.raises
            if listed and _last(name) not in listed | _UNDOCUMENTED_RAISES
        ),
    )


def _missing(signature: Signature, documented: list[str]) -> tuple[Parameter, ...]:
    if not documented:
        return ()
    return tuple(
        parameter
        for parameter in signature.parameters
        if parameter.name not in documented
        and parameter.label == parameter.name
        and not parameter.name.startswith("_")
    )


def _unknown(signature: Signature, documented: list[str]) -> tuple[str, ...]:
    if any(parameter.kind is ParameterKind.VAR_KEYWORD for parameter in signature.parameters):
        return ()
    known = {parameter.name for parameter in signature.parameters}
    return tuple(name for name in documented if name not in known)


def _needless_kinds(signature: Signature) -> list[SectionKind]:
    """Return the sections a docstring cannot truthfully have.

    A generator may be documented by what it returns, and a body that does nothing by what those
    that override it do.
    """
    if signature.facts.yields or signature.facts.is_stub:
        return []
    if not signature.gives_value:
        return [SectionKind.RETURNS, SectionKind.YIELDS]
    return []


def _last(dotted: str) -> str:
    return dotted.rpartition(".")[2]
