from datetime import date, datetime, timedelta
from typing import Any

from codegen_lsp.feedback.statistics import Statistics, statistics_of
from codegen_lsp.feedback.suggestion import Outcome, Source, Suggestion

TODAY = date(2026, 3, 3)
NOON = datetime(2026, 3, 3, 12).timestamp()  # noqa: DTZ001 - the user's own calendar


def shown(outcome: Outcome = Outcome.DISMISSED, **facts: Any) -> Suggestion:
    values = {"id": "", "at": NOON, "language": "python", "shown": True, "code_points": 10}
    return Suggestion(outcome=outcome, **{**values, **facts})


def dropped(by: str) -> Suggestion:
    return shown(Outcome.DROPPED, shown=False, dropped_by=by, code_points=0)


def summed(*suggestions: Suggestion, days: int = 2) -> Statistics:
    return statistics_of(suggestions, today=TODAY, days=days)


def test_nothing_adds_up_to_nothing() -> None:
    total = summed().total
    assert (total.answers, total.shown, total.accepted_share, total.kept) == (0, 0, None, None)
    assert (total.median_ms, total.p95_ms) == (None, None)


def test_outcomes_are_counted() -> None:
    total = summed(
        shown(Outcome.ACCEPTED, accepted=10, kept=1.0),
        shown(Outcome.PARTLY, accepted=4, kept=0.5),
        shown(Outcome.TYPED),
        shown(),
        shown(Outcome.WAITING),
        dropped("fix_syntax"),
    ).total
    assert (total.answers, total.shown, total.dropped) == (6, 5, 1)
    assert (total.accepted, total.partly, total.typed, total.dismissed) == (1, 1, 1, 1)
    assert total.accepted_share == 0.4
    assert (total.kept, total.looked_at) == (0.75, 2)
    assert (total.offered_code_points, total.accepted_code_points) == (50, 14)


def test_times_are_those_of_what_was_shown() -> None:
    times = [shown(total_ms=float(ms)) for ms in range(1, 101)]
    total = summed(*times, dropped("x")).total
    assert (total.median_ms, total.p95_ms) == (50, 95)


def test_groups_come_largest_first_and_dropped_answers_have_no_source() -> None:
    found = summed(
        shown(language="go"),
        shown(source=Source.AHEAD),
        shown(source=Source.AHEAD, language=""),
        shown(source=Source.AHEAD),
        dropped("x"),
    )
    assert list(found.languages) == ["python", "go", "other"]
    assert {name: tally.answers for name, tally in found.sources.items()} == {
        "prepared ahead": 3,
        "model": 1,
    }


def test_filters_are_counted_by_what_they_did() -> None:
    found = summed(
        dropped("fix_syntax"),
        shown(changed_by="trim_blank_end fix_syntax"),
        shown(Outcome.ACCEPTED, changed_by="fix_syntax", accepted=3),
    )
    told = [(each.name, each.dropped, each.changed, each.accepted) for each in found.filters]
    assert told == [("fix_syntax", 1, 2, 1), ("trim_blank_end", 0, 1, 0)]


def test_each_day_has_its_figures_also_the_quiet_ones() -> None:
    found = summed(shown(Outcome.ACCEPTED, accepted=1), shown(), dropped("x"), days=3)
    assert [(day.day, day.shown, day.accepted) for day in found.days] == [
        (TODAY - timedelta(days=2), 0, 0),
        (TODAY - timedelta(days=1), 0, 0),
        (TODAY, 2, 1),
    ]
