import io

import pytest
from rich.console import Console

from codegen_lsp.cli.statistics.text import bar, print_statistics
from codegen_lsp.feedback.statistics import Statistics


def printed(statistics: Statistics, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    print_statistics(statistics, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_every_figure_is_there(statistics: Statistics) -> None:
    lines = printed(statistics).splitlines()
    assert lines[0] == "Suggestions on this machine, 01 March to 03 March 2026"
    [python] = [line.split() for line in lines if line.startswith("python")]
    assert python[:4] == ["python", "2", "50", "%"]
    assert python[5:] == ["0", "1", "100", "%", "80", "ms", "120", "ms"]
    assert any(line.startswith("fix_syntax") for line in lines)
    assert [line[:10] for line in lines if "Mar" in line][1:] == ["Mon 02 Mar", "Tue 03 Mar"]


def test_it_fits_a_terminal_of_eighty_cells(statistics: Statistics) -> None:
    """Nothing is cut, and nothing is put on a second line, but the notes."""
    said = printed(statistics)
    assert "…" not in said
    assert all(len(line) <= 80 for line in said.splitlines())


@pytest.mark.parametrize(
    ("share", "drawn"), [(0.0, ""), (1.0, "██████████"), (0.5, "█████"), (0.0001, "▏"), (0.04, "▍")]
)
def test_a_bar_is_as_long_as_its_share(share: float, drawn: str) -> None:
    assert bar(share, 10, blocks=True) == drawn


@pytest.mark.parametrize(("share", "drawn"), [(0.0, ""), (0.5, "#####"), (0.0001, "#")])
def test_a_bar_without_utf_8(share: float, drawn: str) -> None:
    assert bar(share, 10, blocks=False) == drawn
