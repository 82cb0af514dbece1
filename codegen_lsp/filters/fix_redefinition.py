"""A suggestion must not define or import again what is there already: it is cut back or dropped."""

from codegen_lsp.filters.cut_back import cut_back, index_in_draft
from codegen_lsp.filters.place import Dropped, Place
from codegen_lsp.syntax.redefined import Redefinition, redefinitions
from codegen_lsp.syntax.scopes import SCOPED_LANGUAGES


def fix_redefinition(draft: str, place: Place) -> str | Dropped:
    """Return the longest beginning of ``draft`` that defines nothing a second time, or drop it.

    Told of functions, classes and imports in the same list of statements, and in JavaScript and
    TypeScript of constants; see :mod:`codegen_lsp.syntax.redefined` for what is let pass.
    """
    if place.language not in SCOPED_LANGUAGES:
        return draft
    found = _first(draft, place)
    if found is None:
        return draft
    place.buffer.renew()  # whose a method is depends on each line above it
    found = _first(draft, place) if place.buffer.is_known else None
    if found is None:
        return draft
    done = "imported" if found.is_import else "defined"
    index = index_in_draft(place.buffer.with_draft(draft), found.start)
    return cut_back(draft, index, place, f"`{found.name}` is {done} already", fix_redefinition)


def _first(draft: str, place: Place) -> Redefinition | None:
    return next(redefinitions(place.buffer.with_draft(draft)), None)
