"""What is shown while somebody types in real packages, judged by others than our own checks.

Statements of pinned packages are taken out, whole or from a word of theirs on, and completed there
by the real model as an editor would ask. What is shown is put in and judged by Python's parser,
ruff and importlib: does it add a syntax error, a name that nothing defines, an import that is not
to be found? The packages are read and never run; what they import need not be installed, so an
import that is not found counts only if the package does not import it elsewhere.
"""

import argparse
import ast
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from codegen_lsp.config.settings import CompletionSettings, Settings
from codegen_lsp.document.text import Document
from codegen_lsp.engine import Engine
from codegen_lsp.features.completion import Completion, Knowledge, Trigger, complete
from codegen_lsp.lint import lint_python
from codegen_lsp.model.drafts import Drafts
from tests.benchmarks.verification import Item, items_of
from tests.evals.packages import PACKAGES, fetch

SUMMARY = "what is shown in real packages: syntax errors, unbound names, imports that are not there"

_PATIENT_MS = 60_000
"""The target: nothing is cut because this machine is busy."""

_PER_FILE = 3


@dataclass(frozen=True, slots=True)
class Judged:
    """One completion, and what others hold against it; empty when nothing."""

    item: Item
    completion: Completion
    complaints: tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--model", required=True, help="the GGUF file, or a model's name")
    parser.add_argument("--number", type=int, default=300, help="completions to ask for")
    parser.add_argument("--seed", type=int, default=1)


def run(options: argparse.Namespace) -> None:
    """Complete, judge and print."""
    chance = random.Random(options.seed)  # noqa: S311 - a repeatable choice
    settings = Settings()
    engine = Engine(replace(settings, model=replace(settings.model, name=options.model)))
    judged = []
    try:
        for item in _items(options.number, chance):
            completion = _completed(item, engine)
            judged.append(Judged(item, completion, tuple(complaints(item, completion.text))))
            _tell(judged[-1], len(judged))
    finally:
        engine.close()
    _print(judged)


def _items(number: int, chance: random.Random) -> Iterator[Item]:
    """Yield places of all packages, a few of each file."""
    paths = [
        path
        for package in PACKAGES
        for path in sorted((fetch(package) / package.folder).rglob("*.py"))
    ]
    chance.shuffle(paths)
    found = (item for path in paths * number for item in items_of(path, _PER_FILE, chance))
    for _ in range(number):
        yield next(found)


def _completed(item: Item, engine: Engine) -> Completion:
    prefix, suffix = item.text[: item.start], item.text[item.end :]
    document = Document(prefix + suffix, "python", item.path)
    return complete(
        document,
        document.position(len(prefix)),
        drafts=Drafts(engine.model()),
        settings=CompletionSettings(target_ms=_PATIENT_MS, work_ahead=False, max_tokens=80),
        trigger=Trigger.AUTOMATIC,
        knowledge=Knowledge(project=engine.facts(item.path, is_patient=True)),
    )


def complaints(item: Item, shown: str) -> Iterator[str]:
    """Yield what Python, ruff and importlib hold against ``shown`` at the place of ``item``."""
    if not shown:
        return
    before = item.text[: item.start] + item.text[item.end :]
    after = item.text[: item.start] + shown + item.text[item.end :]
    if _parses(before) and not _parses(after):
        yield "adds a syntax error"
    for name in sorted(_unbound(after, item.path) - _unbound(before, item.path)):
        yield f"adds an unbound name: {name}"
    elsewhere = _imports(item.text) | _imports(before)
    for module in sorted(_imports(after) - elsewhere):
        if not _is_found(module, item.path):
            yield f"adds an import that is not there: {module}"


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _unbound(text: str, path: Path) -> set[str]:
    """Return ruff's F821 messages; where the text does not parse, ruff finds none."""
    found = lint_python(text, filename=path, cwd=path.parent, select=("F821",))
    return {finding.message for finding in found if finding.rule == "F821"}


def _imports(text: str) -> set[str]:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return set()
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def _is_found(module: str, path: Path) -> bool:
    """Say whether importlib finds a module here, or beside the package of ``path``."""
    top = module.partition(".")[0]
    if any((folder / top).is_dir() or (folder / f"{top}.py").is_file() for folder in path.parents):
        return True
    try:
        return find_spec(top) is not None
    except (ImportError, ValueError):
        return False


def _tell(judged: Judged, number: int) -> None:
    for complaint in judged.complaints:
        line = judged.item.text.count("\n", 0, judged.item.start) + 1
        where = f"{judged.item.path.name}:{line}"
        sys.stderr.write(f"{number}: {where}: {complaint}\n    {judged.completion.text!r}\n")


def _print(judged: list[Judged]) -> None:
    shown = [each for each in judged if each.completion.text]
    wrong = [each for each in shown if each.complaints]
    true = [each for each in shown if each.completion.text.strip() == each.item.draft.strip()]
    reasons = Counter(
        each.completion.verdicts[-1].filter if each.completion.verdicts else "not tried"
        for each in judged
        if not each.completion.text
    )
    lost = [
        each
        for each in judged
        if each.completion.draft.strip() == each.item.draft.strip() != each.completion.text.strip()
    ]
    write = sys.stdout.write
    write(f"asked {len(judged)}, shown {len(shown)}, the true text {len(true)}\n")
    write(f"somebody complains about {len(wrong)} of {len(shown)} shown\n")
    write(f"true drafts that were rejected or cut: {len(lost)} of {len(lost) + len(true)}\n")
    for name, count in reasons.most_common():
        write(f"  not shown, {name:<28}{count:>5}\n")
