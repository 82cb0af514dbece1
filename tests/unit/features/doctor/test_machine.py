"""What is said of the place we run in."""

import platform
from pathlib import Path

import pytest

from codegen_lsp.config.settings import ModelSettings, Settings
from codegen_lsp.features.doctor.check import State
from codegen_lsp.features.doctor.machine import configuration, disk, network, python


def test_python_is_named_with_its_version() -> None:
    assert platform.python_version() in python().found


def test_each_bad_option_is_named_with_the_file_to_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODEGEN_CONFIG", str(tmp_path / "config.toml"))
    check = configuration(["option a is not known", "option b is left out"])
    assert check.state is State.PROBLEM
    assert "option a is not known; option b is left out" in check.found
    assert check.mend == f"edit {tmp_path / 'config.toml'}"


def test_no_configuration_file_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODEGEN_CONFIG", str(tmp_path / "none.toml"))
    check = configuration([])
    assert check.state is State.OK
    assert "all defaults" in check.found


def test_offline_is_told() -> None:
    assert "offline" in network(Settings(offline=True)).found
    assert "offline" not in network(Settings()).found


def test_the_disk_is_asked_where_models_would_lie(tmp_path: Path) -> None:
    """Also before that folder exists."""
    folder = tmp_path / "not" / "yet"
    check = disk(Settings(model=ModelSettings(folder=folder)))
    assert "GB free" in check.found
    assert str(folder) in check.found
    assert not folder.exists()
