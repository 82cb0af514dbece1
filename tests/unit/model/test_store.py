"""What is said of model files, from size and marker alone."""

import hashlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen_lsp.config.settings import ModelSettings, Settings
from codegen_lsp.errors import ModelUnavailable
from codegen_lsp.model.catalog import KnownModel
from codegen_lsp.model.store import (
    FileState,
    is_path,
    mark_doubtful,
    mark_verified,
    path_of,
    require_model,
    sha256_of,
    state_of,
)


@pytest.fixture
def model(small_model: Callable[..., KnownModel]) -> KnownModel:
    return small_model()


def settings(folder: Path, name: str = "small") -> Settings:
    return Settings(model=ModelSettings(name=name, folder=folder))


def test_a_model_that_is_not_there_names_the_command_that_fetches_it(
    model: KnownModel, tmp_path: Path
) -> None:
    assert state_of(model, tmp_path) is FileState.MISSING
    with pytest.raises(ModelUnavailable, match="codegen models pull small") as caught:
        require_model(settings(tmp_path), [model])
    assert caught.value.exit_code == 3


def test_a_folder_that_does_not_exist_has_no_models(model: KnownModel, tmp_path: Path) -> None:
    assert state_of(model, tmp_path / "nowhere") is FileState.MISSING


def test_a_file_of_the_right_size_will_do(model: KnownModel, data: bytes, tmp_path: Path) -> None:
    """It is not hashed: this is asked at every start."""
    path_of(model, tmp_path).write_bytes(b"?" * len(data))
    assert state_of(model, tmp_path) is FileState.PRESENT
    assert require_model(settings(tmp_path), [model]) == tmp_path / "small.gguf"


def test_a_file_of_another_size_will_not(model: KnownModel, data: bytes, tmp_path: Path) -> None:
    path_of(model, tmp_path).write_bytes(data[:-1])
    assert state_of(model, tmp_path) is FileState.DAMAGED
    with pytest.raises(ModelUnavailable, match=r"is not the .* bytes it should be"):
        require_model(settings(tmp_path), [model])


def test_a_checked_file_stays_verified_until_it_is_written_again(
    model: KnownModel, data: bytes, tmp_path: Path
) -> None:
    path = path_of(model, tmp_path)
    path.write_bytes(data)
    mark_verified(model, tmp_path)
    assert state_of(model, tmp_path) is FileState.VERIFIED
    later = path.stat().st_mtime_ns + 10**9
    os.utime(path, ns=(later, later))
    assert state_of(model, tmp_path) is FileState.PRESENT


def test_a_verified_file_can_come_into_doubt(
    model: KnownModel, data: bytes, tmp_path: Path
) -> None:
    path_of(model, tmp_path).write_bytes(data)
    mark_verified(model, tmp_path)
    mark_doubtful(model, tmp_path)
    mark_doubtful(model, tmp_path)
    assert state_of(model, tmp_path) is FileState.PRESENT


def test_the_mark_of_another_release_does_not_count(
    small_model: Callable[..., KnownModel], data: bytes, tmp_path: Path
) -> None:
    """A release under the same file name has another hash."""
    path_of(small_model(), tmp_path).write_bytes(data)
    mark_verified(small_model(), tmp_path)
    assert state_of(small_model(sha256="0" * 64), tmp_path) is FileState.PRESENT


def test_an_unreadable_mark_is_no_mark(model: KnownModel, data: bytes, tmp_path: Path) -> None:
    path_of(model, tmp_path).write_bytes(data)
    (tmp_path / "small.gguf.sha256").write_bytes(b"\xff\xfe")
    assert state_of(model, tmp_path) is FileState.PRESENT


def test_the_mark_can_be_checked_with_sha256sum(
    model: KnownModel, data: bytes, tmp_path: Path
) -> None:
    path_of(model, tmp_path).write_bytes(data)
    mark_verified(model, tmp_path)
    subprocess.run(["sha256sum", "--check", "small.gguf.sha256"], cwd=tmp_path, check=True)


@pytest.mark.parametrize("name", ["my.gguf", "MY.GGUF", "models/mine", "./mine", "~/mine"])
def test_a_path_is_told_from_a_name(name: str) -> None:
    assert is_path(name)
    assert not is_path(Path(name).stem)


def test_a_file_of_ones_own_works_by_its_path(data: bytes, tmp_path: Path) -> None:
    own = tmp_path / "mine"
    own.write_bytes(data)
    assert require_model(settings(tmp_path, str(own)), []) == own


def test_a_path_may_begin_at_home(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine.gguf").write_bytes(data)
    assert require_model(settings(tmp_path, "~/mine.gguf"), []) == tmp_path / "mine.gguf"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"PK\3\4", "is no GGUF file"), (b"", "is no GGUF file"), (None, "there is no model file")],
)
def test_a_path_that_leads_to_no_gguf_is_told(
    content: bytes | None, complaint: str, tmp_path: Path
) -> None:
    own = tmp_path / "mine.gguf"
    if content is not None:
        own.write_bytes(content)
    with pytest.raises(ModelUnavailable, match=complaint):
        require_model(settings(tmp_path, str(own)), [])


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="cannot be read: Is a directory"):
        require_model(settings(tmp_path, f"{tmp_path}/"), [])


def test_an_unknown_name_lists_the_known_ones(model: KnownModel, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no model named 'nope': name one of small"):
        require_model(settings(tmp_path, "nope"), [model])


def test_hashing_tells_how_far_it_is(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(data * 40)
    read: list[int] = []
    assert sha256_of(path, read.append) == hashlib.sha256(data * 40).hexdigest()
    assert read == sorted(read)
    assert len(read) > 1
    assert read[-1] == len(data) * 40
