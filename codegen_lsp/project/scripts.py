"""Which file a relative import of JavaScript or TypeScript means, found by looking at folders only.

The order is that of Node and TypeScript: the file as it is named, with a suffix, an ``index`` file
of a folder. Packages are not looked for: their names say to the model what they are.
"""

from pathlib import Path

_SUFFIXES = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")


def find_script(module: str, importer: Path) -> Path | None:
    """Return the file that ``module`` is read from when ``importer`` imports it."""
    if not module.startswith(("./", "../")) and module not in {".", ".."}:
        return None
    base = importer.parent / module
    stem = base.with_suffix("") if base.suffix in {".js", ".mjs", ".cjs", ".jsx"} else base
    named = [base, *(stem.with_name(stem.name + suffix) for suffix in _SUFFIXES)]
    inside = [base / f"index{suffix}" for suffix in _SUFFIXES]
    return next((path for path in (*named, *inside) if path.is_file()), None)
