"""What a run of the replay comes to: the numbers that are reported, and those of several runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from tests.benchmarks.figures import mean, middle, percentile, ratio
from tests.benchmarks.replay.arm import Tokens
from tests.benchmarks.replay.drive import Moment, Run

HELD_MS = 20
"""An answer that is there within this time was held already, and cost the model nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The numbers of one run, or medians of several; None where there was nothing to measure.

    Times to suggestion are those after keys with a pause; empty answers are answers too, and left
    out in the fields ``shown_…``. While a user types along what is suggested, an arm that keeps its
    answers has the next one at once, and a median over all keys then says how often that was so;
    the fields ``worked_…`` are therefore over the paused keys at which *at least one* of the two
    sides compared had to wait for its model: the same keys for both. ``held_share`` is how often
    this arm held its answer already. ``in_time_share`` is how often there was something to see
    before the recorded pause was over; ``in_time_share_all`` the same over all keys. ``read_…`` and
    ``written_…`` are tokens: medians over paused keys, or over all keys where the name says so;
    means over all. ``cpu_per_minute`` is CPU seconds for each minute of the *recorded* rhythm,
    which is the same for all arms; ``cpu_share`` those for each second that the run took.
    ``resident_mb`` is memory at the end. ``right_share`` is how often a suggestion began with
    exactly the right rest of the line, over paused keys with something left to type.
    """

    keys: int
    paused_keys: int
    p50_ms: float | None
    p95_ms: float | None
    mean_ms: float | None
    worked_keys: float | None
    worked_p50_ms: float | None
    worked_p95_ms: float | None
    worked_mean_ms: float | None
    held_share: float | None
    empty_share: float | None
    shown_p50_ms: float | None
    shown_p95_ms: float | None
    in_time_share: float | None
    in_time_share_all: float | None
    read_median: float | None
    read_median_all: float | None
    read_mean: float | None
    worked_read_median: float | None
    written_median: float | None
    written_mean: float | None
    cpu_per_minute: float | None
    cpu_share: float | None
    resident_mb: float | None
    right_share: float | None
    seconds: float | None


def worked_at(runs: Sequence[Run]) -> frozenset[int]:
    """Return the paused keys at which one of ``runs``, all of the same keys, waited for a model."""
    return frozenset(
        number
        for run in runs
        for number, moment in enumerate(run.moments)
        if moment.paused and (moment.waited_ms is None or moment.waited_ms > HELD_MS)
    )


def summarise(run: Run, worked: frozenset[int]) -> Summary:
    """Return the numbers of one run; ``worked`` is what :func:`worked_at` says of both sides."""
    moments = run.moments
    paused = [moment for moment in moments if moment.paused]
    waited = [moment.waited_ms for moment in paused if moment.waited_ms is not None]
    shown = [moment.waited_ms for moment in paused if moment.text and moment.waited_ms is not None]
    at_work = [moments[number].waited_ms or 0.0 for number in sorted(worked)]
    typed_minutes = sum(moment.pause_ms for moment in moments) / 60_000
    numbers = range(len(moments))
    at_pauses = [number for number in numbers if moments[number].paused]
    return Summary(
        keys=len(moments),
        paused_keys=len(paused),
        p50_ms=percentile(waited, 0.5),
        p95_ms=percentile(waited, 0.95),
        mean_ms=mean(waited),
        worked_keys=len(worked),
        worked_p50_ms=percentile(at_work, 0.5),
        worked_p95_ms=percentile(at_work, 0.95),
        worked_mean_ms=mean(at_work),
        held_share=mean([float(waited_ms <= HELD_MS) for waited_ms in waited]),
        empty_share=_share(paused, lambda moment: not moment.text),
        shown_p50_ms=percentile(shown, 0.5),
        shown_p95_ms=percentile(shown, 0.95),
        in_time_share=_share(paused, lambda moment: moment.in_time),
        in_time_share_all=_share(moments, lambda moment: moment.in_time),
        read_median=middle(_tokens(run.tokens, at_pauses, lambda used: used.read)),
        read_median_all=middle(_tokens(run.tokens, numbers, lambda used: used.read)),
        read_mean=mean(_tokens(run.tokens, numbers, lambda used: used.read)),
        worked_read_median=middle(_tokens(run.tokens, sorted(worked), lambda used: used.read)),
        written_median=middle(_tokens(run.tokens, at_pauses, lambda used: used.written)),
        written_mean=mean(_tokens(run.tokens, numbers, lambda used: used.written)),
        cpu_per_minute=ratio(run.cpu_seconds, typed_minutes),
        cpu_share=ratio(run.cpu_seconds, run.seconds),
        resident_mb=run.resident / 1_000_000,
        right_share=_share([moment for moment in paused if _has_rest(moment)], is_right),
        seconds=run.seconds,
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """One number of both sides: medians over the rounds, and ours / theirs within each round."""

    ours: float | None
    theirs: float | None
    ratios: tuple[float | None, ...]


def compare(pairs: Sequence[tuple[Run, Run]]) -> dict[str, Compared]:
    """Return all numbers of our runs and a peer's by name; a pair is of one round."""
    summaries = []
    for ours, theirs in pairs:
        worked = worked_at((ours, theirs))
        summaries.append((asdict(summarise(ours, worked)), asdict(summarise(theirs, worked))))
    return {
        name: Compared(
            ours=middle(ours[name] for ours, _ in summaries),
            theirs=middle(theirs[name] for _, theirs in summaries),
            ratios=tuple(ratio(ours[name], theirs[name]) for ours, theirs in summaries),
        )
        for name in (field.name for field in fields(Summary))
    }


def is_right(moment: Moment) -> bool:
    """Whether the suggestion's first line is exactly what was typed next on this line."""
    return moment.text.split("\n", 1)[0].rstrip() == (moment.rest or "").rstrip()


def _has_rest(moment: Moment) -> bool:
    return bool(moment.rest and moment.rest.strip())


def _tokens(
    tokens: Mapping[int, Tokens] | None, numbers: Sequence[int], of: Callable[[Tokens], int]
) -> list[float]:
    if tokens is None:
        return []
    return [float(of(tokens.get(number, Tokens()))) for number in numbers]


def _share(moments: Sequence[Moment], holds: Callable[[Moment], bool]) -> float | None:
    return mean([float(holds(moment)) for moment in moments])
