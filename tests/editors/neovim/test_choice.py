"""Several suggestions for one place, and one that grows while the user types along it."""

from collections.abc import Callable
from typing import Any

import pytest

Editor = Any
Start = Callable[..., Editor]

pytestmark = pytest.mark.editor

BUILT_IN = """
    _G.done = {}
    local function note(name, result)
      return function(options) table.insert(done, { name, options }); return result end
    end
    vim.lsp.inline_completion = {
      enable = note('enable'), get = note('get', true), select = note('select'),
    }
""".replace("\n", " ")
INLINE = "textDocument/inlineCompletion"


def items(*texts: str) -> list[dict[str, str]]:
    """Return an answer with these suggestions."""
    return [{"insertText": text} for text in texts]


def given(editor: Editor, *answers: list[dict[str, str]]) -> None:
    """Open a file whose requests get these answers, one after the other."""
    editor.setup_given(commands=[], answers={INLINE: list(answers)})
    editor.count_requests()
    editor.open("x = |\n")


def test_the_next_one_is_asked_for_and_the_count_goes_round(start: Start) -> None:
    editor = start()
    given(editor, items("a"), items("a", "b", "c"))
    editor.expect("a")
    for key, ghost in (("]", "b"), ("]", "c"), ("]", "a"), ("[", "c"), ("[", "b")):
        editor.keys(f"<M-{key}>")
        editor.expect(ghost)
    assert editor.requests() == 2
    editor.keys("<C-l>")
    editor.until(lambda: editor.nvim.current.line == "x = b")


def test_what_is_shown_stays_where_there_is_no_other(start: Start) -> None:
    editor = start()
    given(editor, items("a"), items("a"))
    editor.expect("a")
    editor.keys("<M-]>")
    editor.until(lambda: editor.requests("complete") == 2)
    editor.expect("a")


def test_others_are_asked_for_where_the_cursor_is_by_then(start: Start) -> None:
    """What was typed along is a part of none of them any more."""
    editor = start()
    given(editor, items("a + b"), items(" + b"), items(" + b", " - b"))
    editor.expect("a + b")
    editor.keys("a")
    editor.until(lambda: editor.requests("complete") == 2)
    editor.keys("<M-]>")
    editor.expect(" - b")
    editor.keys("<C-l>")
    editor.until(lambda: editor.nvim.current.line == "x = a - b")


def test_one_that_is_typed_along_grows_when_there_is_more(start: Start) -> None:
    """No frame in between is without it."""
    editor = start()
    given(editor, items("a + b"), items(" + b + c"))
    editor.expect("a + b")
    editor.screen()
    editor.frames()
    editor.keys("a")
    editor.expect(" + b + c")
    assert {frame[0] for frame in editor.frames()} == {"x = a + b", "x = a + b + c"}


@pytest.mark.parametrize("answer", [[], ["b"], [" + "], [" + b"]], ids=repr)
def test_one_that_still_fits_is_replaced_by_nothing_else(start: Start, answer: list[str]) -> None:
    editor = start()
    given(editor, items("a + b"), items(*answer))
    editor.expect("a + b")
    editor.screen()
    editor.frames()
    editor.keys("a")
    editor.until(lambda: editor.requests("complete") == 2)
    editor.expect(" + b")
    editor.screen()
    assert {frame[0] for frame in editor.frames()} == {"x = a + b"}


def test_the_built_in_ghost_text_is_used_where_it_is(start: Start) -> None:
    """As far as that can be seen without a Neovim 0.12: it is switched on, and keys go to it."""
    editor = start("--cmd", f"lua {BUILT_IN}")
    given(editor, items("a"))
    assert editor.lua("return done[1]") == ["enable", True]
    editor.lua("_G.done = {}")
    editor.keys("<M-]><C-l>")
    editor.until(lambda: editor.lua("return done") == [["select", {"count": 1}], ["get"]])
    assert editor.ghost() is None
