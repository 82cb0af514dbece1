"""The ledger summed up: how often what was shown was wanted, and what the filters did.

Pure arithmetic over :class:`~codegen_lsp.feedback.suggestion.Suggestion`; how it looks is known to
``cli/stats.py``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from codegen_lsp.feedback.suggestion import Outcome, Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of some suggestions.

    ``answers`` is how often there was one, ``dropped`` how many of those were rejected before
    anybody saw them. Of the ``shown`` ones some were ``accepted`` whole, ``partly``, ``typed`` by
    hand or ``dismissed``; of the rest nothing is known. ``kept`` is the mean share of accepted text
    that stood there 30 s later, over the ``looked_at`` acceptances of which that is known.
    ``offered_code_points`` and ``accepted_code_points`` are of what was shown. The times are of
    what was shown, in milliseconds; None where nothing was.
    """

    answers: int
    dropped: int
    shown: int
    accepted: int
    partly: int
    typed: int
    dismissed: int
    looked_at: int
    kept: float | None
    offered_code_points: int
    accepted_code_points: int
    median_ms: float | None
    p95_ms: float | None

    @property
    def accepted_share(self) -> float | None:
        """The share of shown suggestions that were accepted, whole or partly."""
        return (self.accepted + self.partly) / self.shown if self.shown else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterTally:
    """What one filter did: ``accepted`` of the ``changed`` ones that were shown were taken."""

    name: str
    dropped: int
    changed: int
    accepted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day, in the local calendar."""

    day: date
    shown: int
    accepted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Everything there is to tell; groups with the most answers come first."""

    total: Tally
    languages: dict[str, Tally]
    sources: dict[str, Tally]
    filters: tuple[FilterTally, ...]
    days: tuple[Day, ...]


def statistics_of(suggestions: Iterable[Suggestion], *, today: date, days: int) -> Statistics:
    """Sum up ``suggestions``; the last ``days`` days up to ``today`` each have their figures."""
    known = list(suggestions)
    return Statistics(
        total=_tally(known),
        languages=_grouped(known, lambda each: each.language or "other"),
        sources=_grouped(
            [each for each in known if each.outcome is not Outcome.DROPPED],
            lambda each: each.source.value,
        ),
        filters=_filters(known),
        days=_days(known, today, days),
    )


def _tally(suggestions: list[Suggestion]) -> Tally:
    shown = [each for each in suggestions if each.shown]
    times = sorted(each.total_ms for each in shown)
    kept = [each.kept for each in shown if each.kept is not None]

    def count(outcome: Outcome) -> int:
        return sum(each.outcome is outcome for each in suggestions)

    return Tally(
        answers=len(suggestions),
        dropped=count(Outcome.DROPPED),
        shown=len(shown),
        accepted=count(Outcome.ACCEPTED),
        partly=count(Outcome.PARTLY),
        typed=count(Outcome.TYPED),
        dismissed=sum(each.outcome is Outcome.DISMISSED for each in shown),
        looked_at=len(kept),
        kept=sum(kept) / len(kept) if kept else None,
        offered_code_points=sum(each.code_points for each in shown),
        accepted_code_points=sum(each.accepted for each in shown),
        median_ms=_quantile(times, 0.5),
        p95_ms=_quantile(times, 0.95),
    )


def _quantile(ordered: list[float], share: float) -> float | None:
    """Return the smallest value that ``share`` of all values do not exceed (nearest rank)."""
    return ordered[ceil(share * len(ordered)) - 1] if ordered else None


def _grouped(
    suggestions: list[Suggestion], group_of: Callable[[Suggestion], str]
) -> dict[str, Tally]:
    groups: dict[str, list[Suggestion]] = defaultdict(list)
    for each in suggestions:
        groups[group_of(each)].append(each)
    largest = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return {name: _tally(group) for name, group in largest}


def _filters(suggestions: list[Suggestion]) -> tuple[FilterTally, ...]:
    dropped: dict[str, int] = defaultdict(int)
    changed: dict[str, list[Suggestion]] = defaultdict(list)
    for each in suggestions:
        if each.dropped_by:
            dropped[each.dropped_by] += 1
        for name in each.changed_by.split():
            changed[name].append(each)
    tallies = [
        FilterTally(
            name=name,
            dropped=dropped[name],
            changed=len(changed[name]),
            accepted=sum(each.accepted > 0 for each in changed[name]),
        )
        for name in {*dropped, *changed}
    ]
    return tuple(sorted(tallies, key=lambda each: (-each.dropped - each.changed, each.name)))


def _days(suggestions: list[Suggestion], today: date, days: int) -> tuple[Day, ...]:
    shown: dict[date, int] = defaultdict(int)
    accepted: dict[date, int] = defaultdict(int)
    for each in suggestions:
        day = datetime.fromtimestamp(each.at).date()  # noqa: DTZ006 - the user's own calendar
        shown[day] += each.shown
        accepted[day] += each.accepted > 0
    calendar = [today - timedelta(days=back) for back in reversed(range(days))]
    return tuple(Day(day=day, shown=shown[day], accepted=accepted[day]) for day in calendar)
