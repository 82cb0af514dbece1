"""The harness of the killing, and the property itself on a few projects."""

import random
from pathlib import Path

import pytest

from tests.evals.kill import Project, killed


@pytest.mark.parametrize("seed", range(5))
def test_a_run_that_is_killed_loses_nothing(tmp_path: Path, seed: int) -> None:
    """At a random moment: the tree is as it was, the run goes on, and nothing is left."""
    moment = random.Random(seed).uniform(0.5, 8.0)  # noqa: S311 - a moment, no secret
    assert killed(tmp_path, moment).wrong == ()


def test_what_is_left_is_seen(tmp_path: Path) -> None:
    project = Project(tmp_path)
    assert project.leftovers() == []
    (tmp_path / "temporary" / "codegen-fix-left").mkdir()
    assert project.leftovers() == ["folder codegen-fix-left"]


def test_a_changed_tree_is_seen(tmp_path: Path) -> None:
    project = Project(tmp_path)
    before = project.state()
    (project.tree / ".git" / "index.lock").write_text("")
    assert project.state() != before
