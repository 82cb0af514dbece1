"""Which names ``from module import *`` brings, through modules that do the same."""

from pathlib import Path

from codegen_lsp.project.facts import ProjectFacts

_MOST_MODULES = 30


def star_names(project: ProjectFacts, dotted: str, importer: Path | None) -> frozenset[str] | None:
    """Return the names that a star-import of ``dotted`` brings; None when nobody knows."""
    names: set[str] = set()
    pending, seen = [(dotted, importer)], set[tuple[str, Path | None]]()
    while pending:
        asked = pending.pop()
        if asked in seen:
            continue
        seen.add(asked)
        facts = project.module(*asked)
        if facts is None or not facts.is_complete or len(seen) > _MOST_MODULES:
            return None
        if facts.public is not None and asked == (dotted, importer):
            return facts.public
        names |= facts.names | facts.submodules
        pending += [(star, facts.path) for star in facts.stars]
    return frozenset(names)
