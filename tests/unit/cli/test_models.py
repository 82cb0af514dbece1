"""``codegen models`` on a catalogue of one small model."""

import argparse
import hashlib
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from codegen_lsp.cli import models
from codegen_lsp.errors import Cancelled, DownloadFailed, ModelUnavailable, UsageError
from codegen_lsp.model.catalog import KnownModel
from codegen_lsp.model.source import Arrival

DATA = b"GGUF" + bytes(range(256)) * 100


@dataclass(frozen=True)
class Given:
    """Yields what it was given; an exception is raised."""

    content: bytes | BaseException = DATA
    label: str = "test source"
    place: str = "in this file"
    scratch_bytes: int = 0

    def stream(self, start: int, size: int, workspace: Path) -> Generator[Arrival, None, None]:
        del size, workspace
        if isinstance(self.content, BaseException):
            raise self.content
        yield self.content[start:]


def small(content: bytes | BaseException = DATA) -> KnownModel:
    return KnownModel(
        name="small",
        family="small",
        file="small.gguf",
        size=len(DATA),
        licence="MIT",
        sha256=hashlib.sha256(DATA).hexdigest(),
        context_tokens=1024,
        sources=(Given(content),),
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of models, set in the user's configuration, with the small model in use."""
    folder = tmp_path / "models"
    config = tmp_path / "config.toml"
    config.write_text(f'[model]\nfolder = "{folder}"\nname = "small"\n', "utf-8")
    monkeypatch.setenv("CODEGEN_CONFIG", str(config))
    return folder


def run(*arguments: str, known: KnownModel | None = None) -> int:
    parser = argparse.ArgumentParser()
    models.add_parser(parser.add_subparsers())
    options = parser.parse_args(["models", *arguments])
    return models.run(options, (known or small(),))


Captured = pytest.CaptureFixture[str]


def test_list_shows_what_is_here_and_what_is_in_use(folder: Path, capsys: Captured) -> None:
    run("list")
    assert "* small" in capsys.readouterr().out
    run("pull")
    capsys.readouterr()
    assert run("list") == 0
    line = capsys.readouterr().out.splitlines()[1]
    assert line.split() == ["*", "small", "0", "MB", "MIT", "verified"]
    assert folder.is_dir()


def test_list_as_json_is_json_alone(folder: Path, capsys: Captured) -> None:
    assert run("list", "--format", "json") == 0
    [entry] = json.loads(capsys.readouterr().out)
    assert entry["name"] == "small"
    assert entry["bytes"] == len(DATA)
    assert entry["state"] == "missing"
    assert entry["in_use"] is True
    assert entry["path"] == str(folder / "small.gguf")


def test_list_also_names_a_model_in_use_that_is_a_file(
    folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "config.toml").write_text('[model]\nname = "my/own.gguf"\n', "utf-8")
    run("list")
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("  small")
    assert lines[-1] == "* my/own.gguf"
    assert not folder.exists()


def test_pull_says_what_it_will_fetch_and_prints_the_path(folder: Path, capsys: Captured) -> None:
    """Size, licence and source are told before the first byte."""
    assert run("pull", "small") == 0
    said = capsys.readouterr()
    assert said.out == f"{folder / 'small.gguf'}\n"
    first = said.err.splitlines()[0]
    assert first == "codegen: fetching small (0 MB, MIT) from the test source (in this file)"
    assert said.err.splitlines()[-1] == "codegen: small is here and verified"


def test_pull_of_what_is_there_fetches_nothing(folder: Path, capsys: Captured) -> None:
    run("pull")
    capsys.readouterr()
    assert run("pull", "--offline", known=small(AssertionError("asked"))) == 0
    said = capsys.readouterr()
    assert said.out == f"{folder / 'small.gguf'}\n"
    assert "fetching" not in said.err


@pytest.mark.parametrize("place", ["before", "after"])
def test_pull_offline_is_refused(place: str, folder: Path, capsys: Captured) -> None:
    """The flag may stand on either side of the action."""
    arguments = ("--offline", "pull") if place == "before" else ("pull", "--offline")
    with pytest.raises(ModelUnavailable, match="offline") as caught:
        run(*arguments)
    assert caught.value.exit_code == 3
    assert capsys.readouterr().err == ""
    assert not (folder / "small.gguf").exists()


def test_pull_of_a_wrong_file_is_refused(folder: Path) -> None:
    with pytest.raises(DownloadFailed, match="wrong SHA-256"):
        run("pull", known=small(DATA[:-1] + b"!"))
    assert not (folder / "small.gguf").exists()


def test_pull_of_ones_own_file_is_a_mistake(folder: Path) -> None:
    with pytest.raises(UsageError, match="a file of your own") as caught:
        run("pull", "own.gguf")
    assert caught.value.exit_code == 2
    assert not folder.exists()


def test_ctrl_c_says_how_to_go_on(folder: Path) -> None:
    with pytest.raises(Cancelled, match="`codegen models pull small` goes on from here"):
        run("pull", known=small(KeyboardInterrupt()))
    assert not (folder / "small.gguf").exists()


@pytest.mark.parametrize("action", ["pull", "verify", "path"])
def test_an_unknown_name_lists_the_known_ones(action: str, folder: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no model named 'nope': name one of small"):
        run(action, "nope")
    assert not folder.exists()


@pytest.mark.parametrize("action", ["verify", "path"])
def test_a_model_that_is_not_here_names_the_command_that_fetches_it(
    action: str, folder: Path
) -> None:
    with pytest.raises(ModelUnavailable, match="codegen models pull small") as caught:
        run(action)
    assert caught.value.exit_code == 3
    assert not folder.exists()


def test_path_prints_the_path_alone(folder: Path, capsys: Captured) -> None:
    run("pull")
    capsys.readouterr()
    assert run("path") == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == (f"{folder / 'small.gguf'}\n", "")


def test_path_takes_ones_own_file(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(DATA)
    run("path", str(own))
    assert capsys.readouterr().out == f"{own}\n"
    assert not folder.exists()


def test_verify_reads_the_file_and_remembers(folder: Path, capsys: Captured) -> None:
    folder.mkdir()
    (folder / "small.gguf").write_bytes(DATA)
    assert run("verify") == 0
    assert capsys.readouterr().out == f"{small().sha256}  {folder / 'small.gguf'}  verified\n"
    run("list")
    assert "verified" in capsys.readouterr().out


def test_verify_notices_a_file_that_rotted_after_it_was_verified(
    folder: Path, capsys: Captured
) -> None:
    """Its mark is taken away, so that the next pull does not trust it."""
    run("pull")
    path = folder / "small.gguf"
    before = path.stat()
    path.write_bytes(DATA[:-1] + b"!")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    found = hashlib.sha256(DATA[:-1] + b"!").hexdigest()
    with pytest.raises(ModelUnavailable, match=f"expected {small().sha256}, found {found}"):
        run("verify")
    run("pull")
    assert path.read_bytes() == DATA
    assert capsys.readouterr().out.count("\n") == 2


def test_verify_of_an_unknown_file_prints_its_hash(
    folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF and more")
    assert run("verify", str(own)) == 0
    digest = hashlib.sha256(b"GGUF and more").hexdigest()
    assert capsys.readouterr().out == f"{digest}  {own}  not in the catalogue\n"
    assert not folder.exists()


def test_verify_recognises_a_known_model_in_ones_own_file(
    folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(DATA)
    run("verify", str(own))
    assert capsys.readouterr().out.endswith(f"{own}  small\n")
    assert not folder.exists()


def test_without_an_action_the_usage_is_told(capsys: Captured) -> None:
    with pytest.raises(SystemExit) as caught:
        run()
    assert caught.value.code == 2
    assert "ACTION" in capsys.readouterr().err


SLOW_PULL = """
import argparse, sys
from codegen_lsp.cli import models
from codegen_lsp.errors import CodegenError
from codegen_lsp.model.catalog import KnownModel
from codegen_lsp.model.source import UnderWay
import time

class Slow:
    label, place, scratch_bytes = "slow source", "far away", 0
    def stream(self, start, size, workspace):
        for done in range(1000):
            time.sleep(0.02)
            yield UnderWay(done * 100_000)

parser = argparse.ArgumentParser()
models.add_parser(parser.add_subparsers())
model = KnownModel(name="small", family="", file="small.gguf", size=100_000_000, licence="MIT",
                   sha256="0" * 64, context_tokens=1, sources=(Slow(),))
try:
    models.run(parser.parse_args(["models", "pull"]), (model,))
except CodegenError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
"""


@pytest.fixture
def watched(folder: Path) -> Callable[[Callable[[str], bool]], str]:
    """Run a slow pull on a terminal until what is seen will do, then press Ctrl-C."""

    def watch(enough: Callable[[str], bool]) -> str:
        main, terminal = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-c", SLOW_PULL],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            # A shell makes what it runs in the background ignore Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads
            env=os.environ | {"TERM": "xterm", "COLUMNS": "100"},
        )
        os.close(terminal)
        seen, deadline, pressed = "", time.monotonic() + 30, False
        try:
            while chunk := os.read(main, 4096):
                seen += chunk.decode("utf-8", "replace")
                assert time.monotonic() < deadline, seen
                if not pressed and enough(seen):
                    process.send_signal(signal.SIGINT)
                    pressed = True
        except OSError:
            pass  # Linux says EIO when the last writer has gone
        os.close(main)
        assert process.wait(10) == 130
        return seen

    assert not folder.exists()
    return watch


def test_a_terminal_gets_a_bar_with_bytes_rate_and_time_left(
    watched: Callable[[Callable[[str], bool]], str],
) -> None:
    """And after Ctrl-C one line that says how to go on, without a traceback."""
    seen = watched(lambda seen: "MB/s" in seen and "0:00:" in seen)
    assert "━" in seen
    assert "/100.0 MB" in seen
    assert "stopped: `codegen models pull small` goes on from here" in seen
    assert "Traceback" not in seen
