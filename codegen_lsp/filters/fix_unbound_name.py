"""A suggestion must not use a name that nothing defines: it is cut back before it, or dropped."""

import re

from codegen_lsp.filters.cut_back import cut_back, index_in_draft
from codegen_lsp.filters.place import Dropped, Place
from codegen_lsp.project.stars import star_names
from codegen_lsp.syntax.builtin_names import builtin_names
from codegen_lsp.syntax.insertion import Insertion
from codegen_lsp.syntax.scopes import SCOPED_LANGUAGES
from codegen_lsp.syntax.unbound_names import NamesInDraft, uses_unbound

_STAR_IMPORT = re.compile(rb"^[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]*\(?[ \t]*\*", re.MULTILINE)
_BINDS_BY_CODE = re.compile(
    rb"\b(?:globals|locals|vars)\(\)\s*(?:\.update\b|\[[^\]\n]*\]\s*=)|\bexec\([^\n]*globals\(\)"
)
_CODE_THAT_BINDS = (b"globals()", b"locals()", b"vars()")

_TELLS_GLOBALS = re.compile(rb"/[*/]\s*(?:globals?|eslint-env|jshint)\b|\bwith\s*\(|<reference ")


def fix_unbound_name(draft: str, place: Place) -> str | Dropped:
    """Return the longest beginning of ``draft`` that uses no name unknown at ``place``, or drop it.

    A name is known that the draft or a scope around it binds, wherever it does, but for a variable
    of a Python function in its own first value; that the buffer uses elsewhere without binding it;
    or that comes with the language. Star-imports are followed in the place's project; where one
    cannot be, any name may come from it. A JavaScript buffer that uses any name without binding it
    has them from elsewhere, and nothing is said.
    """
    if place.language not in SCOPED_LANGUAGES:
        return draft
    insertion = place.buffer.with_draft(draft)
    names = NamesInDraft(insertion)
    always = builtin_names(place.language)
    for reference in names.unbound():
        name = reference.name.decode("utf-8", "replace")
        if name in always or (names.has_star and _may_come_by_star(name, place, insertion)):
            continue
        if _any_name_may_be_bound(place.language, insertion):
            break
        index = index_in_draft(insertion, reference.start)
        return cut_back(draft, index, place, f"`{name}` is not defined here", fix_unbound_name)
    return draft


def _any_name_may_be_bound(language: str, insertion: Insertion) -> bool:
    source = insertion.text
    if language == "python":
        # Looked for as bytes first: that is far quicker than the pattern on a large file.
        is_likely = any(word in source for word in _CODE_THAT_BINDS)
        return is_likely and _BINDS_BY_CODE.search(source) is not None
    is_told = _TELLS_GLOBALS.search(source) is not None
    return is_told or uses_unbound(insertion.known, builtin_names(language))


def _may_come_by_star(name: str, place: Place, insertion: Insertion) -> bool:
    for match in _STAR_IMPORT.finditer(insertion.text):
        if place.project is None:
            return True
        offered = star_names(place.project, match[1].decode(), place.path)
        if offered is None or name in offered:
            return True
    return False
