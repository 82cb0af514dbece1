"""What all answers of a run come to, as text."""

import math
from collections import Counter
from collections.abc import Sequence

from tests.benchmarks.figures import middle, percentile, table
from tests.evals.kind import Fields, Kind, Scores

_MOST_REASONS = 8


def summary(title: str, records: Sequence[Fields], scores: Sequence[Scores], kind: Kind) -> str:
    """Return the measures with their 95 % intervals, what was not shown and why, and the cost."""
    if not records:
        return f"{title}: no items"
    rows = [[name, of, hits, *_percentages(hits, of)] for name, (hits, of) in total(scores).items()]
    return "\n".join(
        [
            f"{title}, {len(records)} items",
            "",
            table(["measure", "of", "hits", "%", "95 % from", "to"], rows),
            *kind.remarks(scores),
            "",
            *_shown(records),
            *_cost(records),
        ]
    )


def total(scores: Sequence[Scores]) -> Scores:
    """Return the sums of each measure, in the order in which they first come up."""
    sums: Scores = {}
    for each in scores:
        for name, (hits, of) in each.items():
            known = sums.get(name, (0, 0))
            sums[name] = (known[0] + hits, known[1] + of)
    return sums


def share(sums: Scores, name: str) -> float | None:
    """Return a measure as a number from 0 to 1; None when it is about nothing."""
    hits, of = sums.get(name, (0, 0))
    return hits / of if of else None


def interval(hits: int, of: int) -> tuple[float, float]:
    """Return the Wilson score interval at 95 % of ``hits`` in ``of`` independent tries."""
    z = 1.96
    middle_share = (hits + z * z / 2) / (of + z * z)
    spread = z / (of + z * z) * math.sqrt(hits * (of - hits) / of + z * z / 4)
    return max(0.0, middle_share - spread), min(1.0, middle_share + spread)


def _percentages(hits: int, of: int) -> list[object]:
    if not of:
        return [None, None, None]
    low, high = interval(hits, of)
    return [f"{100 * value:.1f}" for value in (hits / of, low, high)]


def _shown(records: Sequence[Fields]) -> list[str]:
    shown = sum(1 for record in records if record["output"])
    reasons = Counter(str(record["dropped"]) for record in records if record["dropped"])
    return [
        f"shown for {shown} of {len(records)} items",
        *(f"  {count:4} not shown: {why}" for why, count in reasons.most_common(_MOST_REASONS)),
    ]


def _cost(records: Sequence[Fields]) -> list[str]:
    seconds = [float(record["seconds"]) for record in records]
    counts = ("tokens_read", "tokens_written", "tries")
    rows = [
        ["seconds", *_spread(seconds, digits=2)],
        *([name, *_spread([record[name] for record in records])] for name in counts),
    ]
    return ["", table(["for an item", "median", "90 %", "all"], rows)]


def _spread(values: Sequence[float], *, digits: int = 0) -> list[str]:
    spread = (middle(values) or 0.0, percentile(values, 0.9) or 0.0, sum(values))
    return [f"{value:,.{digits}f}" for value in spread]
