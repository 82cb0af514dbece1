"""What the architecture promises as absences, checked on the source itself."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for package in ("codegen_lsp", "agent") for path in (ROOT / package).rglob("*.py")
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_layers_and_owners_hold() -> None:
    """import-linter's contracts in ``pyproject.toml``."""
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_types_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_ruff_is_content(command: list[str]) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "ruff", *command, "--no-cache", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_only_the_command_line_prints() -> None:
    printing = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    }
    assert {path for path in printing if not path.startswith("codegen_lsp/cli/")} == set()


PROCESS_OWNERS = {
    "agent/checks.py",
    "agent/interpreter.py",
    "agent/sandbox.py",
    "agent/scratch.py",
    "codegen_lsp/features/doctor/tools.py",
    "codegen_lsp/lint.py",
    "codegen_lsp/model/client.py",
    "codegen_lsp/model/wheel_source.py",
    "codegen_lsp/model/hub_source.py",
    "codegen_lsp/model/build_probe.py",
    "codegen_lsp/model/source.py",
    "codegen_lsp/project/background.py",
    "codegen_lsp/project/environment.py",
}


def test_processes_are_started_in_few_files() -> None:
    starting = {
        path.relative_to(ROOT).as_posix() for path in SOURCES if "subprocess" in _imported(path)
    }
    assert starting <= PROCESS_OWNERS


NETWORK_MODULES = {"socket", "http", "urllib.request", "requests", "httpx", "huggingface_hub"}
NETWORK_OWNERS = {"codegen_lsp/model/hub_source.py", "codegen_lsp/model/hub_stream.py"}


def test_the_network_is_known_to_few_files() -> None:
    knowing = {
        path.relative_to(ROOT).as_posix() for path in SOURCES if _imported(path) & NETWORK_MODULES
    }
    assert knowing <= NETWORK_OWNERS


def test_each_exemption_from_a_check_has_its_reason_on_the_line() -> None:
    bare = re.compile(r"#\s*(noqa(: [A-Z0-9, ]+)?|type: ignore(\[[\w, -]+\])?)\s*$")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []


def test_packages_are_imported_from_their_modules() -> None:
    """``__init__`` files stay empty."""
    assert [path for path in SOURCES if path.name == "__init__.py" and path.stat().st_size] == []


def test_the_readme_and_ci_run_the_same_test_command() -> None:
    [command] = [
        line.strip()
        for line in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
        if "pytest" in line and not line.startswith("#")
    ]
    assert f"\n{command}\n" in re.sub(r"\n +", "\n", (ROOT / "README.md").read_text("utf-8"))


def test_every_module_says_why_it_exists() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if path.stat().st_size and not ast.get_docstring(_tree(path))
    ]
    assert silent == []


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _imported(path: Path) -> set[str]:
    return {name for node in ast.walk(_tree(path)) for name in _names(node)}


def _names(node: ast.AST) -> Iterator[str]:
    """Yield each imported module and its top level package."""
    modules = []
    if isinstance(node, ast.Import):
        modules = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module:
        modules = [node.module]
    for module in modules:
        yield module
        yield module.partition(".")[0]
