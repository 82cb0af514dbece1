"""Which Python a project runs on, and where that one looks for modules.

Neither the project's code nor that of its packages is run, nor an interpreter that lies in the
project, which is as untrusted as its code. A virtual environment is read from its layout (PEP 405);
the interpreter it is based on is asked for its standard library, once, isolated and without
``site``, because ``.pth`` files may hold code. What modules there are is for
:mod:`codegen_lsp.project.modules`.
"""

import ast
import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any

_ASK = """
import json, site, sys, sysconfig
try:
    user = [site.getusersitepackages()]
except Exception:
    user = []
names = getattr(sys, "stdlib_module_names", sys.builtin_module_names)
print(json.dumps({
    "version": list(sys.version_info[:2]),
    "library": [path for path in sys.path if path and not path.endswith(".zip")],
    "sites": site.getsitepackages() + user,
    "stdlib": sorted({*names, *sys.builtin_module_names}),
}))
"""
_ASK_SECONDS = 10.0

_PYTHON = re.compile(r"python[\d.]*t?d?(\.exe)?$|pypy[\d.]*(\.exe)?$")
"""Programs that may be asked: a link in a project could name anything."""

_LONGEST_LINE = 4_096
"""A ``.pth`` file's lines are paths; what is longer is none."""

_MAPPING = re.compile(r"^MAPPING[^=\n]*=\s*(\{[^\n]*\})", re.MULTILINE)
"""Where setuptools' finder of an editable install keeps which package lies where."""


@dataclass(frozen=True)
class Environment:
    """Where modules are looked for, in order: the project's ``roots``, then ``search_path``.

    ``python`` is the interpreter, None when none could be asked; ``version`` then is that of the
    one that runs this. ``stdlib`` holds the top level names of the standard library, those that
    have no file included. ``search_path`` holds the standard library's folders and the installed
    packages', with what their ``.pth`` files add.
    """

    python: Path | None
    version: tuple[int, int]
    roots: tuple[Path, ...]
    search_path: tuple[Path, ...]
    stdlib: frozenset[str]


_known: dict[Path, Environment] = {}
_lock = threading.Lock()


def environment_of(root: Path) -> Environment:
    """Return the environment of the project in the folder ``root``.

    The first time this starts an interpreter, for 20 to 100 ms as a rule and 10 s at most; the
    answer is kept as long as this process lives.
    """
    root = root.resolve()
    with _lock:
        if root not in _known:
            _known[root] = find_environment(root, os.environ)
        return _known[root]


def find_environment(root: Path, variables: Mapping[str, str]) -> Environment:
    """Look for the environment anew; ``variables`` are those of the process."""
    roots = tuple(_roots(root))
    for python in _candidates(root, variables):
        prefix = python.parent.parent
        is_virtual = (prefix / "pyvenv.cfg").is_file()
        said = _asked(_base(python, prefix) if is_virtual else python, root)
        if said is None:
            continue
        sites = [Path(site) for site in said["sites"]]
        if is_virtual:
            own = [*prefix.glob("lib/python*/site-packages"), prefix / "Lib" / "site-packages"]
            sites = [*own, *(sites if _sees_system(prefix) else ())]
        library = [Path(folder) for folder in said["library"]]
        return Environment(
            python=python,
            version=(int(said["version"][0]), int(said["version"][1])),
            roots=roots,
            search_path=tuple(_folders([*library, *_with_added(sites)])),
            stdlib=frozenset(said["stdlib"]),
        )
    names = frozenset({*sys.stdlib_module_names, *sys.builtin_module_names})
    return Environment(None, sys.version_info[:2], roots, (), names)


def _candidates(root: Path, variables: Mapping[str, str]) -> Iterator[Path]:
    """Yield interpreters: the project's own, the active environment's, that on the path, ours."""
    prefixes = [root / ".venv", root / "venv"]
    prefixes += [Path(variables[name]) for name in _ACTIVE if variables.get(name)]
    for prefix in prefixes:
        for python in (prefix / "bin" / "python", prefix / "Scripts" / "python.exe"):
            if python.exists():
                yield python
    for name in ("python3", "python"):
        if (found := which(name)) is not None:
            yield Path(found)
    yield Path(sys.executable)


_ACTIVE = ("VIRTUAL_ENV", "CONDA_PREFIX")


def _base(python: Path, prefix: Path) -> Path:
    """Return the interpreter a virtual environment is based on; ``python`` may be a copy of it."""
    if python.resolve() != python.parent.resolve() / python.name:
        return python.resolve()
    home = Path(_configuration(prefix).get("home", prefix / "bin"))
    names = ("python3", "python", "python.exe")
    return next((home / name for name in names if (home / name).is_file()), python)


def _sees_system(prefix: Path) -> bool:
    return _configuration(prefix).get("include-system-site-packages", "").lower() == "true"


def _configuration(prefix: Path) -> dict[str, str]:
    """Read ``pyvenv.cfg``: lines of ``key = value``."""
    parts = (line.partition("=") for line in _lines(prefix / "pyvenv.cfg"))
    return {key.strip().lower(): value.strip() for key, _, value in parts}


def _asked(python: Path, root: Path) -> dict[str, Any] | None:
    """Return what an interpreter says of itself; None when it lies in the project, or is none."""
    program = python.resolve()
    is_ours = program == Path(sys.executable).resolve()
    if not is_ours and (program.is_relative_to(root) or not _PYTHON.match(program.name)):
        return None
    try:
        done = subprocess.run(  # noqa: S603 - the user's own interpreter, with a fixed program
            [python, "-I", "-S", "-c", _ASK],
            cwd=python.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ASK_SECONDS,
            check=True,
        )
        said = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return said if isinstance(said, dict) else None


def _roots(root: Path) -> Iterator[Path]:
    """Yield the folders from which the project imports its own modules."""
    configured = [root / name for name in _configured(root / "pyproject.toml")]
    yield from _folders([root, root / "src", *configured])


def _configured(path: Path) -> list[str]:
    """Return the folders that pytest and mypy are told to import from."""
    try:
        tools = tomllib.loads("\n".join(_lines(path))).get("tool", {})
        found = [
            tools.get("pytest", {}).get("ini_options", {}).get("pythonpath", []),
            tools.get("mypy", {}).get("mypy_path", []),
        ]
    except (ValueError, AttributeError):
        return []
    lists = ([part] if isinstance(part, str) else part for part in found)
    return [str(name) for names in lists if isinstance(names, list) for name in names]


def _with_added(sites: Iterable[Path]) -> Iterator[Path]:
    """Yield folders of installed packages, each followed by what its ``.pth`` files add."""
    for site in sites:
        yield site
        if site.is_dir():
            for path in sorted(site.glob("*.pth")):
                yield from _added(path)


def _added(path: Path) -> Iterator[Path]:
    for line in _lines(path):
        if line.startswith(("import ", "import\t")):
            yield from _editable(path.parent, line)
        elif line and not line.startswith("#") and len(line) <= _LONGEST_LINE:
            yield path.parent / line


def _editable(site: Path, line: str) -> Iterator[Path]:
    """Yield the folders of packages that setuptools' finder maps; its code is read, not run."""
    module = re.match(r"import\s+(__editable__\w+)", line)
    if module is None:
        return
    mapping = _MAPPING.search("\n".join(_lines(site / f"{module[1]}.py")))
    try:
        mapped = ast.literal_eval(mapping[1]) if mapping else {}
    except (ValueError, SyntaxError):
        return
    for name, folder in mapped.items() if isinstance(mapped, dict) else ():
        if Path(str(folder)).stem == str(name).rpartition(".")[2]:
            yield Path(str(folder)).parent


def _lines(path: Path) -> list[str]:
    """Return the lines of a small text file, none when it cannot be read."""
    try:
        return [line.strip() for line in path.read_text("utf-8").splitlines()]
    except (OSError, ValueError):
        return []


def _folders(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield those that are folders, each once."""
    yield from dict.fromkeys(path for path in paths if path.is_dir())
