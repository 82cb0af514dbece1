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
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from math import inf
from pathlib import Path

from codegen_lsp.config.settings import CompletionSettings, Settings
from codegen_lsp.document.text import Document
from codegen_lsp.engine import Engine
from codegen_lsp.features.alternatives import unless_unsure
from codegen_lsp.features.checking import Verdict
from codegen_lsp.features.completion import Completion, Knowledge, Trigger, complete
from codegen_lsp.lint import LintFinding, lint_python
from codegen_lsp.model.budget import PREFIX_SHARE, SMALLEST_WINDOW
from codegen_lsp.model.drafts import Drafts
from tests.benchmarks.verification import Item, items_of
from tests.evals.completing import completion_settings
from tests.evals.packages import PACKAGES, fetch
from tests.evals.records import append_record

SUMMARY = "what is shown in real packages: syntax errors, unbound names, imports that are not there"

_PATIENT_MS = 60_000
"""The target: nothing is cut because this machine is busy."""

_BEFORE = int(SMALLEST_WINDOW * PREFIX_SHARE)

_SETTINGS = replace(
    completion_settings(
        CompletionSettings(
            max_tokens=80,
            window_before_tokens=_BEFORE,
            window_after_tokens=SMALLEST_WINDOW - _BEFORE,
        )
    ),
    target_ms=_PATIENT_MS,
)
"""The window is that of the slowest machines: the less a model sees, the more it makes up."""

_PER_FILE = 3

_SURROUNDINGS = 600
"""Code points of the text before a place that are written down with it."""

_WORD = re.compile(r"[^\W\d]\w*")

_THRESHOLDS = (-1.0, -0.7, -0.5, -0.4, -0.35, -0.3, -0.25, -0.2, -0.15, -0.1, -0.05)


@dataclass(frozen=True, slots=True, order=True)
class _Told:
    """What ruff says of a ``name``."""

    text: str
    name: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One completion, and what others hold against it; empty when nothing.

    ``taken`` is what they hold against the text that the first check changed or dropped.
    """

    item: Item
    completion: Completion
    complaints: tuple[str, ...]
    taken: tuple[str, ...] = ()

    @property
    def changes(self) -> list[Verdict]:
        """What was said by the filters that changed or dropped it."""
        return [each for each in self.completion.verdicts if each.after != each.before]

    @property
    def offered(self) -> str:
        """What would be shown if the model's certainty did not matter."""
        said = self.completion.verdicts
        is_doubt = bool(said) and said[-1].filter == unless_unsure.__name__
        return said[-1].before if is_doubt else self.completion.text

    @property
    def mean(self) -> float:
        """The mean log-probability of its tokens; minus infinity where nobody knows."""
        sure = self.completion.confidence
        return -inf if sure is None else sure.mean


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--model", required=True, help="the GGUF file, or a model's name")
    parser.add_argument("--number", type=int, default=300, help="completions to ask for")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, help="add each completion here, as a JSON line")


def run(options: argparse.Namespace) -> None:
    """Complete, judge and print."""
    chance = random.Random(options.seed)  # noqa: S311 - a repeatable choice
    settings = Settings()
    engine = Engine(replace(settings, model=replace(settings.model, name=options.model)))
    judged = []
    try:
        for item in _items(options.number, chance):
            judged.append(_judged(item, _completed(item, engine)))
            _tell(judged[-1], len(judged))
            if options.output is not None:
                append_record(options.output, _record(judged[-1]))
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
        settings=_SETTINGS,
        trigger=Trigger.AUTOMATIC,
        knowledge=Knowledge(project=engine.facts(item.path, is_patient=True)),
    )


def _judged(item: Item, completion: Completion) -> Judged:
    """Have others judge what is shown, and what would have been without the first change."""
    judged = Judged(item, completion, tuple(complaints(item, completion.text)))
    if not judged.changes:
        return judged
    return replace(judged, taken=tuple(complaints(item, judged.changes[0].before)))


def complaints(item: Item, shown: str) -> Iterator[str]:
    """Yield what Python, ruff and importlib hold against ``shown`` at the place of ``item``.

    What ruff says counts if it is about a name in ``shown``, and not said of the true text.
    """
    if not shown:
        return
    before = item.text[: item.start] + item.text[item.end :]
    after = item.text[: item.start] + shown + item.text[item.end :]
    if _parses(before) and not _parses(after):
        yield "adds a syntax error"
    had = _linted(before, item.path) | _linted(item.text, item.path)
    for found in sorted(_linted(after, item.path) - had):
        if found.name in _WORD.findall(shown):
            yield f"adds {found.text}"
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


def _linted(text: str, path: Path) -> set[_Told]:
    """Return what ruff says of names; where the text does not parse, it finds none.

    F821 is a name that nothing binds, F811 one that is bound again before it is used.
    """
    rules = ("F821", "F811")
    found = lint_python(text, filename=path, cwd=path.parent, select=rules)
    return {_told(finding) for finding in found if finding.rule in rules}


def _told(finding: LintFinding) -> _Told:
    """Leave out the line: it is not the same in two texts."""
    text, _, _ = finding.message.partition(" from line ")
    return _Told(f"{finding.rule}: {text}", text.partition("`")[2].partition("`")[0])


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
    write("\nfilters: changed or dropped, of these the true text, others complained of it\n")
    for name, counts in sorted(_contributions(judged).items()):
        write(f"  {name:<40}{counts[0]:>5}{counts[1]:>5}{counts[2]:>5}\n")
    write("\nleast mean log-probability: shown, of these the true text\n")
    for least in _THRESHOLDS:
        sure = [each for each in judged if each.offered and each.mean >= least]
        same = sum(each.offered.strip() == each.item.draft.strip() for each in sure)
        write(f"  {least:>6.2f}{len(sure):>6}{same:>6}{same / max(1, len(sure)):>8.1%}\n")


def _contributions(judged: list[Judged]) -> dict[str, tuple[int, int, int]]:
    """Count for each filter the texts it changed or dropped.

    Of these, those that were the true one, and those that others complain of; the latter only where
    no filter had changed them before.
    """
    changed, mistaken, right = Counter[str](), Counter[str](), Counter[str]()
    for each in judged:
        for verdict in each.changes:
            changed[verdict.filter] += 1
            mistaken[verdict.filter] += verdict.before.strip() == each.item.draft.strip()
        for verdict in each.changes[:1]:
            right[verdict.filter] += bool(each.taken)
    return {name: (count, mistaken[name], right[name]) for name, count in changed.items()}


def _record(judged: Judged) -> dict[str, object]:
    item, completion = judged.item, judged.completion
    line = item.text.count("\n", 0, item.start) + 1
    return {
        "place": f"{item.path.parent.name}/{item.path.name}:{line}",
        "before": item.text[max(0, item.start - _SURROUNDINGS) : item.start],
        "true": item.draft,
        "draft": completion.draft,
        "shown": completion.text,
        "dropped": completion.dropped,
        "by": completion.verdicts[-1].filter
        if completion.dropped and completion.verdicts
        else None,
        "offered": judged.offered,
        "mean": judged.mean if judged.offered else None,
        "complaints": judged.complaints,
        "changed_by": [each.filter for each in judged.changes],
        "complaints_before": judged.taken,
        "milliseconds": round(completion.total_ms),
    }
