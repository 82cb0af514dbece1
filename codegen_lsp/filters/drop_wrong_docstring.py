"""A docstring is read back from the file it was put into, and must say what was meant."""

from codegen_lsp.document.docstring import SectionKind
from codegen_lsp.document.docstring_outline import DocstringOutline, outline
from codegen_lsp.document.docstring_quote import source_lines
from codegen_lsp.filters.place import Dropped
from codegen_lsp.syntax.agreement import disagreement
from codegen_lsp.syntax.signature import Signature, signatures
from codegen_lsp.syntax.tree import parse


def drop_wrong_docstring(
    after: str, number: int, signature: Signature, *, parameters: tuple[str, ...] | None
) -> str | Dropped:
    """Drop the Python text ``after`` unless definition ``number`` in it has a right docstring.

    ``signature`` is what it had before, ``parameters`` are the names its list must have exactly.
    None is for a docstring that was mended: it may leave out what its author did.
    """
    every = signatures(parse(after, "python"))
    found = every[number] if number < len(every) else None
    if found is None or found.qualified_name != signature.qualified_name:
        return Dropped("it would move the definitions of the file")
    if found.place.literal is None:
        return Dropped("it would not be a docstring where it stands")
    read = outline(source_lines(found.place.literal))
    return _wrong(read, found, parameters) or after


def _wrong(
    read: DocstringOutline, found: Signature, parameters: tuple[str, ...] | None
) -> Dropped | None:
    if parameters is not None and not read.summary:
        return Dropped("its summary is empty")
    if parameters is not None and tuple(read.names(SectionKind.PARAMETERS)) != parameters:
        return Dropped("its list of parameters would not be that of the signature")
    if reasons := disagreement(found, read).reasons():
        return Dropped(reasons[0])
    return None
