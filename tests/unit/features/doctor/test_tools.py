"""Programs and packages: those of this machine, and editors made for the case."""

from pathlib import Path

import pytest

from codegen_lsp.features.doctor.check import State
from codegen_lsp.features.doctor.tools import agent, editors, git, ruff


def put_program(folder: Path, name: str, says: str = "", code: int = 0) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' '{says}'\nexit {code}\n", "utf-8")
    program.chmod(0o755)


def test_git_is_found_with_its_version() -> None:
    check = git()
    assert check.state is State.OK
    assert check.found.startswith("git version 2.")


def test_ruff_is_found_with_its_version_and_path() -> None:
    check = ruff()
    assert check.state is State.OK
    assert "ruff" in check.found


def test_the_agent_extra_is_at_most_a_warning() -> None:
    """All other verbs work without it."""
    check = agent()
    assert check.state is not State.PROBLEM
    assert (check.state is State.OK) == (check.mend is None)


def test_without_an_editor_the_command_line_is_left(tmp_path: Path) -> None:
    check = editors(str(tmp_path))
    assert check.state is State.WARNING
    assert "Neovim 0.10" in str(check.mend)


@pytest.mark.parametrize(
    ("says", "state"),
    [
        ("NVIM v0.9.5", State.WARNING),
        ("NVIM v0.10.0", State.OK),
        ("NVIM v0.12.0-dev", State.OK),
        ("NVIM v1.0.0", State.OK),
        ("what?", State.WARNING),
    ],
)
def test_neovim_must_be_new_enough(says: str, state: State, tmp_path: Path) -> None:
    put_program(tmp_path, "nvim", says)
    check = editors(str(tmp_path))
    assert check.state is state
    assert (check.mend is None) == (state is State.OK)


def test_a_neovim_that_does_not_start_is_told_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "nvim").write_text("no program", "utf-8")
    (tmp_path / "nvim").chmod(0o755)
    check = editors(str(tmp_path))
    assert check.state is State.WARNING
    assert str(tmp_path / "nvim") in check.found


def test_other_editors_are_named_and_not_started(tmp_path: Path) -> None:
    put_program(tmp_path, "nvim", "NVIM v0.11.4")
    for name in ("code", "codium", "hx", "emacs"):
        put_program(tmp_path, name, code=1)
    check = editors(str(tmp_path))
    assert check.state is State.OK
    assert check.found == "Neovim 0.11.4, Emacs, Helix, VS Code, VSCodium"
