"""Keys are the plugin's while a suggestion is shown, and at no other time."""

from typing import Any

import pytest

Editor = Any

pytestmark = pytest.mark.editor

SUM = "from names import *  # sum\nx = |\n"


def test_tab_is_a_tab_also_beside_a_suggestion(editor: Editor) -> None:
    editor.open(SUM)
    editor.expect("a + b")
    editor.nvim.command("setlocal noexpandtab softtabstop=0")
    editor.keys("<Tab>")
    editor.until(lambda: editor.nvim.current.line == "x = \t")


def test_without_a_suggestion_no_key_is_mapped(editor: Editor) -> None:
    editor.open(SUM)
    editor.expect("a + b")
    mapped = {mapping["lhs"] for mapping in editor.nvim.api.buf_get_keymap(0, "i")}
    assert len(mapped) == 6
    editor.keys("z")
    editor.until(lambda: editor.ghost() is None or editor.nvim.current.line == "x = z")
    editor.keys("<Esc>")
    editor.until(lambda: editor.mode() == "n")
    assert editor.nvim.api.buf_get_keymap(0, "i") == []


@pytest.mark.parametrize("where", ["", "<buffer>"], ids=["global", "buffer"])
def test_a_mapping_of_the_users_is_there_again_afterwards(editor: Editor, where: str) -> None:
    editor.open("# none\nx = |\n")
    editor.nvim.command(f"inoremap {where} <silent> <C-l> mine")
    try:
        editor.keys("<C-l>")
        editor.until(lambda: editor.nvim.current.line == "x = mine")
        editor.nvim.command("%delete")
        editor.keys("<Esc>ifrom names import *  # sum<CR>x = ")
        editor.expect("a + b")
        editor.keys("<C-l>")
        editor.until(lambda: editor.nvim.current.line.endswith("x = a + b"))
        editor.keys("<C-l>")
        editor.until(lambda: editor.nvim.current.line.endswith("x = a + bmine"))
    finally:
        editor.nvim.command(f"iunmap {where} <C-l>")


def test_tab_accepts_when_it_was_asked_to_and_is_a_tab_otherwise(editor: Editor) -> None:
    editor.setup(cmd=editor.command, keymaps={"accept": "<Tab>"})
    editor.open(SUM)
    editor.nvim.command("setlocal noexpandtab softtabstop=0")
    editor.expect("a + b")
    editor.keys("<C-]>")
    editor.until(lambda: editor.ghost() is None)
    editor.keys("<Tab>")
    editor.until(lambda: editor.nvim.current.line == "x = \t")
    editor.expect("a + b")
    editor.keys("<Tab>")
    editor.until(lambda: editor.nvim.current.line == "x = \ta + b")


def test_a_key_of_the_users_own_decides_for_itself(editor: Editor) -> None:
    """``accept()`` works under textlock, and says whether there was something to accept."""
    editor.lua(
        """
        vim.keymap.set('i', '<S-Tab>', function()
          return require('codegen').accept() and '' or 'nothing'
        end, { expr = true })
        """
    )
    editor.open(SUM)
    editor.expect("a + b")
    editor.keys("<S-Tab>")
    editor.until(lambda: editor.nvim.current.line == "x = a + b")
    editor.keys("<C-w><C-w><C-w><S-Tab>")
    editor.until(lambda: editor.nvim.current.line == "x = nothing")


def test_no_key_is_mapped_when_all_are_off(editor: Editor) -> None:
    names = ("accept", "accept_word", "accept_line", "dismiss", "next", "previous")
    editor.setup(cmd=editor.command, keymaps=dict.fromkeys(names, False))
    editor.open(SUM)
    editor.expect("a + b")
    assert editor.nvim.api.buf_get_keymap(0, "i") == []
    assert editor.lua("return require('codegen').accept('word')") is True
    editor.until(lambda: editor.nvim.current.line == "x = a")


def test_dismissed_is_dismissed_until_the_text_changes(editor: Editor) -> None:
    editor.open(SUM)
    editor.expect("a + b")
    editor.keys("<C-]>")
    editor.until(lambda: editor.ghost() is None)
    editor.stays_quiet()
    editor.keys("(")
    editor.expect("a + b")


def test_a_suggestion_can_be_asked_for_where_automatic_ones_are_off(editor: Editor) -> None:
    editor.lua("vim.g.codegen_enabled = false")
    editor.open(SUM, wait=False)
    editor.until(lambda: editor.status() == "codegen off")
    editor.stays_quiet()
    editor.keys("<M-Bslash>")
    editor.expect("a + b")


def test_keys_typed_in_one_burst_are_taken_in_order(editor: Editor) -> None:
    """The acceptance knows of keys for which no event has come yet."""
    editor.open(SUM)
    editor.expect("a + b")
    editor.keys("a <C-l>)")
    editor.until(lambda: editor.nvim.current.line == "x = a + b)")


def test_in_a_burst_nothing_is_accepted_that_does_not_fit(editor: Editor) -> None:
    editor.open(SUM)
    editor.expect("a + b")
    editor.keys("z<C-l>)")
    editor.until(lambda: editor.nvim.current.line == "x = z)")
