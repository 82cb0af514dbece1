"""The model on first use of a terminal verb."""

import hashlib
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from codegen_lsp.cli.first_use import ensure_model
from codegen_lsp.config.settings import ModelSettings, Settings
from codegen_lsp.errors import DownloadFailed, ModelUnavailable, SourceFailed
from codegen_lsp.model.catalog import KnownModel
from codegen_lsp.model.source import Arrival
from codegen_lsp.model.store import FileState, state_of

DATA = b"GGUF" + bytes(1000)
Captured = pytest.CaptureFixture[str]


@dataclass(frozen=True)
class Asked:
    """Gives the file, and remembers that it was asked to."""

    label: str = "test source"
    place: str = "in this file"
    scratch_bytes: int = 0
    starts: list[int] = field(default_factory=list)

    def stream(self, start: int, size: int, workspace: Path) -> Generator[Arrival, None, None]:
        del size, workspace
        self.starts.append(start)
        yield DATA[start:]


@dataclass(frozen=True)
class Down(Asked):
    """Gives nothing."""

    def stream(self, start: int, size: int, workspace: Path) -> Generator[Arrival, None, None]:
        del start, size, workspace
        yield b""
        raise SourceFailed("it is down")


def small(source: Asked) -> KnownModel:
    return KnownModel(
        name="small",
        family="small",
        file="small.gguf",
        size=len(DATA),
        licence="MIT",
        sha256=hashlib.sha256(DATA).hexdigest(),
        context_tokens=1024,
        sources=(source,),
    )


def settings(folder: Path, name: str = "small", *, offline: bool = False) -> Settings:
    return Settings(model=ModelSettings(name=name, folder=folder), offline=offline)


def test_a_missing_model_is_announced_and_fetched(tmp_path: Path, capsys: Captured) -> None:
    """Size, licence and source; all on standard error, for results are on standard output."""
    model = small(Asked())
    ensure_model(settings(tmp_path), (model,))
    assert state_of(model, tmp_path) is FileState.VERIFIED
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[0] == (
        "codegen: first use: fetching small (0 MB, MIT) from the test source (in this file)"
    )


def test_a_model_that_is_here_costs_no_word(tmp_path: Path, capsys: Captured) -> None:
    """And is not hashed: this runs at every start."""
    source = Asked()
    (tmp_path / "small.gguf").write_bytes(b"?" * len(DATA))
    ensure_model(settings(tmp_path), (small(source),))
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")
    assert source.starts == []


def test_a_damaged_model_is_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "small.gguf").write_bytes(DATA[:10])
    ensure_model(settings(tmp_path), (small(Asked()),))
    assert (tmp_path / "small.gguf").read_bytes() == DATA


@pytest.mark.parametrize("name", ["scripted:answers.toml", "/nowhere/own.gguf", "own.gguf"])
def test_scripts_and_files_of_ones_own_pass_through(
    name: str, tmp_path: Path, capsys: Captured
) -> None:
    """Whoever opens them says what is wrong with them."""
    source = Asked()
    ensure_model(settings(tmp_path, name), (small(source),))
    assert source.starts == []
    assert capsys.readouterr().err == ""


def test_offline_promises_nothing_and_fetches_nothing(tmp_path: Path, capsys: Captured) -> None:
    source = Asked()
    with pytest.raises(ModelUnavailable, match="offline") as caught:
        ensure_model(settings(tmp_path, offline=True), (small(source),))
    assert caught.value.exit_code == 3
    assert source.starts == []
    assert "fetching" not in capsys.readouterr().err


def test_no_network_is_one_line_that_names_the_source(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match=r"\(test source: it is down\)") as caught:
        ensure_model(settings(tmp_path), (small(Down()),))
    assert caught.value.exit_code == 3
    assert "\n" not in str(caught.value)


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="name one of small"):
        ensure_model(settings(tmp_path, "nope"), (small(Asked()),))


def test_without_a_catalogue_the_real_one_is_asked(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"name one of qwen2\.5"):
        ensure_model(settings(tmp_path, "nope"))
