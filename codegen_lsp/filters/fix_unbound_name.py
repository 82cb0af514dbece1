"""A suggestion must not use a name that nothing defines: it is cut back before it, or dropped."""

import re

from codegen_lsp.filters.cut_back import cut_back, index_in_draft
from codegen_lsp.filters.place import Dropped, Place
from codegen_lsp.project.stars import star_names
from codegen_lsp.syntax.builtin_names import builtin_names
from codegen_lsp.syntax.scopes import SCOPED_LANGUAGES
from codegen_lsp.syntax.unbound_names import NamesInDraft

_STAR_IMPORT = re.compile(rb"^[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]*\(?[ \t]*\*", re.MULTILINE)
_BINDS_BY_CODE = re.compile(
    rb"\b(?:globals|locals|vars)\(\)\s*(?:\.update\b|\[[^\]\n]*\]\s*=)|\bexec\([^\n]*globals\(\)"
)


def fix_unbound_name(draft: str, place: Place) -> str | Dropped:
    """Return the longest beginning of ``draft`` that uses no name unknown at ``place``, or drop it.

    A name is known that the draft or a scope around it binds, wherever it does; that the buffer
    uses elsewhere without binding it; or that comes with the language. Star-imports are followed in
    the place's project; where one cannot be, any name may come from it.
    """
    if place.language not in SCOPED_LANGUAGES:
        return draft
    insertion = place.buffer.with_draft(draft)
    names = NamesInDraft(insertion)
    always = builtin_names(place.language)
    for reference in names.unbound():
        name = reference.name.decode("utf-8", "replace")
        if name in always:
            continue
        if names.has_star and _may_come_by_star(name, insertion.tree.source, place):
            continue
        if _BINDS_BY_CODE.search(insertion.tree.source):
            break
        index = index_in_draft(insertion, reference.start)
        return cut_back(draft, index, place, f"`{name}` is not defined here", fix_unbound_name)
    return draft


def _may_come_by_star(name: str, source: bytes, place: Place) -> bool:
    for match in _STAR_IMPORT.finditer(source):
        if place.project is None:
            return True
        offered = star_names(place.project, match[1].decode(), place.path)
        if offered is None or name in offered:
            return True
    return False
