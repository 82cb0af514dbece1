"""The figures as one HTML page that needs nothing else: it works offline, in light and in dark.

The frame and its style are ``page.html``; each section is a chart and the table behind it.
"""

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from string import Template

from codegen_lsp.features.statistics.charts import Row, bars, columns, key
from codegen_lsp.features.statistics.wording import NOTES, milliseconds, percent, period, share_of
from codegen_lsp.feedback.statistics import FilterTally, Statistics, Tally


def page_of(statistics: Statistics) -> str:
    """Return the page."""
    template = files("codegen_lsp.features.statistics").joinpath("page.html").read_text("utf-8")
    sections = [_days(statistics)] if statistics.total.shown else []
    if statistics.languages:
        sections.append(_tallies("By language", "language", statistics.languages))
    if statistics.sources:
        sections.append(_tallies("By where the text came from", "source", statistics.sources))
    if statistics.filters:
        sections.append(_filters(statistics.filters))
    if not sections:
        sections.append("<section>Nothing is recorded in this time.</section>")
    return Template(template).substitute(
        period=escape(period(statistics)),
        tiles=_tiles(statistics.total),
        sections="\n".join(sections),
        notes="".join(f"<p>{escape(note)}</p>" for note in NOTES),
    )


def _tiles(total: Tally) -> str:
    tiles = {
        "Shown": f"{total.shown:,}",
        "Accepted": percent(total.accepted_share),
        "Kept after 30 s": percent(total.kept),
        "Median time": milliseconds(total.median_ms),
        "95 % within": milliseconds(total.p95_ms),
        "Dropped": percent(share_of(total.dropped, total.answers)),
    }
    return "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in tiles.items()
    )


def _days(statistics: Statistics) -> str:
    chart = columns(statistics.days, "Suggestions shown and accepted, day by day")
    legend = f'<p class="key">{key("accepted", "shown, not accepted")}</p>'
    return _section("Day by day", legend + chart)


def _tallies(title: str, first: str, tallies: dict[str, Tally]) -> str:
    rows = [
        Row(name, tally.accepted_share or 0, f"{percent(tally.accepted_share)} accepted")
        for name, tally in tallies.items()
        if tally.shown
    ]
    names = ("shown", "accepted", "in part", "typed", "dismissed", "kept", "median", "95 % within")
    cells = [
        (
            name,
            f"{tally.shown:,}",
            percent(tally.accepted_share),
            f"{tally.partly:,}",
            f"{tally.typed:,}",
            f"{tally.dismissed:,}",
            percent(tally.kept),
            milliseconds(tally.median_ms),
            milliseconds(tally.p95_ms),
        )
        for name, tally in tallies.items()
    ]
    return _section(title, bars(rows, f"{title}: share accepted") + _table((first, *names), cells))


def _filters(filters: Sequence[FilterTally]) -> str:
    most = max(each.dropped for each in filters) or 1
    rows = [
        Row(each.name, each.dropped / most, f"{each.dropped:,} dropped")
        for each in filters
        if each.dropped
    ]
    cells = [
        (
            each.name,
            f"{each.dropped:,}",
            f"{each.changed:,}",
            percent(share_of(each.accepted, each.changed)),
        )
        for each in filters
    ]
    table = _table(("filter", "dropped", "changed", "changed, then accepted"), cells)
    return _section("What the checks did", bars(rows, "Suggestions dropped by each check") + table)


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{content}</section>"


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
