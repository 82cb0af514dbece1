"""Numbers as a person reads them, the same in the terminal and on the page."""

from codegen_lsp.feedback.statistics import Statistics

NOTES = (
    "Accepted counts suggestions taken whole or in part. Typed ones were written by hand just so.",
    "Kept is how much of the accepted text still stood there 30 seconds later, by lines.",
    "Times run from the request to the answer, for suggestions that were shown.",
    "Numbers only, and only on this machine: no source code is recorded.",
)


def percent(share: float | None) -> str:
    """Return a share as a percentage; a dash where there is none."""
    return "-" if share is None else f"{100 * share:.0f} %"


def milliseconds(value: float | None) -> str:
    """Return a time in milliseconds, or in seconds from ten thousand on."""
    if value is None:
        return "-"
    return f"{value / 1000:.1f} s" if value >= 10_000 else f"{value:.0f} ms"  # noqa: PLR2004 - as it says


def period(statistics: Statistics) -> str:
    """Say from when to when the figures are."""
    first, last = statistics.days[0].day, statistics.days[-1].day
    return f"{last:%d %B %Y}" if first == last else f"{first:%d %B} to {last:%d %B %Y}"


def share_of(part: int, whole: int) -> float | None:
    """Return a share; None of nothing."""
    return part / whole if whole else None
