"""The real command: bad input gets one clear line and its exit code, good input its result."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

CODEGEN = Path(sys.executable).parent / "codegen"
SCRIPT = 'repeat = true\n[[answer]]\ntext = "a + b"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a small file, a script of answers, and no user configuration."""
    (tmp_path / "sums.py").write_text("def add(a, b):\n    return \n", "utf-8")
    (tmp_path / "script.toml").write_text(SCRIPT, "utf-8")
    (tmp_path / "binary.py").write_bytes(b"\x7fELF\0\0\0")
    (tmp_path / "latin.py").write_bytes("# größe\n".encode("latin-1"))
    (tmp_path / "large.py").write_text("x = 1\n" * 900_000, "utf-8")
    return tmp_path


def codegen(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {
        **os.environ,
        "CODEGEN_CONFIG": str(folder / "config.toml"),
        "GIT_CEILING_DIRECTORIES": str(folder.parent),
    }
    return subprocess.run(
        [CODEGEN, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["complete", "none.py:1:1"], 2, "none.py does not exist"),
        (["complete", "sums.py"], 2, "write it as FILE:LINE:COLUMN"),
        (["complete", "sums.py:0:1"], 2, "lines and columns count from 1"),
        (["complete", "sums.py:9:1"], 2, "line 9 is outside the file, which has 3 lines"),
        (["complete", "sums.py:2:99"], 2, "column 99 is outside line 2"),
        (["complete", "binary.py:1:1"], 2, "binary.py is a binary file"),
        (["complete", "latin.py:1:1"], 2, "latin.py is not UTF-8"),
        (["complete", "large.py:1:1"], 2, "large.py is too large"),
        (["complete", ".:1:1"], 2, "is a directory"),
        (["complete", "sums.py:1:1", "--model", "none"], 3, "none"),
        (["complete", "sums.py:1:1", "--model", "./none.gguf"], 3, "there is no model file"),
        (["complete", "sums.py:1:1", "--model", "./sums.py.gguf"], 3, "no model file"),
        (["review"], 2, "is not in a git repository"),
        (["docstring", "none.py"], 2, "none.py does not exist"),
        (["docstring", "latin.py"], 2, "latin.py is not UTF-8"),
        (["docstring", "sums.py:nothing"], 2, "nothing"),
        (["fix"], 2, "git"),
        (["models", "path", "none"], 3, "none"),
        (["models", "pull", "none"], 3, "none"),
        (["sing"], 2, "invalid choice: 'sing'"),
        ([], 2, "required: COMMAND"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_input_gets_one_clear_line(
    folder: Path, arguments: list[str], code: int, words: str
) -> None:
    done = codegen(folder, *arguments)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_repository_has_nothing_to_review(folder: Path) -> None:
    git(folder, "init", "-q")
    done = codegen(folder, "review", "--staged", "--no-model")
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing to review" in done.stderr


def test_a_detached_head_is_reviewed_like_any_other(folder: Path) -> None:
    git(folder, "init", "-q")
    git(folder, "add", "sums.py")
    git(folder, "commit", "-qm", "first")
    git(folder, "checkout", "-q", "--detach")
    (folder / "sums.py").write_text("def add(a, b):\n    return a is 5\n", "utf-8")
    arguments = ["--no-model", "--format", "json", "--fail-on", "warning"]
    done = codegen(folder, "review", "sums.py", *arguments)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["findings"][0]["rule"] == "F632"


def test_a_diff_that_does_not_apply_is_an_error(folder: Path) -> None:
    diff = "--- a/sums.py\n+++ b/sums.py\n@@ -1,2 +1,2 @@\n def add(a, b):\n-    return\n+    x\n"
    (folder / "wrong.diff").write_text(diff, "utf-8")
    done = codegen(folder, "review", "--diff", "wrong.diff", "--no-model")
    assert done.returncode == 2
    assert "does not apply" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_completion_goes_to_stdout_alone(folder: Path) -> None:
    done = codegen(folder, "complete", "sums.py:2:12", "--model", f"scripted:{folder}/script.toml")
    assert (done.returncode, done.stdout, done.stderr) == (0, "a + b\n", "")


def test_explain_says_what_each_filter_made_of_it(folder: Path) -> None:
    script = f"scripted:{folder}/script.toml"
    done = codegen(folder, "complete", "sums.py:2:12", "--model", script, "--explain")
    assert done.stdout == "a + b\n"
    for word in ("context", "draft", "fix_syntax", "tokens", "time"):
        assert word in done.stderr


def test_json_explains_in_fields(folder: Path) -> None:
    script = f"scripted:{folder}/script.toml"
    arguments = ["--model", script, "--explain", "--format", "json"]
    result = json.loads(codegen(folder, "complete", "sums.py:2:12", *arguments).stdout)
    assert (result["text"], result["dropped"]) == ("a + b", None)
    assert result["window"]["prefix"].endswith("return ")
    assert "fix_syntax" in [verdict["filter"] for verdict in result["verdicts"]]


def test_nothing_to_offer_is_no_failure(folder: Path) -> None:
    (folder / "script.toml").write_text('[[answer]]\ntext = "))"\n', "utf-8")
    script = f"scripted:{folder}/script.toml"
    done = codegen(folder, "complete", "sums.py:2:12", "--model", script)
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing is shown because" in done.stderr


def test_debug_shows_the_traceback(folder: Path) -> None:
    done = codegen(folder, "complete", "none.py:1:1", "--debug")
    assert done.returncode != 0
    assert "Traceback" in done.stderr


def test_offline_forbids_the_first_download(folder: Path) -> None:
    (folder / "config.toml").write_text(f'[model]\nfolder = "{folder}/models"\n', "utf-8")
    done = codegen(folder, "complete", "sums.py:1:1", "--offline")
    assert done.returncode == 3
    assert "offline" in done.stderr
    assert not (folder / "models" / "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf").exists()


def test_a_bad_option_in_the_file_costs_a_line_and_no_more(folder: Path) -> None:
    (folder / "config.toml").write_text("[completion]\nmax_token = 3\n", "utf-8")
    script = f"scripted:{folder}/script.toml"
    done = codegen(folder, "complete", "sums.py:2:12", "--model", script)
    assert done.stdout == "a + b\n"
    assert done.stderr == "codegen: option completion.max_token is not known\n"


def test_help_is_instant() -> None:
    """0.05 s here; the bound leaves room for a machine that is busy with other things."""
    times = []
    for _ in range(5):
        began = time.monotonic()
        subprocess.run([CODEGEN, "--help"], check=True, capture_output=True)
        times.append(time.monotonic() - began)
    assert min(times) <= 0.2


def test_initialize_is_answered_within_half_a_second(folder: Path) -> None:
    """From the spawn to the answer; on a busy machine, little more than pygls takes to import."""
    times = [_handshake_seconds(folder) for _ in range(5)]
    imports = [_seconds([sys.executable, "-c", "import pygls.lsp.server"]) for _ in range(5)]
    assert min(times) <= max(0.5, 1.5 * min(imports)), (times, imports)


def _handshake_seconds(folder: Path) -> float:
    began = time.monotonic()
    server = subprocess.Popen(
        [CODEGEN, "serve", "--model", f"scripted:{folder}/script.toml"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    body = (
        b'{"jsonrpc":"2.0","id":1,"method":"initialize",'
        b'"params":{"processId":null,"rootUri":null,"capabilities":{}}}'
    )
    server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    server.stdin.flush()
    assert server.stdout.readline().startswith(b"Content-Length")
    seconds = time.monotonic() - began
    server.kill()
    server.communicate()
    return seconds


def _seconds(command: list[str]) -> float:
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    return time.monotonic() - began
