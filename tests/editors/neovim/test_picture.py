"""The README's picture is taken here, from the screen of a real Neovim.

Where it differs from the one in the repository, the new one is left beside the test's other files
and its path is told: look at it, and put it in the place of the old one.
"""

import io
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.style import Style
from rich.text import Text

Editor = Any
Start = Callable[..., Editor]

pytestmark = pytest.mark.editor

ROOT = Path(__file__).parents[3]
PICTURE = ROOT / "editors" / "neovim" / "doc" / "ghost-text.svg"
ROWS = 20
SUGGESTED = "sum(item.price * item.quantity for item in items)"


def test_the_picture_shows_what_is_seen(start: Start, tmp_path: Path, program: str) -> None:
    editor = start()
    if not editor.nvim.funcs.has("nvim-0.11"):
        pytest.skip(f"{program} has other colours than the picture")
    editor.setup(f'repeat = true\n[[answer]]\ntext = "{SUGGESTED}"\n')
    before, hole, after = (ROOT / "tests/demo/basket.py").read_text("utf-8").partition("= \n")
    editor.nvim.command("set laststatus=2 noruler noshowcmd")
    editor.nvim.command("set statusline=%f%=%{v:lua.require'codegen'.status()}")
    editor.open(f"{before}{hole[:-1]}|\n{after}", "basket.py")
    editor.expect(SUGGESTED)
    editor.nvim.command(f"cd {editor.home}")
    new = tmp_path / PICTURE.name
    new.write_text(picture_of(editor.cells()), "utf-8")
    assert new.stat().st_size < 300_000
    assert new.read_text("utf-8") == PICTURE.read_text("utf-8"), f"look at {new}"


def picture_of(cells: list[list[tuple[str, dict[str, Any]]]]) -> str:
    """Draw the first rows and the statusline as SVG."""
    console = Console(
        record=True, width=len(cells[0]), file=io.StringIO(), color_system="truecolor"
    )
    for row in (*cells[:ROWS], cells[-2]):
        line = Text()
        for colours, run in groupby(row, key=lambda cell: cell[1]):
            line.append("".join(text for text, _ in run), _style(colours))
        console.print(line, no_wrap=True, overflow="crop")
    svg = console.export_svg(title="basket.py - Neovim with codegen", unique_id="codegen")
    return "".join(f"{line.rstrip()}\n" for line in svg.splitlines())


def _style(colours: dict[str, Any]) -> Style:
    return Style(
        color=f"#{colours['foreground']:06x}",
        bgcolor=f"#{colours['background']:06x}",
        bold=colours.get("bold"),
        italic=colours.get("italic"),
        reverse=colours.get("reverse"),
    )
