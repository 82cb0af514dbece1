"""The rhythm as data."""

from typing import Any

import pytest

from tests.benchmarks.replay.rhythm import (
    DATA,
    PAUSE_MS,
    Event,
    Kind,
    Spot,
    load_rhythm,
    packed,
    rhythm_from,
)

SPOTS = [{"document": 0, "first": 2, "lines": 1}, {"document": 1, "first": 5, "lines": 2}]


def _rhythm(*events: list[Any]) -> dict[str, Any]:
    return {"spots": SPOTS, "events": list(events)}


def test_events_are_read_with_their_details() -> None:
    rhythm = rhythm_from(_rhythm(["jump", 900, 1], ["typo", 200, "x"], ["back", 90]))
    assert rhythm.spots[1] == Spot(document=1, first=5, lines=2)
    assert rhythm.events == (
        Event(Kind.JUMP, 900, 1),
        Event(Kind.TYPO, 200, "x"),
        Event(Kind.BACK, 90),
    )


def test_an_event_is_written_as_it_is_read() -> None:
    data = [["jump", 900, 0], ["key", 80], ["accept", 400]]
    assert [packed(event) for event in rhythm_from(_rhythm(*data)).events] == data


@pytest.mark.parametrize(
    "event", [["jump", 1, 2], ["jump", 1], ["typo", 1, "xy"], ["key", -1], ["yank", 1]]
)
def test_what_a_rhythm_cannot_hold_is_refused(event: list[Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        rhythm_from(_rhythm(event))


def test_the_beginning_ends_before_the_next_jump() -> None:
    rhythm = rhythm_from(_rhythm(["jump", 1, 0], ["key", 2], ["jump", 3, 1], ["key", 4]))
    assert [event.pause_ms for event in rhythm.beginning(1).events] == [1, 2]
    assert rhythm.beginning(5).events == rhythm.events


def test_the_recorded_rhythm_is_as_large_as_a_run_should_be() -> None:
    """150 to 250 keys, 60 to 90 of them before a pause, over four documents."""
    rhythm = load_rhythm()
    pauses = sum(event.pause_ms >= PAUSE_MS for event in rhythm.events)
    assert 150 <= len(rhythm.events) <= 250
    assert 60 <= pauses <= 90
    assert {spot.document for spot in rhythm.spots} == {0, 1, 2, 3}
    assert {event.kind for event in rhythm.events} == set(Kind)


def test_the_recorded_rhythm_says_that_it_is_synthetic() -> None:
    assert "Synthetic: no person was recorded" in (DATA / "rhythm.json").read_text("utf-8")
