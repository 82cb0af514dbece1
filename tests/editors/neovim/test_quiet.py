"""Where nothing is shown: beside menus, in macros, snippets, special buffers, or switched off."""

from typing import Any

import pytest

Editor = Any

pytestmark = pytest.mark.editor

SUM = "from names import *  # sum\nx = |\n"


def test_nothing_is_shown_beside_the_popup_menu(editor: Editor) -> None:
    editor.open("from names import *  # sum\nabc = abd = 1\n|\n")
    editor.expect("a + b")
    editor.keys("ab<C-x><C-n>")
    editor.until(editor.nvim.funcs.pumvisible)
    editor.stays_quiet()
    editor.keys("<C-e>")
    editor.until(lambda: not editor.nvim.funcs.pumvisible())
    editor.expect("a + b")


def test_nothing_is_shown_beside_a_menu_of_the_users_own(editor: Editor) -> None:
    """nvim-cmp and blink.cmp draw menus that Neovim does not know of."""
    editor.open(SUM)
    editor.expect("a + b")
    editor.lua("require('codegen.config').get().menu_visible = function() return true end")
    editor.keys("a")
    editor.until(lambda: editor.ghost() is None)
    editor.stays_quiet()


def test_nothing_is_shown_in_a_macro_neither_recorded_nor_run(editor: Editor) -> None:
    editor.open(SUM)
    editor.keys("<Esc>qqA")
    editor.until(lambda: editor.mode() == "i")
    editor.keys("1")
    editor.stays_quiet()
    editor.keys("<Esc>q")
    editor.until(lambda: editor.nvim.funcs.reg_recording() == "")
    editor.count_requests()
    editor.keys("@q")
    editor.until(lambda: editor.nvim.current.line == "x = 11")
    assert editor.requests() == 0


def test_nothing_is_shown_while_a_snippet_is_filled_in(editor: Editor) -> None:
    editor.open(SUM)
    editor.expect("a + b")
    editor.lua("vim.snippet.expand('f($1, $2)')")
    editor.until(lambda: editor.nvim.current.line == "x = f(, )")
    editor.stays_quiet()
    editor.lua("vim.snippet.stop()")
    editor.keys("(")
    editor.expect("a + b")


@pytest.mark.parametrize("keys", ["R", "<C-v>kI", "<C-v>kA", "gR"])
def test_nothing_is_shown_where_typing_replaces_or_is_repeated(editor: Editor, keys: str) -> None:
    editor.open("from names import *  # sum\nx = 1\ny = 2\n")
    editor.keys(f"<Esc>{keys}")
    editor.until(lambda: editor.mode() != "n")
    editor.keys("z")
    editor.stays_quiet()
    editor.keys("<Esc>")
    editor.until(lambda: editor.mode() == "n")
    editor.keys("A(")
    editor.expect("a + b")


def test_nothing_is_shown_while_other_plugins_have_several_cursors(editor: Editor) -> None:
    editor.open("# none\nx = |\n")
    editor.lua("vim.b.visual_multi = 1")
    editor.keys("<Esc>ggccfrom names import *  # sum<CR>")
    editor.stays_quiet()


@pytest.mark.parametrize("kind", ["nofile", "prompt", "help"])
def test_special_buffers_are_left_alone(editor: Editor, kind: str) -> None:
    editor.lua(
        """
        vim.cmd.enew()
        vim.bo.filetype = 'python'
        vim.bo.buftype = ...
        """,
        kind,
    )
    editor.keys("ifrom names import *  # sum<CR>")
    editor.stays_quiet()
    assert editor.lua("return #vim.lsp.get_clients({ bufnr = 0 })") == 0


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("sums.txt", {}),
        ("sums.py", {"disabled_filetypes": ["python"]}),
        ("sums.py", {"filetypes": ["lua"]}),
        ("sums.py", {"filetypes": ["*"], "disabled_filetypes": ["python"]}),
    ],
)
def test_other_filetypes_are_not_even_opened(
    editor: Editor, name: str, options: dict[str, Any]
) -> None:
    editor.setup(cmd=editor.command, **options)
    editor.open(SUM, name, wait=False)
    editor.stays_quiet()
    assert editor.status() == ""
    assert editor.lua("return #vim.lsp.get_clients({ bufnr = 0 })") == 0


def test_all_filetypes_are_served_when_asked_to(editor: Editor) -> None:
    editor.setup(cmd=editor.command, filetypes=["*"])
    editor.open(SUM, "sums.rb")
    editor.expect("a + b")


def test_toggle_is_for_all_buffers(editor: Editor) -> None:
    editor.open(SUM)
    editor.expect("a + b")
    editor.nvim.command("Codegen toggle")
    assert editor.ghost() is None
    assert editor.status() == "codegen off"
    editor.keys("(")
    editor.stays_quiet()
    editor.nvim.command("Codegen toggle")
    editor.keys("(")
    editor.expect("a + b")
    assert editor.told().split("\n") == [
        "codegen: suggestions are off",
        "codegen: suggestions are on",
    ]


def test_toggle_with_a_bang_is_for_one_buffer(editor: Editor) -> None:
    editor.open(SUM)
    editor.expect("a + b")
    editor.nvim.command("Codegen! toggle")
    editor.keys("(")
    editor.stays_quiet()
    editor.keys("<Esc>")
    editor.nvim.command("write")
    editor.open(SUM, "others.py")
    editor.expect("a + b")
    assert editor.told() == "codegen: suggestions are off in this buffer"
