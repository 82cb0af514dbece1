"""The server's life: who gets it, what it sees of the buffers, and what happens when it ends."""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Editor = Any
Start = Callable[..., Editor]

pytestmark = pytest.mark.editor

SUM = "from names import *  # sum\nx = |\n"
ANY = 'repeat = true\n[[answer]]\ntext = "a + b"\n'


def clients(editor: Editor) -> int:
    """Return how many servers run."""
    count: int = editor.lua("return #vim.lsp.get_clients({ name = 'codegen' })")
    return count


def test_it_works_without_a_word_of_configuration(start: Start, tmp_path: Path) -> None:
    """The ``codegen`` of PATH, with its settings in the user's own file."""
    script = tmp_path / "script.toml"
    script.write_text(ANY, "utf-8")
    config = tmp_path / "config.toml"
    config.write_text(f'[model]\nname = "scripted:{script}"\n', "utf-8")
    editor = start(CODEGEN_CONFIG=str(config))
    editor.open("a = b = 1\nx = |\n")
    editor.expect("a + b")


def test_options_given_before_the_start_are_kept(start: Start, tmp_path: Path) -> None:
    (tmp_path / "vimrc.lua").write_text(
        "require('codegen').setup({ filetypes = { 'lua' } })", "utf-8"
    )
    editor = start("-u", str(tmp_path / "vimrc.lua"))
    editor.open("a = b = 1\nx = |\n", wait=False)
    assert editor.lua("return require('codegen.config').get().filetypes") == ["lua"]
    assert clients(editor) == 0


def test_buffers_and_projects_share_one_server(editor: Editor) -> None:
    for name in ("one", "two"):
        (editor.home / name / ".git").mkdir(parents=True, exist_ok=True)
        editor.open(SUM, f"{name}/sums.py")
        editor.expect("a + b")
        editor.keys("<Esc>")
    assert clients(editor) == 1


def test_two_buffers_are_told_apart(editor: Editor) -> None:
    editor.open("from names import *  # sum\nx = |\n", "one.py")
    editor.expect("a + b")
    editor.keys("<Esc>:write<CR>")
    editor.open("from names import *  # call\nx = |\n", "two.py")
    editor.expect("max(a, b)")
    editor.keys("<Esc>:write<CR>:buffer one.py<CR>A")
    editor.expect("a + b")


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_the_server_has_the_text_of_the_buffer(start: Start, tmp_path: Path, line_end: str) -> None:
    """Each key and command is an edit in the server; the answer comes where all have arrived."""
    wanted = "é𠮷\nbb = '🙂' + 𠮷x\n\tc\n".replace("\n", line_end)
    end = wanted.index("𠮷x") + 2
    hole = f"{wanted[:end]} + <hole>{wanted[end:]}"
    # The prompt's line ends are those of the file.
    script = tmp_path / "script.toml"
    answers = [f'[[answer]]\nwhen = """{form}"""\ntext = "10"\n' for form in _forms(hole)]
    script.write_text("repeat = true\n" + "".join(answers), "utf-8")
    editor = start()
    editor.setup(script.read_text("utf-8"))
    editor.open(f"a𠮷{line_end}|{line_end}c{line_end}")
    editor.nvim.command("setlocal noexpandtab noautoindent indentexpr=")
    editor.keys("𠮷𠮷<BS><BS>b = '🙂🙂'<Left><BS><Right> + 𠮷y<BS>x<Esc>")
    editor.keys("0ib<Esc>ggrégJu:s/é/é𠮷/<CR>Gi<C-v><Tab><Esc>k$")
    editor.until(lambda: editor.mode() == "n")
    editor.nvim.command(r"silent %s/é𠮷\zs𠮷//e")
    editor.nvim.command("call cursor(2, 1) | normal! $")
    editor.keys("A + ")
    editor.until(lambda: editor.mode() == "i")
    assert editor.text() == wanted.replace("\r", "").rstrip("\n").replace("𠮷x", "𠮷x + ")
    editor.expect("10")


def _forms(text: str) -> set[str]:
    """Return what a prompt's text may look like in TOML: its line ends may have become LF."""
    return {form.replace("\r", "\\r") for form in (text, text.replace("\r\n", "\n"))}


def test_an_unnamed_buffer_is_served_and_so_is_the_next(editor: Editor) -> None:
    for answer, ghost in (("sum", "a + b"), ("call", "max(a, b)")):
        editor.lua(
            "vim.cmd.enew({ bang = true }); vim.bo.filetype = 'python'; vim.bo.bufhidden = 'hide'"
        )
        editor.nvim.current.buffer[:] = [f"from names import *  # {answer}", "x = "]
        editor.keys("GA")
        editor.expect(ghost)
        editor.keys("<Esc>")
        editor.until(lambda: editor.mode() == "n")
    editor.keys(":bprevious!<CR>A")
    editor.expect("a + b")


@pytest.mark.parametrize("command", ["file {}", "write {}", "saveas {}"])
def test_a_buffer_that_gets_a_name_is_still_served(editor: Editor, command: str) -> None:
    editor.lua("vim.cmd.enew({ bang = true }); vim.bo.filetype = 'python'")
    editor.nvim.current.buffer[:] = ["from names import *  # sum", "x = "]
    editor.keys("GA")
    editor.expect("a + b")
    editor.keys("<Esc>")
    path = editor.home / f"{command[:4].strip()}.py"
    path.unlink(missing_ok=True)
    editor.nvim.command(command.format(path))
    editor.keys("A(")
    editor.expect("a + b")


def test_a_buffer_read_again_is_still_served(editor: Editor) -> None:
    editor.open("# none\nx = |\n")
    (editor.home / "sums.py").write_text("from names import *  # sum\nx = \n", "utf-8")
    editor.keys("<Esc>:edit!<CR>GA")
    editor.expect("a + b")


def test_another_filetype_is_another_language(start: Start) -> None:
    """The same text is cut back in Python, where it has a syntax error."""
    editor = start()
    editor.setup('repeat = true\n[[answer]]\ntext = "a++;"\n')
    editor.open("a = b = 1\nx = |\n")
    editor.expect("a")
    editor.nvim.command("set filetype=javascript")
    editor.keys(" ")
    editor.expect("a++;")


def test_settings_reach_the_server(start: Start) -> None:
    editor = start()
    editor.setup(ANY, settings={"completion": {"disabled_languages": ["python"]}, "nonsense": 1})
    editor.open("a = b = 1\nx = |\n")
    editor.stays_quiet()
    assert "option nonsense is not known" in editor.told()
    editor.open("a = b = 1\nx = |\n", "sums.js")
    editor.expect("a + b")


def test_the_first_suggestion_comes_when_the_model_is_ready(start: Start) -> None:
    """What was asked for before is asked for again; until then the statusline says why not."""
    editor = start()
    editor.setup(f"load_ms = 800\n{ANY}")
    editor.open("a = b = 1\nx = |\n", wait=False)
    editor.until(lambda: editor.status() == "codegen loading")
    editor.stays_quiet()
    editor.expect("a + b")
    assert editor.status() == "codegen"


def test_a_killed_server_comes_back(start: Start) -> None:
    editor = start()
    editor.setup(ANY)
    editor.open("a = b = 1\nx = |\n")
    editor.expect("a + b")
    for _ in range(2):
        before = editor.servers()
        [killed] = before
        os.kill(killed, signal.SIGKILL)
        editor.until(lambda before=before: editor.servers() not in ([], before))
        editor.ready()
        editor.keys("(")
        editor.expect("a + b")


def test_a_server_that_always_ends_is_given_up(start: Start) -> None:
    editor = start()
    editor.setup(cmd=["python3", "-c", "raise SystemExit(3)"])
    editor.open("a = b = 1\nx = |\n", wait=False)
    editor.until(lambda: "the server ended 4 times (code 3, signal 0)" in editor.told())
    assert editor.told().count(":Codegen log") == 1
    assert clients(editor) == 0


def test_restart_takes_new_options(start: Start) -> None:
    editor = start()
    editor.setup(ANY)
    editor.open("a = b = 1\nx = |\n")
    editor.expect("a + b")
    [before] = editor.servers()
    editor.setup(ANY.replace("a + b", "b + a"))
    editor.nvim.command("Codegen restart")
    editor.until(lambda: len(editor.servers()) == 1 and before not in editor.servers())
    editor.ready()
    editor.keys("(")
    editor.expect("b + a")
    assert "ended" not in editor.told()


def test_a_missing_command_is_told_once(start: Start) -> None:
    editor = start()
    editor.setup(cmd=["no-such-codegen", "serve"])
    editor.lua("vim.notify_once = function(text) vim.notify(text) end")
    editor.open("a = b = 1\nx = |\n", wait=False)
    editor.until(lambda: "no-such-codegen is not found" in editor.told())
    assert ":checkhealth codegen" in editor.told()


@pytest.mark.parametrize("choice", [2, None], ids=["not now", "escape"])
def test_a_missing_model_is_offered_and_may_be_declined(
    start: Start, tmp_path: Path, choice: int | None
) -> None:
    editor = start()
    editor.lua(
        """
        local choice = ...
        vim.ui.select = function(items, options, done)
          _G.asked = { options.prompt, vim.tbl_map(options.format_item, items) }
          done(items[choice])
        end
        """,
        choice,
    )
    models = tmp_path / "models"
    editor.setup(cmd=[*editor.command[:4]], settings={"model": {"folder": str(models)}})
    editor.open("a = b = 1\nx = |\n", wait=False)
    [prompt, items] = editor.until(lambda: editor.lua("return asked"))
    assert "Apache-2.0" in prompt
    assert items == ["Download", "Not now"]
    editor.until(lambda: editor.status() == "codegen: no model")
    editor.stays_quiet()
    assert not models.exists()


def test_an_editor_that_leaves_takes_its_server_along(start: Start) -> None:
    editor = start()
    editor.setup(ANY)
    editor.open("a = b = 1\nx = |\n")
    [server] = editor.servers()
    with contextlib.suppress(OSError, EOFError):
        editor.nvim.command("qall!")
    deadline = time.monotonic() + 30
    while Path(f"/proc/{server}/cmdline").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{server}/cmdline").exists()
