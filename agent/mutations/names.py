"""The names of a function by the way they are used: which could stand for which.

Without types, use is what tells: what is indexed in one place does not replace what is counted in
another.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.sources import AnyFunction


@dataclass(frozen=True)
class Names:
    """The variables and attributes of one function, each with the uses made of it."""

    uses: dict[str, set[str]] = field(default_factory=dict)
    attributes: dict[str, set[str]] = field(default_factory=dict)

    def like(self, name: str) -> Iterator[str]:
        """Yield the other variables that are used like ``name``; none if it is no variable."""
        if name in self.uses:
            yield from _alike(name, self.uses)

    def used_as(self, use: str) -> Iterator[str]:
        """Yield the variables of which some use is ``use``, as :func:`names_of` calls it."""
        yield from (name for name, uses in self.uses.items() if use in uses)

    def attributes_like(self, name: str) -> Iterator[str]:
        """Yield the other attributes that are used like ``name``."""
        yield from _alike(name, self.attributes)


def names_of(function: AnyFunction) -> Names:
    """Return the names of ``function``: its arguments and what it assigns.

    A use is ``indexed``, ``counted``, ``object`` (its attributes are used), ``called`` or
    ``iterated``.
    """
    arguments = function.args
    own = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    names = Names()
    for each in own:
        if each.arg not in {"self", "cls"}:
            names.uses[each.arg] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.uses.setdefault(node.id, set())
        elif isinstance(node, ast.Attribute):
            names.attributes.setdefault(node.attr, set())
    for parent in ast.walk(function):
        for child in ast.iter_child_nodes(parent):
            use = _use(child, parent)
            if isinstance(child, ast.Name) and child.id in names.uses:
                names.uses[child.id] |= use
            elif isinstance(child, ast.Attribute):
                names.attributes[child.attr] |= use
    return names


def _alike(name: str, known: dict[str, set[str]]) -> Iterator[str]:
    own = known.get(name, set())
    for other, uses in known.items():
        if other != name and (own & uses or not own or not uses):
            yield other


def _use(node: ast.AST, parent: ast.AST) -> set[str]:  # noqa: PLR0911 - one line per use
    match parent:
        case ast.Subscript(value=value) if value is node:
            return {"indexed"}
        case ast.Subscript() | ast.Slice():
            return {"counted"}
        case ast.Attribute():
            return {"object"}
        case ast.Call(func=function) if function is node:
            return {"called"}
        case ast.For(iter=iterated) | ast.comprehension(iter=iterated) if iterated is node:
            return {"iterated", "indexed"}
        case ast.Call(func=ast.Name(id="len" | "sorted" | "list" | "set" | "sum" | "enumerate")):
            return {"iterated", "indexed"}
        case ast.Call(func=ast.Name(id="range" | "abs" | "int")):
            return {"counted"}
        case ast.BinOp() | ast.AugAssign():
            return {"counted"}
        case ast.Compare(ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE(), *_]):
            return {"counted"}
    return set()
