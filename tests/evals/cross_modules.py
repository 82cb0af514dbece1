"""Which names a module takes from other modules of its package, and what stands behind them.

Reads source with :mod:`ast`, and imports nothing. Independent of the product's own index, since it
makes the set that judges that.
"""

import ast
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

MOST_STEPS = 5
"""So many modules are gone through for a name that each imports from the next."""


@dataclass(frozen=True)
class Module:
    """One module: ``name`` is dotted, ``path`` relative to the folder its package was read from."""

    name: str
    path: PurePosixPath
    source: str
    is_package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed source; raises :class:`SyntaxError`."""
        return ast.parse(self.source)

    @cached_property
    def lines(self) -> list[str]:
        """The source's lines, without their ends."""
        return self.source.split("\n")

    @cached_property
    def definitions(self) -> dict[str, ast.stmt]:
        """What it defines itself at its top, the first of each name."""
        found: dict[str, ast.stmt] = {}
        for node in self.tree.body:
            for name in _defined(node):
                found.setdefault(name, node)
        return found

    @cached_property
    def imports(self) -> dict[str, tuple[str, str | None]]:
        """Names it imports, wherever: the module, and the name there (None: the module itself)."""
        found: dict[str, tuple[str, str | None]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                base = self._base(node)
                for alias in node.names:
                    found[alias.asname or alias.name] = (base, alias.name)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.asname:
                        found[alias.asname] = (alias.name, None)
        return found

    def _base(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".") if self.is_package else self.name.split(".")[:-1]
        parts = parts[: len(parts) - (node.level - 1)]
        return ".".join([*parts, *([node.module] if node.module else [])])


@dataclass(frozen=True)
class Modules:
    """All modules of one package, by name."""

    by_name: dict[str, Module] = field(default_factory=dict)

    def behind(self, module: Module, name: str) -> tuple[Module, str | None] | None:
        """Follow an imported ``name`` to the module of this package that defines it.

        The second part is the name there, None for a module itself. None when it leads out of the
        package, or to nothing.
        """
        wanted = module.imports.get(name)
        for _ in range(MOST_STEPS):
            if wanted is None:
                return None
            base, inner = wanted
            if inner is None or f"{base}.{inner}" in self.by_name:
                found = self.by_name.get(base if inner is None else f"{base}.{inner}")
                return (found, None) if found is not None else None
            source = self.by_name.get(base)
            if source is None:
                return None
            if inner in source.definitions:
                return source, inner
            wanted = source.imports.get(inner)
        return None


def read_modules(root: Path, folder: PurePosixPath) -> Modules:
    """Read the package in ``folder`` below ``root``, without its tests; what does not parse is out.

    Paths are relative to ``root``.
    """
    modules: dict[str, Module] = {}
    for path in sorted((root / folder).rglob("*.py")):
        inside = path.relative_to((root / folder).parent)
        if "tests" in inside.parts:
            continue
        parts = list(inside.with_suffix("").parts)
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        relative = PurePosixPath(path.relative_to(root).as_posix())
        module = Module(name, relative, path.read_text("utf-8"), is_package)
        try:
            _ = module.tree
        except SyntaxError:
            continue
        modules[name] = module
    return Modules(modules)


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []
