"""A suggestion must not import what is not there: it is cut back before it, or dropped."""

import re
from pathlib import Path

from codegen_lsp.filters.cut_back import cut_back, index_in_draft
from codegen_lsp.filters.place import Dropped, Place
from codegen_lsp.project.classes import names_in
from codegen_lsp.project.facts import ProjectFacts
from codegen_lsp.syntax.insertion import Insertion
from codegen_lsp.syntax.uses import ImportUse, UsesInDraft

_MAIN = b"__main__"
_IMPORTED = re.compile(rb"^(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w.]+))", re.MULTILINE)


def fix_unresolved_import(draft: str, place: Place) -> str | Dropped:
    """Return the longest beginning of ``draft`` without imports that fail, or drop it.

    One fails that neither the project, nor its environment, nor the standard library has, or that
    is of this very file. Nothing is said of an import whose failure the text provides for, of one
    the buffer has already, nor where the buffer imports other packages that are not installed: this
    is not its environment.
    """
    if (
        place.language != "python"
        or place.project is None
        or "import" not in draft + place.line_before
    ):
        return draft
    insertion = place.buffer.with_draft(draft)
    for use in UsesInDraft(insertion).imports:
        reason = None if use.is_guarded else _failure(use, place, place.project, insertion)
        if reason is not None:
            index = index_in_draft(insertion, use.start)
            return cut_back(draft, index, place, reason, fix_unresolved_import)
    return draft


def _failure(
    use: ImportUse, place: Place, project: ProjectFacts, insertion: Insertion
) -> str | None:
    """Say why an import fails; None when it does not, or nobody can say."""
    importer = place.path
    imported = _imported(insertion)
    if project.has_module(use.module, importer) is False:
        if use.module in imported or _lacks_packages(imported, place, project):
            return None
        return f"there is no module `{use.module}` in the project or its environment"
    if use.name is None:
        # A file that is run as a program may import itself: it is another module then.
        is_own = _MAIN not in insertion.text and _is_own_file(use.module, importer, project)
        return f"the module `{use.module}` is this very file" if is_own else None
    facts = project.module(use.module, importer)
    names = None if facts is None else names_in(project, facts)
    parent = use.module if use.module.endswith(".") else f"{use.module}."
    if names is None or use.name in names or project.has_module(parent + use.name, importer):
        return None
    known = re.compile(rb"from[ \t]+%s[ \t]+import[^#\n]*\b%s\b" % _escaped(use.module, use.name))
    if known.search(insertion.known.tree.source):
        return None
    return f"the module `{use.module}` has no `{use.name}`"


def _is_own_file(module: str, importer: Path | None, project: ProjectFacts) -> bool:
    """Say whether ``module`` is ``importer`` itself.

    A package may import what is in its folder; a bare name may be the standard library's.
    """
    is_package = importer is not None and importer.stem == "__init__"
    if "." not in module or not module.strip(".") or is_package:
        return False
    facts = project.module(module, importer)
    return facts is not None and facts.path == importer


def _escaped(*names: str) -> tuple[bytes, ...]:
    return tuple(re.escape(name.encode()) for name in names)


def _imported(insertion: Insertion) -> set[str]:
    """Return the modules that the buffer imports at its top level, without the draft."""
    found = _IMPORTED.finditer(insertion.buffer)
    return {(match[1] or match[2]).decode() for match in found}


def _lacks_packages(imported: set[str], place: Place, project: ProjectFacts) -> bool:
    absolute = (module for module in imported if not module.startswith("."))
    return any(project.has_module(module, place.path) is False for module in absolute)
