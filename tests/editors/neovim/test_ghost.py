"""What is drawn, how long it stays, and that it is never stale."""

from typing import Any

import pytest

Editor = Any

pytestmark = pytest.mark.editor

SUM = "from names import *  # sum\ndef add(a, b):\n    return |\n"
SLOW = "from names import *  # slow\ndef add(a, b):\n    return |\n"
BLOCK = "for x in a:\n        b += x\n        print(b)"
BLOCK_LINES = ["    for x in a:", "        b += x", "        print(b)"]


def test_a_suggestion_is_drawn_at_the_cursor_in_its_own_colour(editor: Editor) -> None:
    editor.open(SUM)
    editor.expect("a + b")
    assert editor.screen()[2] == "    return a + b"
    assert editor.lua("return vim.fn.screencol()") == 12
    assert editor.text() == SUM.replace("|", "").rstrip("\n")
    link = editor.lua("return vim.api.nvim_get_hl(0, { name = 'CodegenGhost' }).link")
    assert link == "Comment"


def test_further_lines_are_drawn_below_and_push_the_rest_down(editor: Editor) -> None:
    editor.open("from names import *  # block\ndef f(a, b):\n    |\n\n\nx = 1\n")
    editor.expect(BLOCK)
    assert editor.screen()[1:8] == ["def f(a, b):", *BLOCK_LINES, "", "", "x = 1"]


def test_text_right_of_the_cursor_stands_after_the_suggestion(editor: Editor) -> None:
    editor.open("from names import *  # sum\nx = (|)\n")
    editor.expect("a + b")
    assert editor.screen()[1] == "x = (a + b)"


def test_tabs_are_drawn_as_wide_as_the_buffer_has_them(editor: Editor) -> None:
    editor.open("from names import *  # tabs\ndef f(a, b):\n\t|\n")
    editor.nvim.command("setlocal tabstop=4 noexpandtab")
    editor.keys("<Esc>A")
    editor.expect("for x in a:\n        b +=    x")
    assert editor.screen()[2:4] == ["    for x in a:", "        b +=    x"]


def test_typing_along_never_flickers(editor: Editor) -> None:
    """Every frame that reaches the user shows the same line: what is typed and what is to come."""
    editor.open(SUM)
    editor.expect("a + b")
    editor.screen()
    editor.frames()
    for count, key in enumerate("a + ", start=1):
        editor.keys(key)
        editor.expect("a + b"[count:])
    frames = editor.frames()
    assert len(frames) > 4
    assert {frame[2] for frame in frames} == {"    return a + b"}


def test_deleting_what_was_typed_along_brings_it_back(editor: Editor) -> None:
    editor.open(SUM)
    editor.expect("a + b")
    editor.keys("a ")
    editor.expect("+ b")
    editor.keys("<BS><BS>")
    editor.expect("a + b")


def test_typing_along_goes_on_in_the_next_line(editor: Editor) -> None:
    """The line end is typed with its indentation, as 'autoindent' makes it."""
    editor.open("from names import *  # block\ndef f(a, b):\n    |\n")
    editor.nvim.command("setlocal autoindent indentexpr=")
    editor.expect(BLOCK)
    editor.screen()
    editor.frames()
    editor.keys("for x in a:<CR>")
    editor.expect("    b += x\n        print(b)")
    editor.keys("    b")
    editor.expect(" += x\n        print(b)")
    assert {tuple(frame[2:5]) for frame in editor.frames()} == {tuple(BLOCK_LINES)}


@pytest.mark.parametrize("keys", ["z", "<BS>", "<C-u>", "<CR>"])
def test_any_other_change_clears_it_at_once(editor: Editor, keys: str) -> None:
    """The next frame is without it, whatever is suggested later."""
    editor.open(SUM)
    editor.expect("a + b")
    editor.screen()
    before = editor.frames()[-1]
    editor.keys(keys)
    editor.until(lambda: editor.text() != SUM.replace("|", "").rstrip("\n"))
    changed = next(frame for frame in editor.frames() if frame[:-2] != before[:-2])
    assert "a + b" not in "".join(changed)


@pytest.mark.parametrize("keys", ["<Left>", "<Up>", "<Home>", "<Esc>", "<C-c>"])
def test_moving_away_clears_it_and_asks_for_no_other(editor: Editor, keys: str) -> None:
    editor.open(SUM)
    editor.expect("a + b")
    editor.count_requests()
    editor.keys(keys)
    editor.until(lambda: editor.ghost() is None)
    editor.stays_quiet()
    assert editor.requests() == 0


@pytest.mark.parametrize("command", ["0", "gg", "zz"])
def test_a_command_from_insert_mode_clears_it(editor: Editor, command: str) -> None:
    """CTRL-O: what comes afterwards is asked for anew, at the place where the cursor is then."""
    editor.open(SUM)
    editor.expect("a + b")
    editor.count_requests()
    editor.keys("<C-o>")
    editor.until(lambda: editor.ghost() is None)
    editor.keys(command)
    editor.until(lambda: editor.requests() == 1)
    assert editor.mode() == "i"


def test_after_a_change_elsewhere_it_is_not_trusted(editor: Editor) -> None:
    """A formatter, say, puts a line above the cursor."""
    editor.open(SUM)
    editor.expect("a + b")
    editor.count_requests()
    editor.lua("vim.api.nvim_buf_set_lines(0, 1, 1, false, { 'import os' })")
    editor.keys("a")
    editor.until(lambda: editor.requests() == 1)


def test_another_window_takes_it_away(editor: Editor) -> None:
    editor.open(SUM)
    editor.expect("a + b")
    editor.nvim.command("vnew")
    assert "return a + b" not in "\n".join(editor.screen())


def test_a_late_answer_is_not_shown_where_the_cursor_is_by_then(editor: Editor) -> None:
    editor.count_requests()
    editor.open(SLOW)
    editor.until(lambda: editor.requests() == 1)
    editor.keys("<Left>")
    editor.until(lambda: editor.requests("cancel") == 1)
    editor.stays_quiet()


def test_typing_on_takes_the_old_request_back(editor: Editor) -> None:
    editor.count_requests()
    editor.open(SLOW.replace("add", "total"))  # no answer to it is kept from another test
    editor.until(lambda: editor.requests() == 1)
    editor.keys("(")
    editor.until(lambda: editor.requests("cancel") == 1)
    editor.expect("a + b")
    assert editor.screen()[2] == "    return (a + b"


def test_a_burst_of_keys_is_one_request(editor: Editor) -> None:
    editor.open("from names import *  # sum\ndef add(a, b):\n    |\n")
    editor.expect("a + b")
    editor.count_requests()
    editor.keys("return ")
    editor.expect("a + b")
    assert editor.requests() == 1
