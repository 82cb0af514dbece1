"""``codegen docstring PATH[:SYMBOL]``: docstrings that agree with the code, as a patch.

The patch goes to stdout; progress, and what was refused, to stderr.
"""

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codegen_lsp.cli.options import add_verb, settings_from

if TYPE_CHECKING:
    from codegen_lsp.config.settings import Settings
    from codegen_lsp.features.docstring import Outcome
    from codegen_lsp.features.docstring_targets import DocstringOptions, DocumentedFile, Target

_PLACE = re.compile(r"(?P<file>.+):(?P<symbol>[^\W\d]\w*(?:\.[^\W\d]\w*)*)")


def add_parser(verbs: Any) -> None:
    """Add this verb."""
    parser = add_verb(
        verbs, "docstring", run=run, summary="write docstrings that agree with the code"
    )
    parser.add_argument(
        "places",
        metavar="PATH[:SYMBOL]",
        nargs="+",
        help="a Python file: all public definitions whose docstring is missing or disagrees with "
        "the code; or one function, class or Class.method in it",
    )
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--write", action="store_true", help="change the files; else print a patch")
    action.add_argument(
        "--check",
        action="store_true",
        help="only list what is missing or disagrees, and exit with 1 if there is any; no model",
    )
    parser.add_argument(
        "--style",
        choices=("google", "numpy", "sphinx"),
        help="how sections are written (default: as elsewhere in the file, else as configured)",
    )
    parser.add_argument("--force", action="store_true", help="replace docstrings that are right")


@dataclass(frozen=True)
class _Work:
    """One file, as named by the user, and what is to be documented in it."""

    path: Path
    file: "DocumentedFile"
    targets: "list[Target]"


def run(options: argparse.Namespace) -> int:
    """Print or write the patches; exit 1 when one was refused, or when ``--check`` found any."""
    work = _work(options.places, force=options.force)
    if options.check:
        return _check(work)
    settings = settings_from(options)
    outcomes = _outcomes(work, settings, options)
    for part, done in zip(work, outcomes, strict=True):
        _deliver(part, done, write=options.write)
    return int(_report([outcome for done in outcomes for outcome in done]))


def _work(places: list[str], *, force: bool) -> list[_Work]:
    """Find what is to be documented, each file and each definition once."""
    from codegen_lsp.document.read import read_document
    from codegen_lsp.features.docstring_targets import read_file, targets, targets_named

    work: dict[Path, _Work] = {}
    for place in places:
        match = None if Path(place).exists() else _PLACE.fullmatch(place)
        path = Path(match["file"] if match else place)
        part = work.get(path.resolve()) or _Work(path, read_file(read_document(path)), [])
        work[path.resolve()] = part
        found = (
            targets_named(part.file, match["symbol"])
            if match
            else targets(part.file, right_too=force)
        )
        known = {target.number for target in part.targets}
        part.targets.extend(target for target in found if target.number not in known)
    return list(work.values())


def _check(work: list[_Work]) -> int:
    """List what is missing or disagrees, one definition a line; return the exit code."""
    found = [(part.path, target) for part in work for target in part.targets if target.reasons()]
    for path, target in found:
        name, reasons = target.signature.qualified_name, "; ".join(target.reasons())
        print(f"{path}:{target.line}: {name}: {reasons}")
    if found:
        print(f"codegen: {_count(len(found))} missing or wrong", file=sys.stderr)
    return 1 if found else 0


def _outcomes(
    work: list[_Work], settings: "Settings", options: argparse.Namespace
) -> "list[list[Outcome]]":
    """Document everything; the engine starts when something needs the model."""
    from codegen_lsp.cli.first_use import ensure_model
    from codegen_lsp.engine import Engine
    from codegen_lsp.features.docstring import settle, write_docstring

    every = [target for part in work for target in part.targets]
    wished = {part.path: _wished(part.path, settings, options) for part in work}
    outcomes: list[list[Outcome]] = []
    engine = Engine(settings)
    number = 0
    try:
        for part in work:
            outcomes.append([])
            for target in part.targets:
                number += 1
                outcome = settle(target, wished[part.path])
                if outcome is None:
                    ensure_model(settings)
                    _show_progress(number, len(every), target)
                    outcome = write_docstring(target, engine.model(), options=wished[part.path])
                outcomes[-1].append(outcome)
    finally:
        engine.close()
    return outcomes


def _wished(path: Path, settings: "Settings", options: argparse.Namespace) -> "DocstringOptions":
    from codegen_lsp.document.line_length import line_length_for
    from codegen_lsp.features.docstring_targets import DocstringOptions

    return DocstringOptions(
        style=options.style,
        default_style=settings.docstring.style,
        line_length=line_length_for(path),
        force=options.force,
    )


def _show_progress(number: int, total: int, target: "Target") -> None:
    name = target.signature.qualified_name
    print(f"codegen: docstring {number} of {total}: {name}", file=sys.stderr, flush=True)


def _deliver(part: _Work, outcomes: "list[Outcome]", *, write: bool) -> None:
    """Write the file, or print its patch."""
    from codegen_lsp.cli.write_file import write_file
    from codegen_lsp.document.diff import unified_diff
    from codegen_lsp.features.docstring import documented_text

    before = part.file.document.text
    after = documented_text(part.file.document, outcomes)
    if write and after != before:
        write_file(part.path, before=before, after=after)
    elif not write:
        # As bytes: the patch must keep the file's own line ends on every system.
        sys.stdout.flush()
        sys.stdout.buffer.write(unified_diff(before, after, _path_in_patch(part.path)).encode())
        sys.stdout.buffer.flush()


def _path_in_patch(path: Path) -> str:
    """Return the path as git writes it: relative to the repository, else to the current folder."""
    from codegen_lsp.errors import MissingTool
    from codegen_lsp.git.repository import repository_root

    real = path.resolve()
    try:
        root = repository_root(real.parent)
    except MissingTool:
        root = None
    for folder in (root, Path.cwd()):
        if folder is not None and real.is_relative_to(folder.resolve()):
            return real.relative_to(folder.resolve()).as_posix()
    return real.name


def _report(outcomes: "list[Outcome]") -> bool:
    """Say on stderr what was done; return whether something was refused."""
    from codegen_lsp.features.docstring import AlreadyRight, Refused, Written

    refused = [done for done in outcomes if isinstance(done, Refused)]
    for left in refused:
        name, line = left.target.signature.qualified_name, left.target.line
        print(f"codegen: {name} (line {line}) is left as it is: {left.reason}", file=sys.stderr)
    for right in (done for done in outcomes if isinstance(done, AlreadyRight)):
        name = right.target.signature.qualified_name
        print(f"codegen: {name} has a docstring (--force replaces it)", file=sys.stderr)
    written = sum(isinstance(done, Written) for done in outcomes)
    print(f"codegen: {_count(written)} written, {len(refused)} refused", file=sys.stderr)
    return bool(refused)


def _count(number: int) -> str:
    return "1 docstring" if number == 1 else f"{number} docstrings"
