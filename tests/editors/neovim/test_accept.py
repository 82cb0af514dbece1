"""Acceptance: whole, by word, by line; what stands in the buffer, in undo, and on the wire."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen_lsp.feedback.ledger import suggestions_since
from codegen_lsp.feedback.suggestion import Outcome

Editor = Any
Start = Callable[..., Editor]

pytestmark = pytest.mark.editor

CASES = {
    "sum": ("from names import *  # sum\ndef add(a, b):\n    return |\n", "a + b"),
    "block": (
        "from names import *  # block\ndef f(a, b):\n    |\n",
        "for x in a:\n        b += x\n        print(b)",
    ),
    "tabs": ("from names import *  # tabs\ndef f(a, b):\n\t|\n", "for x in a:\n\t\tb +=\tx"),
    "astral": ("from names import *  # astral\n𠮷𠮶, é = '🙂', |\n", "'𠮷𠮷' + naïve(x)"),
    "rtl": ("from names import *  # rtl\nשלום, é = 'مرحبا', |\n", "'עולם' + عدد(x)"),
    "inside": ("from names import *  # sum\nx = ['𠮷', |]\n", "a + b"),
}
KEYS = {"whole": "<C-l>", "word": "<M-Right>", "line": "<M-C-Right>"}


def accept_all(editor: Editor, key: str) -> int:
    """Press ``key`` until nothing is left, and return how often that was."""
    for count in range(1, 40):
        rest = editor.ghost()
        editor.keys(key)
        editor.until(lambda rest=rest: editor.ghost() != rest)
        if not editor.lua("return require('codegen').is_visible()"):
            return count
    raise AssertionError(editor.report())


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS.keys())
@pytest.mark.parametrize("case", CASES)
def test_the_file_has_the_same_bytes_however_it_is_accepted(
    editor: Editor, case: str, key: str, line_end: str
) -> None:
    """Also with CRLF line ends, tabs, and characters outside the basic plane before the cursor."""
    text, suggestion = CASES[case]
    editor.open(text.replace("\n", line_end))
    editor.nvim.command("setlocal autoindent smartindent textwidth=20 formatoptions+=t")
    editor.until(editor.ghost)
    editor.lua("vim.b.codegen_enabled = false")  # nothing new is suggested behind it
    accept_all(editor, key)
    editor.keys("<Esc>:write<CR>")
    editor.until(lambda: not editor.nvim.current.buffer.options["modified"])
    written = Path(editor.nvim.current.buffer.name).read_bytes().decode()
    assert written == text.replace("|", suggestion).replace("\n", line_end)


@pytest.mark.parametrize(
    ("answer", "steps"),
    [
        ("sum", ["a", "a +", "a + b"]),
        ("astral", ["'", "'𠮷𠮷", "'𠮷𠮷'", "'𠮷𠮷' +", "'𠮷𠮷' + naïve"]),
        ("block", ["for", "for x", "for x in", "for x in a", "for x in a:"]),
    ],
)
def test_a_word_comes_with_the_space_before_it(
    editor: Editor, answer: str, steps: list[str]
) -> None:
    editor.open(f"from names import *  # {answer}\ndef f(a, b):\n    |\n")
    editor.until(editor.ghost)
    editor.lua("vim.b.codegen_enabled = false")
    for step in steps:
        editor.keys("<M-Right>")
        editor.until(lambda step=step: editor.nvim.current.line == f"    {step}")


def test_a_line_is_accepted_up_to_its_end(editor: Editor) -> None:
    editor.open("from names import *  # block\ndef f(a, b):\n    |\n")
    editor.until(editor.ghost)
    for wanted in ("for x in a:", "for x in a:\n        b += x"):
        editor.keys("<M-C-Right>")
        editor.until(lambda wanted=wanted: editor.text().endswith(wanted))
    editor.expect("\n        print(b)")
    assert editor.screen()[2:5] == ["    for x in a:", "        b += x", "        print(b)"]


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS.keys())
def test_undo_takes_back_one_acceptance_as_one_step(editor: Editor, key: str) -> None:
    editor.open("from names import *  # block\ndef f(a, b):\n    |\n")
    editor.until(editor.ghost)
    editor.lua("vim.b.codegen_enabled = false")
    editor.keys("for ")
    editor.until(lambda: editor.text().endswith("for "))
    before = editor.text()
    editor.keys(key)
    editor.until(lambda: editor.text() != before)
    accepted = editor.text()
    editor.keys("# typed<Esc>")
    editor.until(lambda: editor.mode() == "n")
    for wanted in (accepted, before, "from names import *  # block\ndef f(a, b):\n    "):
        editor.keys("u")
        editor.until(lambda wanted=wanted: editor.text() == wanted)


def test_dot_repeats_typed_and_accepted_text(editor: Editor) -> None:
    editor.open("from names import *  # sum\nx = |\n\n")
    editor.expect("a + b")
    editor.lua("vim.b.codegen_enabled = false")
    editor.keys("a <C-l>  # so<Esc>")
    editor.until(lambda: editor.mode() == "n")
    editor.keys("j.")
    editor.until(lambda: editor.nvim.current.buffer[2] == "a + b  # so")
    assert editor.nvim.current.buffer[1] == "x = a + b  # so"


def test_the_server_hears_of_what_is_shown_and_partly_accepted(editor: Editor) -> None:
    editor.lua(
        """
        _G.sent = {}
        vim.api.nvim_create_autocmd('LspNotify', { callback = function(event)
          local method = event.data.method
          if method:find('Completion$') then
            local params = event.data.params
            table.insert(sent, { method, params.item.insertText, params.acceptedLength })
          end
        end })
        """
    )
    editor.open("from names import *  # astral\r\nx = |\r\n")
    editor.expect("'𠮷𠮷' + naïve(x)")
    editor.lua("vim.b.codegen_enabled = false")
    for rest in ("𠮷𠮷' + naïve(x)", "' + naïve(x)"):
        editor.keys("<M-Right>")
        editor.expect(rest)
    editor.keys("<C-l>")
    editor.until(lambda: editor.nvim.current.line == "x = '𠮷𠮷' + naïve(x)")
    item = "'𠮷𠮷' + naïve(x)"
    assert editor.lua("return sent") == [
        ["textDocument/didShowCompletion", item],
        ["textDocument/didPartiallyAcceptCompletion", item, 1],
        ["textDocument/didPartiallyAcceptCompletion", item, 3],
    ]
    editor.keys("<CR>")
    editor.until(lambda: editor.status() == "codegen off")  # the server has not minded


def test_accepting_is_answered_by_the_next_suggestion(editor: Editor) -> None:
    editor.open("from names import *  # sum\nx = |\n")
    editor.expect("a + b")
    editor.keys("<C-l>")
    editor.until(lambda: editor.nvim.current.line == "x = a + b")
    editor.keys(" + ")
    editor.expect("a + b")


def test_a_suggestion_longer_than_the_window_is_accepted_whole(editor: Editor) -> None:
    editor.open("from names import *  # sum\n" + "\n" * 40 + "x = |\n")
    editor.expect("a + b")
    editor.keys("<C-l>")
    editor.until(lambda: editor.nvim.current.line == "x = a + b")
    assert editor.column() == len("x = a + b")


def test_the_ledger_learns_what_was_accepted(start: Start) -> None:
    """By words at first, and at last whole: one suggestion, seen from further on."""
    editor = start()
    editor.setup('[[answer]]\ntext = "a + b"\n')
    editor.open("a = b = 1\nx = |\n")
    editor.expect("a + b")
    editor.keys("<M-Right>")
    editor.expect(" + b")
    editor.keys("<C-l>")
    editor.until(lambda: editor.nvim.current.line == "x = a + b")
    folder = editor.home / "state" / "codegen-lsp"
    editor.until(lambda: [row.accepted for row in suggestions_since(folder)][:1] == [5])
    row, *later = suggestions_since(folder)
    assert all(each.outcome is Outcome.DROPPED for each in later)
    assert (row.outcome, row.shown, row.code_points) == (Outcome.ACCEPTED, True, 5)
