"""A project of its own for each test; the environment is this interpreter's."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from codegen_lsp.project.environment import environment_of
from codegen_lsp.project.facts import ProjectModules
from codegen_lsp.project.stars import star_names


@pytest.fixture
def project(tmp_path: Path) -> Iterator[ProjectModules]:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("from .inner import *\nown = 1\n")
    (tmp_path / "package" / "inner.py").write_text("__all__ = ['a']\na = b = 1\n")
    environment = replace(environment_of(Path(sys.prefix)), roots=(tmp_path,))
    made = ProjectModules(tmp_path, environment=environment, is_patient=True)
    yield made
    made.close()


def test_modules_are_there_or_not(project: ProjectModules) -> None:
    assert project.has_module("package.inner", None) is True
    assert project.has_module("package.outer", None) is False
    assert project.has_module("sys", None) is True
    assert project.has_module(".inner", None) is None


def test_facts_follow_the_file(project: ProjectModules) -> None:
    path = project.root / "package" / "inner.py"
    before = project.module("package.inner", None)
    path.write_text("changed_name = 1\n")
    after = project.module("package.inner", None)
    assert before is not None
    assert after is not None
    assert before.names == {"__all__", "a", "b"}
    assert after.names == {"changed_name"}


def test_the_names_of_compiled_modules_are_told_by_the_interpreter(project: ProjectModules) -> None:
    for name, member in (("sys", "argv"), ("math", "sqrt"), ("os", "getcwd"), ("re", "IGNORECASE")):
        facts = project.module(name, None)
        assert facts is not None
        assert facts.is_complete
        assert member in facts.names


def test_a_star_import_brings_what_is_public(project: ProjectModules) -> None:
    assert star_names(project, "package.inner", None) == {"a"}
    assert star_names(project, "nowhere", None) is None


def test_a_closed_project_knows_nothing_new(project: ProjectModules) -> None:
    project.close()
    assert project.module("package", None) is None


def test_a_file_too_long_to_read_is_unknown(project: ProjectModules) -> None:
    (project.root / "long.py").write_text("# comment\n" * 100_000)
    assert project.module("long", None) is None
