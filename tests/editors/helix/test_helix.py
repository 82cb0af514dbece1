"""Real Helix in a real terminal, with the configuration that editors/helix offers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.editors.jobs import CASES, DOCUMENTED, SCRIPT, UNDOCUMENTED
from tests.editors.terminal import Terminal, needed

pytestmark = pytest.mark.editor

CONFIGURATION = Path(__file__).parents[3] / "editors" / "helix" / "languages.toml"
READY = '"state": "ready"'  # what the server says, in Helix's log

Open = Callable[[str], tuple[Terminal, Path]]


@pytest.fixture
def open_file(tmp_path: Path) -> Iterator[Open]:
    """Open a file with some text in Helix, and wait for the model."""
    needed("tmux", "hx")
    terminals: list[Terminal] = []

    def begin(text: str) -> tuple[Terminal, Path]:
        file = tmp_path / "work" / "sums.py"
        folder = tmp_path / "config" / "helix"
        folder.mkdir(parents=True)
        file.parent.mkdir()
        file.write_bytes(text.encode())
        (folder / "languages.toml").write_text(CONFIGURATION.read_text("utf-8"), "utf-8")
        log = tmp_path / "helix.log"
        log.touch()
        command = ["hx", "-v", "--log", str(log), str(file)]
        terminals.append(Terminal(tmp_path, command, script=SCRIPT))
        terminals[-1].until(lambda: READY in log.read_text("utf-8"))
        return terminals[-1], file

    yield begin
    for terminal in terminals:
        terminal.close()


@pytest.mark.parametrize("case", CASES)
def test_the_suggestion_is_an_entry_of_the_menu(open_file: Open, case: str) -> None:
    text, suggestion = CASES[case]
    before, _, after = text.partition("|")
    terminal, file = open_file(before + after)
    line = before.count("\n") + 1
    terminal.type(f":{line}")
    terminal.keys("Enter")
    terminal.keys("A")
    terminal.expect("INS")
    terminal.keys("C-x")
    terminal.expect(" text")
    terminal.keys("Tab", "Enter")
    terminal.expect(suggestion.split("\r")[0].split("\n")[0])
    terminal.keys("Escape")
    terminal.expect("NOR")
    terminal.type(":w")
    terminal.keys("Enter")
    terminal.expect_file(file, before + suggestion + after)


def test_a_docstring_is_a_code_action(open_file: Open) -> None:
    terminal, file = open_file(UNDOCUMENTED)
    terminal.type(" a")
    terminal.expect("Write the docstring of add with codegen")
    terminal.keys("Tab", "Enter")
    terminal.expect("Their sum.")
    terminal.type(":w")
    terminal.keys("Enter")
    terminal.expect_file(file, DOCUMENTED)
