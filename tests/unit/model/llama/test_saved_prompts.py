"""Prompts on disk: what comes back is what was saved, or nothing."""

import stat
from pathlib import Path

import pytest

from codegen_lsp.model.llama.parking import Parked
from codegen_lsp.model.llama.saved_prompts import load, save, stamp_of
from codegen_lsp.model.prompt_cache import Cached, Drift, Tail

PROMPTS = [
    Parked(Cached([1, 2, 3, 4, 5], Tail(2, [3, 4]), Drift(9, 2)), b"\0\n{cells}" * 100),
    Parked(Cached([7, 8], None), b""),
]


def saved(path: Path, prompts: list[Parked], stamp: str = "this model") -> None:
    for _ in save(path, stamp, prompts):
        pass


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "a.prompts"
    saved(path, PROMPTS)
    assert load(path, "this model") == PROMPTS


def test_another_model_or_build_gets_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.prompts"
    saved(path, PROMPTS)
    assert load(path, "another model") == []


@pytest.mark.parametrize("length", [0, 1, 40, -1])
def test_a_file_that_ends_early_is_nothing(tmp_path: Path, length: int) -> None:
    path = tmp_path / "a.prompts"
    saved(path, PROMPTS)
    path.write_bytes(path.read_bytes()[:length])
    assert load(path, "this model") == []


@pytest.mark.parametrize("head", [b"[]", b"{}", b'{"stamp": "this model"}', b"\xff", b"12"])
def test_a_file_that_is_something_else_is_nothing(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "a.prompts"
    path.write_bytes(head + b"\n")
    assert load(path, "this model") == []


def test_no_file_is_nothing(tmp_path: Path) -> None:
    assert load(tmp_path / "none", "this model") == []


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.prompts"
    saved(path, PROMPTS)
    saving = save(path, "this model", [*PROMPTS, *PROMPTS])
    next(saving)
    saving.close()  # type: ignore[attr-defined]  # a generator
    assert load(path, "this model") == PROMPTS


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "a.prompts"
    saved(path, PROMPTS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_model_file_that_changed_has_another_stamp(tmp_path: Path) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(b"one")
    before = stamp_of(model)
    assert stamp_of(model) == before
    model.write_bytes(b"another")
    assert stamp_of(model) != before
