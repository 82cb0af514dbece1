"""Virtual environments are laid out in a temporary folder; the interpreter asked is this one."""

import os
import sys
from pathlib import Path

from codegen_lsp.project.environment import Environment, environment_of, find_environment

BASE = Path(sys.executable).resolve()


def virtual(prefix: Path, *, python: Path = BASE, system: bool = False) -> Path:
    """Lay out a virtual environment and return its folder of packages."""
    (prefix / "bin").mkdir(parents=True)
    (prefix / "bin" / "python").symlink_to(python)
    (prefix / "pyvenv.cfg").write_text(
        f"home = {python.parent}\ninclude-system-site-packages = {str(system).lower()}\n"
    )
    site = prefix / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    return site


def found(root: Path, **variables: str) -> Environment:
    return find_environment(root, variables)


def test_the_projects_own_environment_comes_first(tmp_path: Path) -> None:
    site = virtual(tmp_path / ".venv")
    virtual(tmp_path / "other")
    environment = found(tmp_path, VIRTUAL_ENV=str(tmp_path / "other"))
    assert environment.python == tmp_path / ".venv" / "bin" / "python"
    assert environment.search_path[-1] == site
    assert environment.version == sys.version_info[:2]


def test_then_the_active_one(tmp_path: Path) -> None:
    site = virtual(tmp_path / "active")
    (tmp_path / "project").mkdir()
    environment = found(tmp_path / "project", VIRTUAL_ENV=str(tmp_path / "active"))
    assert environment.search_path[-1] == site


def test_without_one_an_interpreter_of_the_machine_is_asked(tmp_path: Path) -> None:
    environment = found(tmp_path)
    assert environment.python is not None
    assert any((folder / "json" / "__init__.py").exists() for folder in environment.search_path)


def test_the_standard_library_is_known_by_name(tmp_path: Path) -> None:
    assert {"sys", "json", "_thread"} <= found(tmp_path).stdlib


def test_system_packages_are_seen_when_the_environment_sees_them(tmp_path: Path) -> None:
    virtual(tmp_path / "closed" / ".venv")
    virtual(tmp_path / "open" / ".venv", system=True)
    closed = found(tmp_path / "closed").search_path
    opened = found(tmp_path / "open").search_path
    assert len(opened) >= len(closed)


def test_an_interpreter_that_lies_in_the_project_is_not_run(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    program = tmp_path / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    program.chmod(0o755)
    assert found(tmp_path).python != program
    assert not ran.exists()


def test_nor_what_a_link_in_it_calls_python(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    tool = tmp_path / "tool"
    tool.write_text(f"#!/bin/sh\ntouch {ran}\n")
    tool.chmod(0o755)
    virtual(tmp_path / "project" / ".venv", python=tool)
    assert found(tmp_path / "project").python is not None
    assert not ran.exists()


def test_code_in_pth_files_is_not_run_and_their_paths_are_added(tmp_path: Path) -> None:
    site = virtual(tmp_path / ".venv")
    ran, added = tmp_path / "ran", tmp_path / "added"
    added.mkdir()
    (site / "code.pth").write_text(f"import pathlib; pathlib.Path({str(ran)!r}).touch()\n")
    (site / "path.pth").write_text(f"# a comment\n{added}\n{tmp_path / 'absent'}\n")
    assert found(tmp_path).search_path[-1] == added
    assert not ran.exists()


def test_setuptools_editable_installs_are_followed(tmp_path: Path) -> None:
    site = virtual(tmp_path / ".venv")
    package = tmp_path / "elsewhere" / "parcel"
    package.mkdir(parents=True)
    (site / "__editable__.parcel.pth").write_text(
        "import __editable___parcel_1_0_finder; __editable___parcel_1_0_finder.install()\n"
    )
    (site / "__editable___parcel_1_0_finder.py").write_text(
        f"MAPPING: dict[str, str] = {{'parcel': {str(package)!r}}}\n"
    )
    assert found(tmp_path).search_path[-1] == package.parent


def test_roots_are_the_top_src_and_what_pytest_and_mypy_are_told(tmp_path: Path) -> None:
    for name in ("src", "lib", "stubs"):
        (tmp_path / name).mkdir()
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\npythonpath = ["lib"]\n[tool.mypy]\nmypy_path = "stubs"\n'
    )
    expected = (tmp_path, tmp_path / "src", tmp_path / "lib", tmp_path / "stubs")
    assert found(tmp_path).roots == expected


def test_a_broken_project_file_costs_its_roots_only(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool\n")
    assert found(tmp_path).roots == (tmp_path,)


def test_the_answer_is_kept(tmp_path: Path) -> None:
    assert environment_of(tmp_path) is environment_of(tmp_path / os.curdir)
