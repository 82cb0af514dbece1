"""Real Emacs in a real terminal, with the Eglot configuration that editors/emacs offers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.editors.jobs import CASES, DOCUMENTED, SCRIPT, UNDOCUMENTED
from tests.editors.terminal import Terminal, needed

pytestmark = pytest.mark.editor

CONFIGURATION = Path(__file__).parents[3] / "editors" / "emacs" / "codegen.el"

Open = Callable[[str], tuple[Terminal, Path]]


@pytest.fixture
def open_file(tmp_path: Path) -> Iterator[Open]:
    """Open a file with some text in Emacs, and wait for the model."""
    needed("tmux", "emacs")
    terminals: list[Terminal] = []

    def begin(text: str) -> tuple[Terminal, Path]:
        file = tmp_path / "work" / "sums.py"
        file.parent.mkdir()
        file.write_bytes(text.encode())
        command = ["emacs", "-nw", "-Q", "-l", str(CONFIGURATION), str(file)]
        terminals.append(Terminal(tmp_path, command, script=SCRIPT))
        terminals[-1].expect("codegen: ready")
        return terminals[-1], file

    yield begin
    for terminal in terminals:
        terminal.close()


@pytest.mark.parametrize("case", CASES)
def test_the_suggestion_is_the_completion_at_point(open_file: Open, case: str) -> None:
    text, suggestion = CASES[case]
    before, _, after = text.partition("|")
    terminal, file = open_file(before + after)
    terminal.keys("M-g", "g")
    terminal.type(str(before.count("\n") + 1))
    terminal.keys("Enter", "C-e")
    first = suggestion.split("\r")[0].split("\n")[0]
    terminal.keys("C-M-i")
    terminal.expect(first)
    terminal.keys("C-x", "C-s")
    terminal.expect_file(file, before + suggestion + after)


def test_a_docstring_is_a_code_action(open_file: Open) -> None:
    terminal, file = open_file(UNDOCUMENTED)
    terminal.keys("M-x")
    terminal.type("eglot-code-actions")
    terminal.keys("Enter")
    terminal.expect("Write the docstring of add with codegen")
    terminal.keys("Enter")
    terminal.expect("Their sum.")
    terminal.keys("C-x", "C-s")
    terminal.expect_file(file, DOCUMENTED)
