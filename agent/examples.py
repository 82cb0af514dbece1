"""Tries the examples in a docstring on suggestions for its function, in a sandbox.

Only where bubblewrap keeps the code in: with a read-only system and project, no home, no network,
and little time. Nobody asked for anything to be run, so there is no running it with less.
"""

import functools
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from agent.confinement import confined, hidden_folders
from agent.docstring_examples import Examples, examples_at
from agent.environment import reduced_environment
from agent.interpreter import folders_of
from agent.sandbox import Sandbox, find_bubblewrap
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import CompletionSettings
from codegen_lsp.document.text import Document, Position, with_lf
from codegen_lsp.features.examples import Examples as TryExamples
from codegen_lsp.features.examples import Tried
from codegen_lsp.project.environment import environment_of
from codegen_lsp.project.root import root_of

SECONDS_EACH = 1.0
"""What one suggestion may take, loading the module included."""

_STARTING_SECONDS = 5.0
_RUNNER = Path(__file__).with_name("example_runner.py")


def examples_for(settings: CompletionSettings) -> TryExamples | None:
    """Return what tries examples on suggestions; None where ``settings`` forbid it."""
    return try_examples if settings.run_examples else None


def try_examples(
    document: Document,
    position: Position,
    texts: Sequence[str],
    cancellation: Cancellation | None = None,
) -> Tried | None:
    """Return how many examples of the function around ``position`` hold with each of ``texts``.

    None for other languages than Python, where there are no examples, where bubblewrap does not
    work, and when the project's Python cannot be run. Raises
    :class:`~codegen_lsp.errors.Cancelled`.
    """
    if document.language != "python" or not texts:
        return None
    before, after = map(with_lf, document.split(position))
    programs = [before + text + after for text in texts]
    found = (examples_at(program, position.line) for program in programs)
    examples = next((each for each in found if each is not None), None)
    if examples is None or (wrapper := _bubblewrap()) is None:
        return None
    held = _run(document.path, programs, examples, wrapper, cancellation or Cancellation())
    if held is None:
        return None
    # More than there are can only be said by a program that meddles with the pipe.
    sound = (each if each is not None and each <= examples.total else None for each in held)
    return Tried(examples.total, tuple(sound))


@functools.cache
def _bubblewrap() -> str | None:
    return find_bubblewrap()


def _run(
    path: Path | None,
    programs: Sequence[str],
    examples: Examples,
    wrapper: str,
    cancellation: Cancellation,
) -> tuple[int | None, ...] | None:
    with tempfile.TemporaryDirectory(prefix="codegen-examples-") as name:
        folder = Path(name).resolve()
        module, package = _module(path)
        job = {
            "programs": list(programs),
            "name": module,
            "package": package,
            "session": examples.session,
            "calls": [(each.call, each.value) for each in examples.calls],
            "seconds": SECONDS_EACH,
        }
        (folder / "job.json").write_text(json.dumps(job), "utf-8")
        (folder / _RUNNER.name).write_text(_RUNNER.read_text("utf-8"), "utf-8")
        sandbox, python = _sandbox(path, folder, wrapper)
        ended = sandbox.run(
            [python, str(folder / _RUNNER.name), str(folder / "job.json")],
            cwd=folder,
            seconds=_STARTING_SECONDS + SECONDS_EACH * len(programs),
            cancellation=cancellation,
        )
    return _understood(ended.output, len(programs)) if ended.exit_code == 0 else None


def _sandbox(path: Path | None, folder: Path, wrapper: str) -> tuple[Sandbox, str]:
    """Return the sandbox for a module of the project around ``path``, and its Python."""
    python, roots = sys.executable, tuple[Path, ...]()
    if path is not None:
        absolute = path.absolute()
        found = environment_of(root_of(absolute) or absolute.parent)
        python, roots = str(found.python or python), found.roots
    environment = reduced_environment(
        os.environ, home=folder, temporary=folder, path=list(roots), original=folder
    )
    sandbox = confined(
        environment,
        programs=os.get_exec_path(),
        writable=(folder,),
        readable=(*roots, *folders_of(python, hidden_folders())),
        wrapper=wrapper,
    )
    return sandbox, python


def _module(path: Path | None) -> tuple[str, str]:
    """Return the full name of the module in the file ``path``, and that of its package."""
    if path is None:
        return "untitled", ""
    absolute = path.absolute()
    parts, folder = [absolute.stem], absolute.parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts), ".".join(parts[:-1])


def _understood(output: str, count: int) -> tuple[int | None, ...] | None:
    """Return what the runner said; None where that is nothing sensible."""
    try:
        held = json.loads(output.strip().rpartition("\n")[2])
    except ValueError:
        return None
    is_sound = isinstance(held, list) and len(held) == count
    if not is_sound or not all(each is None or type(each) is int for each in held):
        return None
    return tuple(held)
