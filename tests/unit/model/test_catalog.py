"""The catalogue is data: what must hold between its figures."""

import re

import pytest

from codegen_lsp.config.settings import DEFAULT_MODEL
from codegen_lsp.errors import ModelUnavailable
from codegen_lsp.model.catalog import MODELS, KnownModel, find
from codegen_lsp.model.hub_source import HubFile
from codegen_lsp.model.wheel_source import WheelParts

each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)


def test_the_default_model_is_known() -> None:
    assert find(DEFAULT_MODEL).name == DEFAULT_MODEL


def test_names_files_and_hashes_are_not_used_twice() -> None:
    for field in ("name", "file", "sha256"):
        assert len({getattr(model, field) for model in MODELS}) == len(MODELS)


@each_model
def test_a_hash_is_a_sha256(model: KnownModel) -> None:
    assert re.fullmatch("[0-9a-f]{64}", model.sha256)


@each_model
def test_a_file_has_no_folder_in_its_name(model: KnownModel) -> None:
    """It is written below the user's folder of models, and nowhere else."""
    assert model.file == f"{model.name}.gguf"
    assert "/" not in model.file


@each_model
def test_the_hub_is_preferred_and_an_index_stands_in(model: KnownModel) -> None:
    assert [type(source) for source in model.sources] == [HubFile, WheelParts]


@each_model
def test_the_parts_add_up_to_the_file(model: KnownModel) -> None:
    """The last part is the only one that may be shorter, and it is not empty."""
    for source in model.sources:
        if isinstance(source, WheelParts):
            whole = (source.parts - 1) * source.part_bytes
            assert whole < model.size <= whole + source.part_bytes


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ModelUnavailable) as caught:
        find("gpt")
    assert caught.value.exit_code == 3
    assert all(model.name in str(caught.value) for model in MODELS)
    assert "\n" not in str(caught.value)


def test_sizes_are_said_as_people_say_them() -> None:
    assert [model.size_text for model in MODELS] == ["1.12 GB", "491 MB"]
