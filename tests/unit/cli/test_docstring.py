"""``codegen docstring`` as a whole, with a model whose answers are known."""

import subprocess
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen_lsp.cli import docstring
from codegen_lsp.errors import ModelUnavailable, UnreadableFile, UsageError

SCRIPT = """\
repeat = true
[[answer]]
when = "def push"
text = '{"summary": "Put an item on top", "parameters": {"item": "What is put there"}}'
[[answer]]
when = "def bad"
text = '{"summary": "Bad."}'
"""
STACK = """\
class Stack:
    \"\"\"A stack.\"\"\"

    def push(self, item):
        self.items.append(item)
"""
DOCUMENTED = """\
class Stack:
    \"\"\"A stack.\"\"\"

    def push(self, item):
        \"\"\"Put an item on top.

        Args:
            item: What is put there.
        \"\"\"
        self.items.append(item)
"""
DRIFTED = 'def f(x):\n    """Do.\n\n    Args:\n        y: z\n    """\n    go(x)\n'

Run = Callable[..., int]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder outside of any repository, in which the test stands."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setenv("CODEGEN_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "script.toml").write_text(SCRIPT)
    root = tmp_path / "project"
    (root / "package").mkdir(parents=True)
    monkeypatch.chdir(root)
    (root / "package" / "stack.py").write_text(STACK)
    return root


@pytest.fixture
def run(folder: Path) -> Run:
    """Runs the verb with the scripted model and returns its exit code."""
    script = folder.parent / "script.toml"

    def run_verb(*arguments: str, model: str = f"scripted:{script}") -> int:
        parser = ArgumentParser()
        docstring.add_parser(parser.add_subparsers())
        options = parser.parse_args(["docstring", "--model", model, *arguments])
        code: int = options.run(options)
        return code

    return run_verb


def apply(patch: str, folder: Path) -> None:
    subprocess.run(["git", "apply", "-"], input=patch.encode(), cwd=folder, check=True)


def test_the_patch_is_one_that_git_applies(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("package/stack.py") == 0
    out, err = capsys.readouterr()
    assert out.startswith("--- a/package/stack.py\n+++ b/package/stack.py\n@@ ")
    assert err.splitlines() == [
        "codegen: docstring 1 of 1: Stack.push",
        "codegen: 1 docstring written, 0 refused",
    ]
    assert (folder / "package" / "stack.py").read_text() == STACK
    apply(out, folder)
    assert (folder / "package" / "stack.py").read_text() == DOCUMENTED


def test_in_a_repository_paths_are_those_of_its_top(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "--quiet"], check=True, cwd=folder)
    monkeypatch.chdir(folder / "package")
    assert run("stack.py") == 0
    out = capsys.readouterr().out
    assert out.startswith("--- a/package/stack.py\n")
    apply(out, folder / "package")
    assert (folder / "package" / "stack.py").read_text() == DOCUMENTED


def test_a_patch_keeps_crlf(run: Run, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "package" / "stack.py"
    file.write_bytes(STACK.replace("\n", "\r\n").encode())
    assert run("package/stack.py") == 0
    apply(capsys.readouterr().out, folder)
    assert file.read_bytes() == DOCUMENTED.replace("\n", "\r\n").encode()


def test_write_changes_the_file_and_prints_no_patch(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--write", "package/stack.py") == 0
    assert capsys.readouterr().out == ""
    assert (folder / "package" / "stack.py").read_text() == DOCUMENTED


def test_a_file_named_twice_is_written_once(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = ("package/stack.py:Stack.push", "./package/stack.py", "package/stack.py:Stack.push")
    assert run("--write", *places) == 0
    assert "docstring 1 of 1" in capsys.readouterr().err
    assert (folder / "package" / "stack.py").read_text() == DOCUMENTED


def test_the_second_run_has_nothing_to_do(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("--write", "package/stack.py")
    capsys.readouterr()
    assert run("package/stack.py", model="no/such/model.gguf") == 0
    assert capsys.readouterr().out == ""
    assert run("--check", "package/stack.py") == 0
    assert run("package/stack.py:Stack.push", model="no/such/model.gguf") == 0
    assert "Stack.push has a docstring (--force replaces it)" in capsys.readouterr().err
    assert (folder / "package" / "stack.py").read_text() == DOCUMENTED


def test_check_lists_what_is_wrong_without_a_model(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "drifted.py").write_text(DRIFTED)
    assert run("--check", "package/stack.py", "drifted.py", model="no/such/model.gguf") == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "package/stack.py:4: Stack.push: it has no docstring",
        "drifted.py:1: f: parameter x is not documented; y is documented and is no parameter",
    ]
    assert err == "codegen: 2 docstrings missing or wrong\n"


def test_what_is_refused_is_told_and_the_rest_is_written(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "package" / "stack.py"
    file.write_text(f"{STACK}\n    def bad(self): pass\n")
    assert run("--write", "package/stack.py") == 1
    err = capsys.readouterr().err
    reason = "its summary only repeats the name"
    assert f"codegen: Stack.bad (line 7) is left as it is: {reason}" in err.splitlines()
    assert file.read_text() == f"{DOCUMENTED}\n    def bad(self): pass\n"


def test_the_style_and_the_line_length_are_those_of_the_project(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder.parent / "config.toml").write_text('[docstring]\nstyle = "sphinx"\n')
    assert run("package/stack.py") == 0
    assert "+        :param item: What is put there.\n" in capsys.readouterr().out
    assert run("--style", "numpy", "package/stack.py") == 0
    assert "+        Parameters\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("place", "error", "message"),
    [
        ("gone.py", UnreadableFile, "gone.py does not exist"),
        ("gone.py:f", UnreadableFile, "gone.py does not exist"),
        ("package", UnreadableFile, "package is a directory"),
        ("package/stack.py:Stack.pop", UsageError, "no function or class Stack.pop"),
        ("main.go", UsageError, "main.go is not Python: docstrings are written for Python only"),
        ("latin.py", UnreadableFile, "latin.py is not UTF-8"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    run: Run, folder: Path, place: str, error: type[UsageError], message: str
) -> None:
    (folder / "main.go").write_text("package main\n")
    (folder / "latin.py").write_bytes(b"# \xe9\n")
    with pytest.raises(error, match=message):
        run(place)


def test_a_model_that_is_not_there_is_told_before_anything_is_written(
    run: Run, folder: Path
) -> None:
    with pytest.raises(ModelUnavailable):
        run("--write", "package/stack.py", model="no/such/model.gguf")
    assert (folder / "package" / "stack.py").read_text() == STACK


def test_a_colon_in_a_file_name_is_no_symbol(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a:b.py").write_text('"""Nothing."""\n')
    assert run("a:b.py") == 0
    assert capsys.readouterr().err == "codegen: 0 docstrings written, 0 refused\n"
