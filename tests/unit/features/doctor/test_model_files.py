"""What is said of llama.cpp and of the model's file."""

from pathlib import Path

import pytest

from codegen_lsp.config.settings import DEFAULT_MODEL, ModelSettings, Settings
from codegen_lsp.features.doctor.check import State
from codegen_lsp.features.doctor.model_files import build, build_features, file
from codegen_lsp.model.catalog import find
from codegen_lsp.model.store import mark_verified, path_of


def settings(folder: Path, name: str = DEFAULT_MODEL) -> Settings:
    return Settings(model=ModelSettings(name=name, folder=folder))


def put_model(folder: Path) -> None:
    """Make a file of the default model's size that takes no room."""
    with path_of(find(DEFAULT_MODEL), folder).open("wb") as sparse:
        sparse.truncate(find(DEFAULT_MODEL).size)


def test_llama_cpp_is_here_with_version_and_build() -> None:
    check = build()
    assert check.state is not State.PROBLEM
    assert "llama-cpp-python 0." in check.found
    assert "built with" in check.found


def test_features_that_are_absent_or_zero_are_left_out() -> None:
    assert build_features("CPU : SSE3 = 1 | AVX2 = 0 | AVX512_VNNI = 1 | ") == [
        "SSE3",
        "AVX512_VNNI",
    ]


def test_a_missing_model_names_the_command_that_fetches_it(tmp_path: Path) -> None:
    check = file(settings(tmp_path))
    assert check.state is State.PROBLEM
    assert check.blocks_model
    assert f"codegen models pull {DEFAULT_MODEL}" in str(check.mend)


def test_a_model_that_was_not_hashed_names_the_command_that_does(tmp_path: Path) -> None:
    put_model(tmp_path)
    check = file(settings(tmp_path))
    assert check.state is State.WARNING
    assert not check.blocks_model
    assert check.mend == f"codegen models verify {DEFAULT_MODEL}"


def test_a_verified_model_is_fine(tmp_path: Path) -> None:
    put_model(tmp_path)
    mark_verified(find(DEFAULT_MODEL), tmp_path)
    assert file(settings(tmp_path)).state is State.OK


def test_a_file_of_ones_own_is_fine(tmp_path: Path) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF")
    check = file(settings(tmp_path, str(own)))
    assert check.state is State.OK
    assert str(own) in check.found


@pytest.mark.parametrize("name", ["nope", "/nowhere/own.gguf"])
def test_a_name_that_leads_nowhere_is_a_problem(name: str, tmp_path: Path) -> None:
    assert file(settings(tmp_path, name)).blocks_model


def test_a_script_is_no_model(tmp_path: Path) -> None:
    check = file(settings(tmp_path, "scripted:answers.toml"))
    assert check.state is State.WARNING
    assert not check.blocks_model
