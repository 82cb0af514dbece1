"""Ghost text is drawn, and taken whole, by word and by line."""

import time
from pathlib import Path

import pytest

from tests.editors.vscode.conftest import ANSWERS
from tests.editors.vscode.studio import Studio

# The first one fetches and builds what all of them drive.
pytestmark = [pytest.mark.editor, pytest.mark.timeout(1500)]

SUM = "# sum\ndef total(a, b):\n    return |\n"
MOST_WORDS = 24


def shown(studio: Studio, text: str, name: str) -> Path:
    """Open a file and ask at its cursor; return it once its suggestion is drawn."""
    path = studio.open(text, name)
    answer = ANSWERS[text.split()[1]]
    studio.press("Alt+\\")
    studio.until(lambda: studio.ghost().replace(" ", "")[:3] == answer.replace(" ", "")[:3])
    return path


def test_a_suggestion_is_drawn_accepted_by_key_and_saved(studio: Studio) -> None:
    path = studio.open("# sum\ndef total(a, b):\n    |\n", "whole.py")
    studio.type("return ")
    studio.expect("a + b")
    studio.press("Tab")
    studio.until(lambda: "a + b" in studio.text())
    assert studio.save(path) == "# sum\ndef total(a, b):\n    return a + b\n"


def test_the_cursor_stands_behind_what_was_accepted(studio: Studio) -> None:
    """Also where that has characters of two UTF-16 units."""
    path = shown(studio, "# astral\nfrom names import *\nx = |\ny = 2\n", "behind.py")
    studio.press("Tab")
    column = len(f"x = {ANSWERS['astral']}".encode("utf-16-le")) // 2
    place = "return vscode.window.activeTextEditor.selection.active.character"

    def stands_there() -> bool:
        """Say whether it stays: VS Code has it there for a moment before it moves it back."""
        first = studio.probe(place)
        time.sleep(0.3)
        return bool(first == studio.probe(place) == column)

    studio.until(stands_there)
    studio.type("\n")
    wanted = f"# astral\nfrom names import *\nx = {ANSWERS['astral']}\n\ny = 2\n"
    studio.until(lambda: studio.text() == wanted, studio.text)
    assert studio.save(path) == wanted


NESTED = "if 1:\n\tx = [a, b]\n\t"
ASTRAL = "from names import *\n𠮷𠮶, é = '🙂', "
"""What is accepted has none: VS Code counts code points there and leaves the cursor behind."""
RIGHT_TO_LEFT = "from names import *\nשלום, é = 'مرحبا', "


@pytest.mark.parametrize(
    ("name", "start", "line_end"),
    [
        pytest.param("sum", NESTED, "\n", id="sum"),
        pytest.param("tabs", NESTED, "\n", id="tabs"),
        pytest.param("tabs", NESTED, "\r\n", id="tabs and CRLF"),
        pytest.param("sum", ASTRAL, "\r\n", id="behind wide characters"),
        pytest.param("rtl", RIGHT_TO_LEFT, "\n", id="right to left"),
    ],
)
def test_accepting_by_word_is_accepting_the_same_text(
    studio: Studio, name: str, start: str, line_end: str
) -> None:
    """Character for character, after each word and at the end, on disk as well."""
    before, after = f"# {name}\n{start}", "\ny = 2\n"
    text = before.replace("\n", line_end), after.replace("\n", line_end)
    path = shown(studio, "|".join(text), f"words-{name}-{len(text[0])}.py")
    answer = ANSWERS[name].replace("\n", line_end)
    for _ in range(MOST_WORDS):
        length = len(studio.text())
        studio.press("Control+ArrowRight")
        studio.until(lambda old=length: len(studio.text()) > old)
        taken = studio.text().removeprefix(text[0]).removesuffix(text[1])
        assert answer.startswith(taken)
        if taken == answer:
            break
    assert studio.save(path) == answer.join(text)


def test_one_line_is_accepted_by_key(studio: Studio) -> None:
    path = shown(studio, "# block\ndef total(a, b):\n    |\n", "line.py")
    studio.press("Control+Alt+ArrowRight")
    studio.until(lambda: "for x in a:" in studio.text())
    assert studio.save(path).startswith("# block\ndef total(a, b):\n    for x in a:")
    assert "print" not in studio.text()


def test_undo_takes_back_an_acceptance_as_one_step(studio: Studio) -> None:
    shown(studio, "# block\ndef total(a, b):\n    |\n", "undo.py")
    studio.press("Tab")
    studio.until(lambda: "print" in studio.text())
    studio.press("Control+z")
    studio.until(lambda: "for" not in studio.text())
    assert studio.text() == "# block\ndef total(a, b):\n    \n"
