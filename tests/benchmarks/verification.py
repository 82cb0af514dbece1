"""How often the checks of names reject what is true, how often they catch what is not, and when.

Lines and blocks of the standard library and of installed packages are taken out and offered at
their place, as a model's draft would be, whole or from the middle of their first line. What is
rejected then is a mistake of ours. The same drafts with one identifier misspelt should be caught;
what passes is shown to ruff, whose F821 says which names nobody defines.
"""

import argparse
import ast
import io
import keyword
import random
import re
import statistics
import sys
import sysconfig
import time
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from codegen_lsp.document.text import Document
from codegen_lsp.filters.fix_syntax import fix_syntax
from codegen_lsp.filters.pipeline import COMPLETION_CHECKS
from codegen_lsp.filters.place import Dropped, Place
from codegen_lsp.lint import lint_python
from codegen_lsp.project.environment import environment_of
from codegen_lsp.project.facts import ProjectModules

SUMMARY = "the checks of names on real code: false alarms, misspellings caught, time"

CHECKS = COMPLETION_CHECKS[COMPLETION_CHECKS.index(fix_syntax) + 1 :]
_LARGE_LINES = 2_000
_LARGEST_LINES = 6_000
_SKIPPED = ("/test", "lib2to3", "_vendor", "idlelib", "/__pycache__/", "turtledemo")
_MOST_BLOCK_LINES = 6


@dataclass(frozen=True, slots=True)
class Item:
    """A true text, cut at ``start:end``, which is the draft; offsets are in code points."""

    path: Path
    text: str
    start: int
    end: int

    @property
    def draft(self) -> str:
        """What stood there."""
        return self.text[self.start : self.end]

    def place(self, project: ProjectModules | None) -> Place:
        """Return the place without it."""
        before, after = self.text[: self.start], self.text[self.end :]
        return Place(before, after, "python", self.path, project)


@dataclass(frozen=True, slots=True)
class Misspelt:
    """A draft with one identifier misspelt, and what the identifier is there for."""

    draft: str
    wrong: str
    role: str


@dataclass(slots=True)
class Tally:
    """What was counted; times are in ms of processor time."""

    true: int = 0
    rejected: list[tuple[Item, str, str]] = field(default_factory=list)
    misspelt: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[Item, Misspelt]] = field(default_factory=list)
    by_check: Counter[str] = field(default_factory=Counter)
    warm: list[float] = field(default_factory=list)
    syntax: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    large: list[float] = field(default_factory=list)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--drafts", type=int, default=2_000, help="true drafts to offer")
    parser.add_argument("--per-file", type=int, default=20, help="of each file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=20, help="how many misses to print")
    parser.add_argument("--no-ruff", action="store_true", help="do not ask ruff about misses")


def run(options: argparse.Namespace) -> None:
    """Measure and print."""
    tally = measure(files(), options.drafts, options.per_file, random.Random(options.seed))  # noqa: S311 - a repeatable choice
    _print(tally, options)


def files() -> list[Path]:
    """Return the sources of the standard library and of the packages installed beside it."""
    folders = [sysconfig.get_path(name) for name in ("stdlib", "purelib")]
    found = {path for folder in folders for path in Path(folder).rglob("*.py")}
    base = str(Path(folders[0]) / "site-packages")  # not seen from a virtual environment
    skipped = (*_SKIPPED, *([base] if sys.prefix != sys.base_prefix else []))
    return sorted(path for path in found if not any(part in str(path) for part in skipped))


def measure(paths: Sequence[Path], drafts: int, per_file: int, chance: random.Random) -> Tally:
    """Offer ``drafts`` true drafts, and each with a misspelling."""
    tally = Tally()
    environment = environment_of(Path(sys.prefix))
    projects = {
        folder: ProjectModules(Path(folder), environment=environment, is_patient=True)
        for folder in (sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"))
    }
    while tally.true < drafts:
        path = chance.choice(paths)
        text = _text(path)
        if text is None:
            continue
        folder = max((name for name in projects if str(path).startswith(name)), key=len)
        for item in _items(path, text, per_file, chance):
            _offer(item, projects[folder], tally, chance)
    for project in projects.values():
        project.close()
    return tally


def _offer(item: Item, project: ProjectModules, tally: Tally, chance: random.Random) -> None:
    place = item.place(project)
    if fix_syntax(item.draft, place) != item.draft:
        return
    started = time.thread_time()
    outcome, check = _checked(item.draft, place)
    tally.cold.append((time.thread_time() - started) * 1000)
    tally.true += 1
    _time(item, project, tally)
    if outcome != item.draft:
        reason = outcome.reason if isinstance(outcome, Dropped) else f"cut to {outcome!r}"
        tally.rejected.append((item, check, reason))
    wrong = misspelt(item, chance)
    if wrong is None:
        return
    place = item.place(project)
    tally.misspelt[wrong.role] += 1
    outcome, check = _checked(wrong.draft, place)
    if outcome == wrong.draft:
        tally.missed.append((item, wrong))
    else:
        tally.caught[wrong.role] += 1
        tally.by_check[check] += 1


def _time(item: Item, project: ProjectModules, tally: Tally) -> None:
    """Take the time of another request at the same place, as after a key."""
    place = item.place(project)
    started = time.thread_time()
    fix_syntax(item.draft, place)
    middle = time.thread_time()
    _checked(item.draft, place)
    ended = time.thread_time()
    tally.syntax.append((middle - started) * 1000)
    tally.warm.append((ended - started) * 1000)
    if item.text.count("\n") > _LARGE_LINES:
        tally.large.append((ended - started) * 1000)


def _checked(draft: str, place: Place) -> tuple[str | Dropped, str]:
    for check in CHECKS:
        outcome = check(draft, place)
        if outcome != draft:
            return outcome, check.__name__
    return draft, ""


def _text(path: Path) -> str | None:
    try:
        text = path.read_text("utf-8")
        ast.parse(text)
    except (OSError, ValueError, SyntaxError):
        return None
    return text if 20 < text.count("\n") < _LARGEST_LINES and "\r" not in text else None


def items_of(path: Path, count: int, chance: random.Random) -> Iterator[Item]:
    """Yield up to ``count`` items of a file; none of one that is not plain Python."""
    text = _text(path)
    if text is not None:
        yield from _items(path, text, count, chance)


def _items(path: Path, text: str, count: int, chance: random.Random) -> Iterator[Item]:
    """Yield lines and blocks that hold code: lines of one statement each, or the end of one."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    statements = [
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt) and _is_code(node)
    ]
    for node in chance.sample(statements, min(count, len(statements))):
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        if last - first >= _MOST_BLOCK_LINES:
            last = first  # the head of a long statement, as a model would begin it
        elif chance.random() < 0.3:
            last = min(last + chance.randrange(1, 4), len(lines) - 1)
        indent = len(lines[first]) - len(lines[first].lstrip())
        start, end = starts[first] + indent, starts[last] + len(lines[last])
        if chance.random() < 0.4:
            cuts = [match.start() for match in re.finditer(r"\b", lines[first][indent:])]
            start += chance.choice(cuts) if cuts else 0
        if start < end and text[start:end].strip():
            yield Item(path, text, start, end)


def _is_code(node: ast.stmt) -> bool:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return not is_text


def misspelt(item: Item, chance: random.Random) -> Misspelt | None:
    """Misspell one identifier of the draft so that the text still parses; None if there is none."""
    first = item.text.count("\n", 0, item.start)
    tokens = [token for token in _tokens(item.text) if token.type == tokenize.NAME]
    starts = [0, *(match.end() for match in re.finditer("\n", item.text))]
    words = {token.string for token in tokens}
    within = [
        token
        for token in tokens
        if token.start[0] - 1 >= first
        and item.start <= starts[token.start[0] - 1] + token.start[1] < item.end
        and starts[token.end[0] - 1] + token.end[1] <= item.end
        and len(token.string) > 2
        and not keyword.iskeyword(token.string)
        and not keyword.issoftkeyword(token.string)
    ]
    chance.shuffle(within)
    for token in within[:4]:
        wrong = _misspelling(token.string, words, chance)
        at = starts[token.start[0] - 1] + token.start[1]
        text = item.text[:at] + wrong + item.text[at + len(token.string) :]
        role = _role(text, token.start, wrong)
        if role is not None:
            return Misspelt(
                text[item.start : item.end + len(wrong) - len(token.string)], wrong, role
            )
    return None


def _misspelling(word: str, taken: set[str], chance: random.Random) -> str:
    while True:
        at = chance.randrange(len(word))
        letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
        kind = chance.randrange(3)
        wrong = word[:at] + letter + word[at + (kind != 0) :] if kind < 2 else word + letter
        if wrong.isidentifier() and wrong not in taken and not keyword.iskeyword(wrong):
            return wrong


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    return list(tokenize.generate_tokens(io.StringIO(text).readline))


def _role(text: str, start: tuple[int, int], wrong: str) -> str | None:
    """Say what the identifier at ``start`` (line from 1, column) is there for; None if nothing."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except SyntaxError:
        return None
    roles = (_role_in(node, start[0], wrong) for node in nodes)
    return next((role for role in roles if role is not None), None)


def _role_in(node: ast.AST, line: int, wrong: str) -> str | None:
    match node:
        case ast.Name(id=name, ctx=ast.Load()) if name == wrong:
            return "name"
        case ast.Attribute(attr=name, ctx=ast.Load()) if name == wrong:
            receiver = node.value.id if isinstance(node.value, ast.Name) else ""
            return "member of self" if receiver in {"self", "cls"} else "member"
        case ast.keyword(arg=name) if name == wrong:
            return "keyword"
        case ast.Import() | ast.ImportFrom() if node.lineno <= line <= (node.end_lineno or 0):
            return None if wrong in [alias.asname for alias in node.names] else "import"
    return None


def _print(tally: Tally, options: argparse.Namespace) -> None:
    write = sys.stdout.write
    write(f"true drafts {tally.true:,}, rejected {len(tally.rejected)}\n")
    for item, check, reason in tally.rejected:
        line = item.text.count("\n", 0, item.start) + 1
        write(f"  {item.path}:{line}: {check}: {reason}\n    {item.draft[:160]!r}\n")
    write("misspelt identifiers\n")
    for role, count in sorted(tally.misspelt.items()):
        share = tally.caught[role] / count
        write(f"  {role:<16}{tally.caught[role]:>6} of {count:>6}  {share:6.1%}\n")
    write(f"  by check: {dict(tally.by_check)}\n")
    for item, wrong in tally.missed[: options.show]:
        line = item.text.count("\n", 0, item.start) + 1
        write(f"  missed {wrong.role}: {wrong.wrong} in {item.path}:{line}\n")
        write(f"    {wrong.draft[:160]!r}\n")
    if not options.no_ruff:
        unbound = [(item, wrong) for item, wrong in tally.missed if _is_unbound(item, wrong)]
        write(f"passed, and undefined to ruff (F821): {len(unbound)} of {len(tally.missed)}\n")
        for item, wrong in unbound:
            write(f"  {wrong.wrong} in {item.path}\n    {wrong.draft[:160]!r}\n")
    for name in ("cold", "warm", "syntax", "large"):
        times = getattr(tally, name)
        if len(times) > 1:
            p95 = statistics.quantiles(times, n=20)[-1]
            p50 = statistics.median(times)
            write(f"{name:<8} n {len(times):>6}  p50 {p50:7.2f} ms  p95 {p95:7.2f} ms\n")


def _is_unbound(item: Item, wrong: Misspelt) -> bool:
    """Ask ruff whether the misspelling is a name that nothing defines."""
    text = item.text[: item.start] + wrong.draft + item.text[item.end :]
    path = Path("measured.py")
    found = lint_python(Document(text).text, filename=path, cwd=Path(), select=("F821",))
    return any(f"`{wrong.wrong}`" in finding.message for finding in found)
