"""The figures in a terminal: tables, and bars made of characters.

Without a terminal, or without UTF-8, the same comes plain; nothing is told by colour alone.
"""

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from codegen_lsp.features.statistics.wording import NOTES, milliseconds, percent, period, share_of
from codegen_lsp.feedback.statistics import Day, FilterTally, Statistics, Tally

_BAR = 10
_DAY_BAR = 44
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_MOST_DAYS = 14
"""Days that each get a line; of a longer time, the last ones with any suggestion."""


def print_statistics(statistics: Statistics, console: Console | None = None) -> None:
    """Print everything to ``console``, or to standard output."""
    console = console or Console(highlight=False, file=sys.stdout)
    console.print(Text(f"Suggestions on this machine, {period(statistics)}", "bold"))
    console.print()
    console.print(_summary(statistics.total))
    tables = [
        _table("language", statistics.languages),
        _table("came from", statistics.sources),
        _filters(statistics.filters),
        _days([day for day in statistics.days if day.shown][-_MOST_DAYS:]),
    ]
    for table in tables:
        if table.row_count:
            console.print()
            console.print(table)
    console.print()
    console.print(Text("\n".join(NOTES), "dim"))


def bar(share: float, width: int, *, blocks: bool) -> str:
    """Draw a share, from 0 to 1, of ``width`` cells; never nothing of some.

    With ``blocks`` it is exact to an eighth of a cell, else to a cell, in ASCII.
    """
    if not blocks:
        return "#" * max(round(share * width), 1 if share else 0)
    eighths = max(round(share * width * 8), 1 if share else 0)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _has_blocks() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def _summary(total: Tally) -> Table:
    """Put what matters most in one line of figures over their names."""
    grid = Table.grid(padding=(0, 3))
    figures = {
        "answers": f"{total.answers:,}",
        "shown": f"{total.shown:,}",
        "accepted": percent(total.accepted_share),
        "kept after 30 s": percent(total.kept),
        "median": milliseconds(total.median_ms),
        "95 % within": milliseconds(total.p95_ms),
    }
    for _ in figures:
        grid.add_column(justify="right", no_wrap=True)
    grid.add_row(*(Text(value, "bold") for value in figures.values()))
    grid.add_row(*(Text(name, "dim") for name in figures))
    return grid


def _table(first: str, tallies: dict[str, Tally]) -> Table:
    table = _empty(first, "shown", "accepted", "", "typed", "dismissed", "kept", "median", "95 %")
    for name, tally in tallies.items():
        share = tally.accepted_share
        table.add_row(
            name,
            f"{tally.shown:,}",
            percent(share),
            Text(bar(share or 0, _BAR, blocks=_has_blocks()), "green"),
            f"{tally.typed:,}",
            f"{tally.dismissed:,}",
            percent(tally.kept),
            milliseconds(tally.median_ms),
            milliseconds(tally.p95_ms),
        )
    return table


def _filters(filters: tuple[FilterTally, ...]) -> Table:
    table = _empty("filter", "dropped", "", "changed", "then accepted")
    most = max((each.dropped for each in filters), default=0) or 1
    for each in filters:
        table.add_row(
            each.name,
            f"{each.dropped:,}",
            Text(bar(each.dropped / most, _BAR, blocks=_has_blocks()), "yellow"),
            f"{each.changed:,}",
            percent(share_of(each.accepted, each.changed)),
        )
    return table


def _days(days: list[Day]) -> Table:
    """One bar a day: the accepted part is solid, the rest of what was shown is shaded."""
    table = _empty("day", "shown", "accepted", "")
    most = max((day.shown for day in days), default=0)
    for day in days:
        width = max(round(_DAY_BAR * day.shown / most), 1)
        solid = round(width * day.accepted / day.shown)
        marks = "█░" if _has_blocks() else "#-"
        drawn = Text(marks[0] * solid, "green") + Text(marks[1] * (width - solid), "dim")
        table.add_row(f"{day.day:%a %d %b}", f"{day.shown:,}", f"{day.accepted:,}", drawn)
    return table


def _empty(first: str, *others: str) -> Table:
    """Return a table without rows: names on the left, numbers on the right, bars unnamed.

    No wider than 80 cells with the longest names there are.
    """
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(
            name, justify="right" if name else "left", no_wrap=True, min_width=0 if name else _BAR
        )
    return table
