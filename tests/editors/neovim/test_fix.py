"""``:Codegen fix``: a proposal in tabs of its own, taken or left as a whole."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Editor = Any
Start = Callable[..., Editor]

pytestmark = pytest.mark.editor

WRONG = "def add(a, b):\n    return a - b\n"
RIGHT = WRONG.replace("-", "+")
TABS = "return #vim.api.nvim_list_tabpages()"


def replacing(first: list[int], last: list[int], text: str) -> dict[str, Any]:
    """Return a text edit; places are line and character."""
    start, end = ({"line": line, "character": character} for line, character in (first, last))
    return {"range": {"start": start, "end": end}, "newText": text}


EDITS = [replacing([0, 8], [0, 8], ""), replacing([1, 13], [1, 14], "+")]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file with a mistake."""
    path = tmp_path / "sums.py"
    path.write_text(WRONG, "utf-8")
    return path


def answer(edit: dict[str, Any] | None) -> dict[str, Any]:
    """Return what the server says when it has done what it could."""
    outcome = "fixed" if edit else "not_fixed"
    return {"outcome": outcome, "summary": "so it is", "certificate": "1 passed", "edit": edit}


def ask(editor: Editor, file: Path, edit: dict[str, Any]) -> None:
    """Have a fix proposed, and wait for the tab."""
    editor.setup_given(commands=["codegen.fix"], answers={"codegen.fix": [answer(edit)]})
    editor.nvim.command(f"edit {file}")
    editor.ready()
    editor.nvim.command("Codegen fix")
    editor.until(lambda: editor.lua(TABS) > 1)
    editor.until(lambda: editor.nvim.current.buffer.options["buftype"] == "nofile")


def test_a_fix_is_shown_beside_what_it_changes(start: Start, file: Path) -> None:
    editor = start()
    ask(editor, file, {"changes": {file.as_uri(): EDITS}})
    left, right = editor.nvim.current.tabpage.windows
    assert left.buffer.name == str(file)
    assert "\n".join(left.buffer[:]) + "\n" == WRONG
    assert "\n".join(right.buffer[:]) + "\n" == RIGHT
    assert left.options["diff"]
    assert right.options["diff"]
    assert right.cursor[0] == 2
    assert "return a + b" in "\n".join(editor.screen())
    assert editor.screen()[1].endswith("codegen: <CR> accepts, q rejects")


@pytest.mark.parametrize("how", ["<CR>", ":Codegen accept<CR>"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_accepting_is_one_undo_step_and_writes_nothing(
    start: Start, file: Path, how: str, line_end: str
) -> None:
    file.write_bytes(WRONG.replace("\n", line_end).encode())
    editor = start()
    ask(editor, file, {"changes": {file.as_uri(): EDITS}})
    editor.keys(how)
    editor.until(lambda: editor.lua(TABS) == 1)
    editor.until(lambda: editor.text() + "\n" == RIGHT)
    assert file.read_bytes().decode() == WRONG.replace("\n", line_end)
    editor.keys("u")
    editor.until(lambda: editor.text() + "\n" == WRONG)
    editor.keys("<C-r>:write<CR>")
    editor.until(lambda: file.read_bytes().decode() == RIGHT.replace("\n", line_end))


@pytest.mark.parametrize("how", ["q", ":Codegen reject<CR>"])
def test_rejecting_leaves_everything_as_it_was(start: Start, file: Path, how: str) -> None:
    editor = start()
    ask(editor, file, {"changes": {file.as_uri(): EDITS}})
    editor.keys(how)
    editor.until(lambda: editor.lua(TABS) == 1)
    assert editor.text() + "\n" == WRONG
    assert not editor.nvim.current.buffer.options["modified"]
    assert not editor.nvim.current.window.options["diff"]
    editor.nvim.command("Codegen accept")
    assert "nothing is proposed" in editor.told()


def test_a_text_that_has_changed_meanwhile_is_left_alone(start: Start, file: Path) -> None:
    editor = start()
    ask(editor, file, {"changes": {file.as_uri(): EDITS}})
    editor.nvim.current.tabpage.windows[0].buffer[0] = "def subtract(a, b):"
    editor.nvim.command("Codegen accept")
    assert "has changed meanwhile" in editor.told()
    assert editor.text() + "\n" == WRONG.replace("add", "subtract")


def test_several_files_are_proposed_and_accepted_together(start: Start, file: Path) -> None:
    other = file.with_name("zeros.py")
    other.write_text("x = 1\n", "utf-8")
    changes = [(file, EDITS), (other, [replacing([0, 4], [0, 5], "0")])]
    editor = start()
    ask(editor, file, {"changes": {path.as_uri(): edits for path, edits in changes}})
    assert editor.lua(TABS) == 3
    editor.nvim.command("Codegen accept")
    editor.until(lambda: editor.lua(TABS) == 1)
    editor.nvim.command("wall")
    assert file.read_text("utf-8") == RIGHT
    assert other.read_text("utf-8") == "x = 0\n"


def test_a_newer_proposal_takes_the_place_of_the_older(start: Start, file: Path) -> None:
    editor = start()
    ask(editor, file, {"changes": {file.as_uri(): EDITS}})
    editor.nvim.command("tabfirst")
    editor.nvim.command("Codegen fix")
    editor.until(lambda: editor.nvim.current.tabpage.number == 2)
    assert editor.lua(TABS) == 2


def test_what_was_verified_is_told(start: Start, file: Path) -> None:
    editor = start()
    ask(editor, file, {"changes": {file.as_uri(): EDITS}})
    editor.until(lambda: editor.told().endswith("codegen: so it is\n1 passed"))


def test_where_no_fix_was_found_nothing_is_proposed(start: Start, file: Path) -> None:
    editor = start()
    editor.setup_given(commands=["codegen.fix"], answers={"codegen.fix": [answer(None)]})
    editor.nvim.command(f"edit {file}")
    editor.ready()
    editor.nvim.command("Codegen fix")
    editor.until(lambda: "so it is" in editor.told())
    assert editor.lua(TABS) == 1


def test_a_fix_is_also_a_code_action(start: Start, file: Path) -> None:
    argument = {"uri": file.as_uri(), "position": {"line": 0, "character": 0}}
    command = {"title": "Fix it", "command": "codegen.fix", "arguments": [argument]}
    answers = {
        "textDocument/codeAction": [[{"title": "Fix it", "command": command}]],
        "codegen.fix": [answer({"changes": {file.as_uri(): EDITS}})],
    }
    editor = start()
    editor.setup_given(commands=["codegen.fix"], answers=answers)
    editor.nvim.command(f"edit {file}")
    editor.ready()
    editor.lua("vim.lsp.buf.code_action({ apply = true })")
    editor.until(lambda: editor.lua(TABS) == 2)


def test_a_fix_can_be_cancelled(start: Start, file: Path) -> None:
    editor = start()
    editor.setup_given(commands=["codegen.fix"], answers={"codegen.fix": ["never"]})
    editor.nvim.command(f"edit {file}")
    editor.ready()
    editor.nvim.command("Codegen fix")
    editor.nvim.command("Codegen cancel")
    assert editor.told().split("\n")[-1] == "codegen: cancelled"
    assert editor.lua(TABS) == 1


def test_a_server_that_cannot_is_not_asked(start: Start, file: Path) -> None:
    editor = start()
    editor.setup_given(commands=[], answers={})
    editor.nvim.command(f"edit {file}")
    editor.ready()
    for verb in ("fix", "stats"):
        editor.nvim.command(f"Codegen {verb}")
        assert f"codegen.{verb} is not known to this server" in editor.told()
