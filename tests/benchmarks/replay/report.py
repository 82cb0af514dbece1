"""What the replay says of us beside each peer: one table for each comparison, and what it is.

Nothing is left out of a table: all paused keys first, then the keys at which a side had to work.
"""

from collections.abc import Iterator, Sequence

from tests.benchmarks.figures import middle, table
from tests.benchmarks.replay.recorded import Round
from tests.benchmarks.replay.summary import Compared, compare

OURS = "ours"

COMPARISONS = {
    "protocol": "llama-server, asked by llama.vim's request protocol after each pause",
    "protocol-reuse": "the same with --cache-reuse 256",
    "editor": "llama-server, with the answers that llama.vim keeps in the editor",
    "editor-reuse": "the same with --cache-reuse 256",
}
"""The peers: in the first two nothing but the engines is compared."""

ROWS = {
    "keys": "keys",
    "paused_keys": "  of them with a pause after them",
    "p50_ms": "to suggestion, all paused keys: p50 ms",
    "p95_ms": "  p95 ms",
    "mean_ms": "  mean ms",
    "held_share": "  share held already",
    "empty_share": "  share of empty answers",
    "shown_p50_ms": "answers with something to show: p50 ms",
    "shown_p95_ms": "  p95 ms",
    "worked_keys": "paused keys at which a side had to work",
    "worked_p50_ms": "  p50 ms",
    "worked_p95_ms": "  p95 ms",
    "worked_mean_ms": "  mean ms",
    "worked_read_median": "  tokens read: median",
    "read_median": "tokens read, paused keys: median",
    "read_median_all": "tokens read, all keys: median",
    "read_mean": "  mean",
    "written_median": "tokens written, paused keys: median",
    "written_mean": "tokens written, all keys: mean",
    "in_time_share": "before the next key, paused keys: share",
    "in_time_share_all": "before the next key, all keys: share",
    "right_share": "first line exactly right: share",
    "cpu_per_minute": "CPU seconds a minute of typing",
    "cpu_share": "CPU seconds a second of the run",
    "resident_mb": "memory at the end, MB",
    "seconds": "seconds the run took",
}
"""How the fields of :class:`~tests.benchmarks.replay.summary.Summary` are called, in order."""


def report(rounds: Sequence[Round]) -> Iterator[str]:
    """Yield one text for each peer that ran in the same round as we did."""
    for name, what in COMPARISONS.items():
        pairs = [(each[OURS], each[name]) for each in rounds if OURS in each and name in each]
        if pairs:
            head = ["medians of rounds", OURS, name, "ratio", "least", "most"]
            compared = compare(pairs)
            rows = [[label, *_cells(compared[field])] for field, label in ROWS.items()]
            yield f"{OURS} beside {name}: {what}; rounds: {len(pairs)}\n{table(head, rows)}"


def _cells(compared: Compared) -> list[float | None]:
    known = [ratio for ratio in compared.ratios if ratio is not None]
    spread = [min(known), max(known)] if known else [None, None]
    return [compared.ours, compared.theirs, middle(compared.ratios), *spread]
