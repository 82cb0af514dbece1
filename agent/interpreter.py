"""Which Python runs the project's tests, and what of the disk it needs to see.

The project's own environment comes first, since that is where its dependencies are. Candidates are
asked in the sandbox: an interpreter that lies in a repository is as untrusted as its tests.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from agent.sandbox import Sandbox
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import MissingTool

_ASK = "import importlib.util, sys; print(importlib.util.find_spec('pytest') and sys.executable)"
_ASK_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that can import pytest, and the folders it is installed in."""

    path: str
    folders: tuple[Path, ...]


def find_interpreter(
    folder: Path, sandbox: Sandbox, cwd: Path, cancellation: Cancellation
) -> Interpreter:
    """Return the first Python that can import pytest.

    In order: of ``$VIRTUAL_ENV``, of ``.venv`` and ``venv`` in the project's ``folder``,
    ``python3``, the one that runs this program. ``cwd`` is an empty folder to ask in.
    Raises :class:`~codegen_lsp.errors.MissingTool`.
    """
    for path in _candidates(folder, os.environ):
        folders = folders_of(path, sandbox.hidden)
        ended = sandbox.run(
            [path, "-c", _ASK],
            cwd=cwd,
            seconds=_ASK_SECONDS,
            cancellation=cancellation,
            also_readable=folders,
        )
        answer = ended.output.strip()
        if ended.exit_code == 0 and answer.startswith("/"):
            return Interpreter(answer if _is_shim(path) else path, folders)
    raise MissingTool(
        "no Python with pytest was found",
        advice="pip install 'codegen-lsp[agent]', or say how tests are run with --test",
    )


def folders_of(program: str, hidden: Sequence[Path]) -> tuple[Path, ...]:
    """Return the folders that ``program`` needs and that lie below ``hidden`` ones.

    For an interpreter of a virtual environment these are the environment and what it is based on.
    Never a hidden folder itself, nor the ``.local`` of a home, which holds more than programs.
    """
    path = Path(program)
    real = path.resolve()
    found = [path.parent.parent, real.parent.parent]
    if _is_shim(program):
        found.append(path.parent.parent)
    too_wide = {*hidden, *(folder / ".local" for folder in hidden)}
    narrow = [path.parent if folder in too_wide else folder for folder in found]
    below = [folder for folder in narrow if is_below(folder, hidden)]
    return tuple(dict.fromkeys(below))


def is_below(path: Path, folders: Sequence[Path]) -> bool:
    """Say whether ``path`` lies below one of ``folders``."""
    return any(path.is_relative_to(folder) and path != folder for folder in folders)


def _is_shim(program: str) -> bool:
    """Say whether this is a script of pyenv or asdf that looks for the real program each time."""
    return Path(program).parent.name == "shims"


def _candidates(folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    places = [Path(environment["VIRTUAL_ENV"])] if environment.get("VIRTUAL_ENV") else []
    for place in [*places, folder / ".venv", folder / "venv"]:
        python = place / "bin" / "python"
        if python.exists():
            yield str(python)
    if (found := which("python3")) is not None:
        yield found
    yield sys.executable
