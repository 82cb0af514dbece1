"""A thousand random edits, accepts and undos: the server's text is the editor's at every check.

The server is asked for its text by the recording of a completion request, which holds the document
as the server has it.
"""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Editor = Any
Start = Callable[..., Editor]

pytestmark = pytest.mark.editor

EDITS = 500
"""In a file of each kind of line end, so a thousand in each Neovim."""

EDITS_BETWEEN_CHECKS = 10
SEED = 6

WORDS = (
    *("alpha", "beta", "x = f(y)", "naïve", "𠮷𠮷", "🙂", "e\u0301", "שלום", "مرحبا", "\u200d"),
    *("\t", "  ", "(", ")", "'", '"', "}", "終わり", ",", "\u00a0"),
)
ANSWERS = {
    "alpha": "beta(𠮷)\n\tגמא\n  x",
    "beta": "alpha + 'שלום'",
    "x = f": "🙂\n\n\tnaïve\ty",
    "": "终 delta\te",
}
"""What is suggested where the first of these words stands in the text."""

ASK = """
    local place = { line = 0, character = 0 }
    local params = {
      textDocument = { uri = vim.uri_from_bufnr(0) },
      position = place,
      context = { triggerKind = 1 },
    }
    return vim.lsp.buf_request_sync(0, 'textDocument/inlineCompletion', params, 30000)
"""


class Edits:
    """Chooses edits; each is keys for Normal mode, which end there."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  # no secret is made of it

    def next(self) -> tuple[str, str | None]:
        """Return keys, and the key of an acceptance that may follow while they still insert."""
        draw = self._random.random()
        if draw < 0.25:
            key = self._random.choice(["<C-l>", "<M-Right>", "<M-C-Right>", "<M-]>", "<C-]>"])
            return self._moving() + self._inserting(), key
        if draw < 0.45:
            return self._moving() + self._inserting() + "<Esc>", None
        if draw < 0.6:
            return self._random.choice(["u", "u", "u", "2u", "<C-r>", "U"]), None
        return self._moving() + self._changing(), None

    def _moving(self) -> str:
        line, column = self._random.randrange(1, 12), self._random.randrange(1, 20)
        return f"{line}G{column}<Bar>" + self._random.choice(["", "", "w", "$", "b", "^"])

    def _inserting(self) -> str:
        how = self._random.choice(["i", "a", "o", "O", "A", "I", "cc", "cw", "C"])
        return how + "".join(self._text() for _ in range(self._random.randrange(1, 4)))

    def _text(self) -> str:
        special = ["<CR>", "<BS>", "<BS><BS>", "<C-w>", "<C-u>", "<Left>", "<Right>", "<Del>"]
        if self._random.random() < 0.25:
            return self._random.choice(special)
        return self._random.choice(WORDS).replace("\t", "<Tab>")

    def _changing(self) -> str:
        word = self._random.choice(WORDS).replace("\t", "<Tab>")
        return self._random.choice(
            [
                *("x", "3x", "X", "dd", "2dd", "D", "dw", "db", "J", "gJ", "3J", "~", "g~~", "."),
                *("yyp", "yyP", "yw3p", "ddp", ">>", "<<", "gUU", "xp", "yy:$put<CR>", "p", "P"),
                *(":m 0<CR>", ":t.<CR>", ":2,3d<CR>", ":silent! s/a/𠮷/g<CR>", "vj$d", "Vjp"),
                *(":silent! %s/𠮷/ab/<CR>", ":sort!<CR>", "ddu", "gqq", "vapJ", "ggVGyP", "3.3u"),
                *(f"r{word[0]}" if word.isalpha() else "rz", f"R{word}<Esc>", f"qa{word}<Esc>q"),
                *(f"<C-v>jI{word}<Esc>", f"<C-v>j$A{word}<Esc>", "<C-v>jld", "@a", f"s{word}<Esc>"),
            ]
        )


@pytest.mark.timeout(900)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_the_server_has_the_text_of_the_editor(start: Start, line_end: str) -> None:
    editor = start()
    record = editor.home / "requests.jsonl"
    script = "repeat = true\n" + "".join(
        f"[[answer]]\nwhen = {json.dumps(when)}\ntext = {json.dumps(text, ensure_ascii=False)}\n"
        for when, text in ANSWERS.items()
    )
    editor.setup(script, filetypes=["*"], settings={"completion": {"record": str(record)}})
    editor.open(line_end.join(["one", "two 𠮷", "|", "four", ""]), "notes.rb")
    editor.nvim.command("setlocal noautoindent indentexpr= indentkeys= shiftwidth=3")
    editor.keys("<Esc>")
    edits, done, accepted = Edits(SEED), [], 0
    for count in range(EDITS):
        keys, accept = edits.next()
        done.append(keys)
        editor.keys(keys)
        if accept is not None:
            editor.until(lambda: editor.mode() == "i")
            editor.lua("require('codegen').trigger()")
            accepted += taken(editor, accept)
            done.append(accept)
        editor.keys("<C-\\><C-n>")
        editor.until(lambda: editor.mode() == "n")
        if count % EDITS_BETWEEN_CHECKS == 0 or count == EDITS - 1:
            assert text_of_server(editor, record) == text_of_editor(editor, line_end), done[-40:]
    assert accepted > EDITS // 20


def taken(editor: Editor, key: str) -> bool:
    """Press an acceptance's key if something is shown soon, and say whether something was."""
    shown = editor.lua("return vim.wait(1000, require('codegen').is_visible, 5)")
    editor.keys(key)
    return bool(shown)


def text_of_server(editor: Editor, record: Path) -> str:
    """Return the text of the document that the server has last seen."""
    assert editor.lua(ASK)
    last = json.loads(record.read_bytes().splitlines()[-1])
    text: str = last["document"]["text"]
    return text


def text_of_editor(editor: Editor, line_end: str) -> str:
    """Return the text as Neovim would write it."""
    return "".join(f"{line}{line_end}" for line in editor.nvim.current.buffer[:])
