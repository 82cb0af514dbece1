"""What a name of a module means, followed through imports, and what a class offers with its bases.

Each question has a third answer, None: nobody can say. It is the answer wherever a module is not
read (yet), a name is bound more than once, or code may add what its source does not show.
"""

import builtins
import enum
from collections.abc import Iterator
from dataclasses import dataclass

from codegen_lsp.project.facts import ProjectFacts
from codegen_lsp.project.module_facts import ClassFacts, FunctionFacts, ModuleFacts

_MOST_STEPS = 12
"""Imports and bases followed from one name."""

_WITHOUT_MEMBERS = frozenset(
    (module, name)
    for module in ("typing", "typing_extensions", "abc")
    for name in ("Generic", "Protocol", "ABC")
)
"""Bases whose metaclass adds nothing that a reader could miss."""

_NAMED_TUPLE = frozenset(
    (*dir(tuple), "_asdict", "_fields", "_replace", "_make", "_field_defaults")
)
_ENUM = frozenset(("name", "value", "_name_", "_value_", "_sort_order_", "_missing_", "_ignore_"))


@dataclass(frozen=True, slots=True)
class KnownClass:
    """A class and the module whose names its statement uses."""

    module: ModuleFacts
    facts: ClassFacts


Meaning = ModuleFacts | KnownClass | FunctionFacts | type
"""What a name may mean; ``type`` is a builtin class."""


def meaning_of(
    project: ProjectFacts, module: ModuleFacts, dotted: str, steps: int = _MOST_STEPS
) -> Meaning | None:
    """Return what a dotted name means in ``module``; None when nobody can say."""
    first, *rest = dotted.split(".")
    found = _of_name(project, module, first, steps)
    for name in rest:
        if not isinstance(found, ModuleFacts):
            return None
        found = _of_name(project, found, name, steps - 1)
    return found


def _of_name(project: ProjectFacts, module: ModuleFacts, name: str, steps: int) -> Meaning | None:
    if name in module.classes:
        return KnownClass(module, module.classes[name])
    if name in module.functions:
        return module.functions[name]
    return _from_elsewhere(project, module, name, steps) if steps > 0 else None


def _from_elsewhere(
    project: ProjectFacts, module: ModuleFacts, name: str, steps: int
) -> Meaning | None:
    if name in module.imports:
        source, inner = module.imports[name]
        target = project.module(source, module.path)
        if target is None or inner is None:
            return target
        return _of_name(project, target, inner, steps - 1)
    if name in module.submodules and name not in module.names:
        return project.module(f".{name}", module.path)
    if name in module.names or module.stars or not module.is_complete:
        return None
    found = getattr(builtins, name, None)
    return found if isinstance(found, type) else None


def names_in(project: ProjectFacts, module: ModuleFacts) -> frozenset[str] | None:
    """Return all names and submodules of a module; None when there may be more."""
    names: set[str] = set()
    pending, seen = [module], list[ModuleFacts]()
    while pending:
        facts = pending.pop()
        if facts in seen:
            continue
        seen.append(facts)
        if not facts.is_complete or "__getattr__" in facts.names or len(seen) > _MOST_STEPS:
            return None
        names |= facts.names | facts.submodules
        for star in facts.stars:
            target = project.module(star, facts.path)
            if target is None:
                return None
            pending.append(target)
    return frozenset(names)


def members_of(project: ProjectFacts, found: KnownClass) -> frozenset[str] | None:
    """Return the members of a class and of its objects; None when there may be more.

    Those that every object has, and names with two underscores on either side, are not told.
    """
    names: set[str] = set()
    for known in lineage(project, found):
        if known is None:
            return None
        names |= known if isinstance(known, frozenset) else known.facts.members.keys()
    return frozenset(names)


def method_of(project: ProjectFacts, found: KnownClass, name: str) -> FunctionFacts | None:
    """Return what is known of a method; None when nobody can say."""
    for known in lineage(project, found):
        if not isinstance(known, KnownClass):
            return None
        if name in known.facts.members:
            return known.facts.members[name]
    return None


def constructor_of(project: ProjectFacts, found: KnownClass) -> FunctionFacts | None:
    """Return by which names a class takes its arguments; None when nobody can say."""
    fields: set[str] = set()
    has_fields = False
    for known in lineage(project, found):
        if not isinstance(known, KnownClass) or "__new__" in known.facts.members:
            return None
        if "__init__" in known.facts.members and not has_fields:
            return known.facts.members["__init__"]
        has_fields = has_fields or known.facts.is_dataclass
        fields.update(known.facts.fields)
    return FunctionFacts(frozenset(fields if has_fields else ()))


def lineage(
    project: ProjectFacts, found: KnownClass, steps: int = _MOST_STEPS
) -> Iterator[KnownClass | frozenset[str] | None]:
    """Yield a class and its bases, nearer ones first.

    A base that has no source is the set of its members; None stands for one nobody can read.
    """
    if not found.facts.is_complete or steps <= 0:
        yield None
        return
    yield found
    for base in found.facts.bases:
        if base is None:
            yield None
            continue
        origin = _origin(found.module, base)
        if origin in _WITHOUT_MEMBERS or base == "object":
            continue
        told = _told(origin)
        if told is not None:
            yield told
            continue
        meaning = meaning_of(project, found.module, base, steps - 1)
        if isinstance(meaning, KnownClass) and meaning.facts is not found.facts:
            yield from lineage(project, meaning, steps - 1)
        else:
            yield frozenset(dir(meaning)) if isinstance(meaning, type) else None


def _origin(module: ModuleFacts, dotted: str) -> tuple[str, str | None]:
    """Return the module and the name that a base is imported as, directly."""
    first, _, rest = dotted.partition(".")
    source, name = module.imports.get(first, ("", None))
    return (source, name) if name is not None else (source, rest or None)


def _told(origin: tuple[str, str | None]) -> frozenset[str] | None:
    """Return the members of bases that do more than their source shows."""
    module, name = origin
    if module == "enum" and isinstance(getattr(enum, name or "", None), type):
        return frozenset(dir(getattr(enum, name or ""))) | _ENUM
    if module in {"typing", "typing_extensions"}:
        return {"NamedTuple": _NAMED_TUPLE, "TypedDict": frozenset(dir(dict))}.get(name or "")
    return None
