"""``:Codegen …``, the statusline, and ``:checkhealth codegen``."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Editor = Any
Start = Callable[..., Editor]

pytestmark = pytest.mark.editor

BEFORE = "def add(a, b):\n    return a + b\n"
AFTER = 'def add(a, b):\n    if a is "":\n        return b\n    return a + b\n'
DOCSTRING = {
    "summary": "Add two values.",
    "parameters": {"a": "One.", "b": "The other."},
    "returns": "Their sum.",
}
QUICKFIX = """
    return vim.tbl_map(function(item) return { item.lnum, item.text } end, vim.fn.getqflist())
"""


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Return a file of a repository with one uncommitted change that ruff objects to."""
    file = tmp_path / "repository" / "sums.py"
    file.parent.mkdir()
    file.write_text(BEFORE, "utf-8")
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run(["git", *identity, *arguments], cwd=file.parent, check=True)
    file.write_text(AFTER, "utf-8")
    return file


def test_review_puts_findings_into_diagnostics_and_quickfix(start: Start, changed: Path) -> None:
    editor = start()
    editor.setup("")
    editor.nvim.command(f"edit {changed}")
    editor.ready()
    editor.nvim.command("Codegen review")
    editor.until(lambda: "codegen: 1 finding" in editor.told().split("\n"))
    [[line, text]] = editor.lua(QUICKFIX)
    assert line == 2
    assert text.endswith("[proved]")
    [diagnostic] = editor.lua("return vim.diagnostic.get(vim.fn.bufnr('sums.py'))")
    assert (diagnostic["lnum"], diagnostic["code"]) == (1, "F632")
    assert editor.nvim.funcs.getqflist({"winid": 0})["winid"]
    assert editor.nvim.current.buffer.name == str(changed)
    changed.write_text(BEFORE, "utf-8")
    editor.nvim.command("Codegen review")
    editor.until(lambda: "codegen: no findings" in editor.told().split("\n"))
    assert editor.lua(QUICKFIX) == []
    assert not editor.nvim.funcs.getqflist({"winid": 0})["winid"]


def test_a_review_can_be_cancelled(start: Start, changed: Path) -> None:
    editor = start()
    editor.setup('repeat = true\n[[answer]]\ntext = "x"\nread_ms = 60000\n')
    editor.nvim.command(f"edit {changed}")
    editor.ready()
    editor.nvim.command("Codegen review")
    editor.until(lambda: editor.status() == "codegen 0%")
    editor.nvim.command("Codegen cancel")
    editor.until(lambda: editor.status() == "codegen")
    editor.nvim.command("Codegen cancel")
    assert editor.told().split("\n")[1:] == ["codegen: cancelled", "codegen: nothing runs"]


def test_an_error_is_told_in_its_own_words(editor: Editor) -> None:
    editor.open("# none\n|")
    editor.nvim.command("Codegen review")
    editor.until(lambda: "is not in a git repository" in editor.told())


def test_docstring_writes_it_at_the_cursor(start: Start) -> None:
    editor = start()
    editor.setup(f"[[answer]]\ntext = '''{json.dumps(DOCSTRING)}'''\n")
    editor.open("é = '𠮷'\n\n\ndef add(a, b):\n    return a + |b\n")
    editor.keys("<Esc>")
    editor.nvim.command("Codegen docstring")
    editor.until(lambda: "Add two values." in editor.text())
    assert editor.nvim.current.buffer[3:5] == ["def add(a, b):", '    """Add two values.']
    editor.keys("u")
    editor.until(lambda: "Add two values." not in editor.text())


def test_docstring_is_also_a_code_action(start: Start) -> None:
    editor = start()
    editor.setup(f"[[answer]]\ntext = '''{json.dumps(DOCSTRING)}'''\n")
    editor.open("def add(a, b):\n    return a + |b\n")
    editor.keys("<Esc>")
    editor.lua("vim.lsp.buf.code_action({ apply = true })")
    editor.until(lambda: "Add two values." in editor.text())


def test_without_a_server_a_command_says_so(start: Start) -> None:
    editor = start()
    editor.nvim.command("Codegen review")
    assert "no server runs" in editor.told()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("sums.py", "codegen: ready (scripted)"),
        ("sums.txt", "codegen: ready (scripted), this buffer is not served"),
    ],
)
def test_status_says_how_things_stand(editor: Editor, name: str, says: str) -> None:
    editor.open("# none\n|")
    editor.open("# none\n|", name, wait=False)
    editor.nvim.command("Codegen")
    assert editor.told() == says


def test_status_says_when_suggestions_are_off(editor: Editor) -> None:
    editor.open("# none\n|")
    editor.lua("vim.b.codegen_enabled = false")
    editor.nvim.command("Codegen status")
    assert editor.told() == "codegen: ready (scripted), suggestions are off"


def test_verbs_are_completed_and_unknown_ones_refused(editor: Editor) -> None:
    complete = editor.nvim.funcs.getcompletion
    assert complete("Codegen ", "cmdline") == [
        *("accept", "cancel", "docstring", "download", "fix", "health", "log"),
        *("reject", "restart", "review", "stats", "status", "toggle", "why"),
    ]
    assert complete("Codegen re", "cmdline") == ["reject", "restart", "review"]
    editor.nvim.command("Codegen fly")
    assert editor.told() == "codegen: there is no :Codegen fly"


def test_log_opens_where_the_server_writes(editor: Editor) -> None:
    editor.open("# none\n|")
    editor.keys("<Esc>")
    editor.nvim.command("Codegen log")
    name = editor.nvim.current.buffer.name
    assert name.endswith("lsp.log")
    assert Path(name).exists()
    editor.nvim.command("bwipeout")


def test_health_is_fine_when_all_is_well(editor: Editor) -> None:
    editor.open("# none\n|")
    editor.keys("<Esc>")
    editor.nvim.command("Codegen health")
    report = editor.text()
    assert "ERROR" not in report
    assert "codegen: 0." in report
    assert "scripted answers, no model" in report
    assert "the model is ready (scripted)" in report
    assert "a server runs: 1 buffer(s), utf-" in report


def test_health_names_what_is_missing_and_the_way_to_mend_it(start: Start) -> None:
    editor = start()
    editor.setup(cmd=["no-such-codegen"])
    editor.nvim.command("checkhealth codegen")
    report = editor.text()
    assert "no-such-codegen is not found" in report
    assert "pipx install codegen-lsp" in report
    assert "no server runs" in report


def test_download_fails_in_words_where_nothing_may_be_fetched(start: Start, tmp_path: Path) -> None:
    editor = start()
    settings = {"model": {"folder": str(tmp_path)}, "offline": True}
    editor.setup(cmd=editor.command[:4], settings=settings)
    editor.open("x = |\n", wait=False)
    editor.until(lambda: editor.status() == "codegen: no model")
    told = len(editor.told())
    editor.nvim.command("Codegen download")
    editor.until(lambda: "offline" in editor.told()[told:])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"debounce": 1}, "option debounce is not known"),
        ({"debounce_ms": "1"}, "option debounce_ms must be a number"),
        ({"keymaps": {"accept_all": "x"}}, "option keymaps.accept_all is not known"),
        ({"keymaps": {"accept": 7}}, "option keymaps.accept must be a string"),
        ({"keymaps": False}, "option keymaps must be a table"),
    ],
)
def test_a_wrong_option_costs_itself_and_one_message(
    editor: Editor, options: dict[str, Any], says: str
) -> None:
    editor.setup(cmd=editor.command, **options)
    assert editor.told() == f"codegen: {says}"
    editor.open("from names import *  # sum\nx = |\n")
    editor.expect("a + b")
    editor.keys("<C-l>")
    editor.until(lambda: editor.nvim.current.line == "x = a + b")


def test_why_tells_how_the_last_answer_came_about(editor: Editor) -> None:
    editor.open("from names import *  # sum\nx = |\n")
    editor.nvim.command("Codegen why")
    editor.until(lambda: "nothing was asked for" in editor.told() or "Shown:" in editor.told())
    editor.expect("a + b")
    editor.nvim.command("Codegen why")
    editor.until(lambda: "Shown: 1 line, 5 characters." in editor.told())
    assert "fix_syntax let it pass" in editor.told()
