"""Makes the cross-file set: lines whose rest depends on what another module of the package defines.

    python -m tests.evals.crossfile_items --output FILE.jsonl

A hole begins right behind ``name(`` or ``name.``, where ``name`` is imported from another module of
the same package, and reaches to the end of its line. The definition can matter there: a call has a
keyword or two arguments, and neither its keywords nor the attribute stand near the hole. Items are
balanced over packages and follow from the pinned sources alone. The file holds other people's
source: it is not for committing.
"""

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from codegen_lsp.errors import CodegenError
from tests.benchmarks.figures import progress, say
from tests.evals.cross_modules import Module, Modules, read_modules
from tests.evals.definition_text import definition_text
from tests.evals.items import rank
from tests.evals.packages import PACKAGES, fetch

ITEMS = 200
MOST_OF_A_NAME = 4
"""Items of one package that use the same name."""

_ARGUMENTS = 2
_NEAR_BEFORE, _NEAR_AFTER = 1_300, 450
"""Code points around a hole: what the usual window holds, and a little more."""

SHORTEST = 4
"""Code points of a hole, spaces at its ends not counted."""

_WORD = re.compile(r"[^\W\d]\w*")
_TEXT = re.compile(r"""[rbfuRBFU]*("[^"]*"|'[^']*')""")


@dataclass(frozen=True, slots=True)
class CrossItem:
    """One hole; ``definition`` is the source of what its line uses, from ``definition_path``.

    ``package`` names the unpacked folder, paths are relative to it, ``line`` counts from one.
    """

    id: str
    package: str
    path: str
    line: int
    name: str
    prompt: str
    suffix: str
    canonical_solution: str
    definition: str
    definition_path: str


def uses(modules: Modules, package: str) -> Iterator[CrossItem]:
    """Yield all holes of a package, in the order of its modules and lines."""
    for module in modules.by_name.values():
        places = set()
        for node in ast.walk(module.tree):
            found = _use(node)
            if found is not None and found[0].id in module.imports:
                places.add((found[0].end_lineno or 0, found[0].end_col_offset or 0, *found[1:]))
        for line, column, name, attribute, telling in sorted(places, key=lambda each: each[:2]):
            item = _item(modules, module, package, (line, column), (name, attribute))
            if item is not None and not _is_shown_near(item, telling):
                yield item


def balanced(items: list[CrossItem], number: int) -> list[CrossItem]:
    """Pick ``number`` items, taking turns between packages until each has none left."""
    waiting: dict[str, list[CrossItem]] = {}
    for package in sorted({item.package for item in items}):
        waiting[package] = _varied([item for item in items if item.package == package])
    picked: list[CrossItem] = []
    while len(picked) < number and any(waiting.values()):
        picked += [queue.pop(0) for queue in waiting.values() if queue]
    return picked[:number]


def _varied(items: list[CrossItem]) -> list[CrossItem]:
    """Order the items of a package by chance; leave out repeated lines and too much of one name."""
    seen: set[str] = set()
    counts: dict[str, int] = {}
    kept = []
    for item in sorted(items, key=lambda item: rank(item.id)):
        if item.canonical_solution in seen or counts.get(item.name, 0) >= MOST_OF_A_NAME:
            continue
        seen.add(item.canonical_solution)
        counts[item.name] = counts.get(item.name, 0) + 1
        kept.append(item)
    return kept


def _use(node: ast.AST) -> tuple[ast.Name, str, str | None, tuple[str, ...]] | None:
    """Return the name that a call or an attribute begins with, the attribute, and what tells.

    That is what only the definition says: the attribute, or the keywords. A call that has neither
    a keyword nor two arguments is left out.
    """
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        keywords = tuple(each.arg for each in node.keywords if each.arg is not None)
        if not keywords and len(node.args) < _ARGUMENTS:
            return None
        return node.func, node.func.id, None, keywords
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.value, node.value.id, node.attr, (node.attr,)
    return None


def _is_shown_near(item: CrossItem, telling: tuple[str, ...]) -> bool:
    """Say whether what the definition would tell can be read around the hole already."""
    near = item.prompt[-_NEAR_BEFORE:] + item.suffix[:_NEAR_AFTER]
    return not set(telling).isdisjoint(_WORD.findall(near))


def _item(
    modules: Modules,
    module: Module,
    package: str,
    place: tuple[int, int],
    use: tuple[str, str | None],
) -> CrossItem | None:
    line, offset = place
    text = module.lines[line - 1]
    column = len(text.encode()[:offset].decode()) + 1
    hole = text[column:]
    if text[column - 1 : column] not in {"(", "."} or len(hole.strip()) < SHORTEST:
        return None
    if "#" in hole or not _WORD.search(_TEXT.sub("", hole)):
        return None
    found = _definition(modules, module, *use)
    if found is None:
        return None
    before = "\n".join([*module.lines[: line - 1], text[:column]])
    after = "\n".join(["", *module.lines[line:]])
    return CrossItem(
        id=f"{package}/{module.path}:{line}:{column}",
        package=package,
        path=str(module.path),
        line=line,
        name=use[0],
        prompt=before,
        suffix=after,
        canonical_solution=hole.rstrip(),
        definition=found[1],
        definition_path=str(found[0].path),
    )


def _definition(
    modules: Modules, module: Module, name: str, attribute: str | None
) -> tuple[Module, str] | None:
    """Return the source of what is used, and the other module that it stands in."""
    behind = modules.behind(module, name)
    if behind is None:
        return None
    source, inner = behind
    if inner is None:
        if attribute is None or attribute not in source.definitions:
            return None
        inner, attribute = attribute, None
    if source is module:
        return None
    return source, definition_text(source, inner, attribute)


def main() -> int:
    """Fetch what is missing, and write the items."""
    parser = argparse.ArgumentParser(prog="python -m tests.evals.crossfile_items")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--items", type=int, default=ITEMS)
    options = parser.parse_args()
    found: list[CrossItem] = []
    try:
        for package in PACKAGES:
            root = fetch(package)
            items = list(uses(read_modules(root, PurePosixPath(package.folder)), package.title))
            progress(f"{package.title}: {len(items)} places, {len(_varied(items))} of them varied")
            found += items
    except CodegenError as error:
        sys.stderr.write(f"crossfile_items: {error}\n")
        return error.exit_code
    picked = balanced(found, options.items)
    lines = [json.dumps(asdict(item), ensure_ascii=False) for item in picked]
    options.output.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    say(f"{len(picked)} items of {len({item.package for item in picked})} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
