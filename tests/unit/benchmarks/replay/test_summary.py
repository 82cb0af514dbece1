"""What runs come to."""

from tests.benchmarks.replay.arm import Tokens
from tests.benchmarks.replay.drive import Moment, Run
from tests.benchmarks.replay.summary import compare, summarise, worked_at


def _moment(
    pause_ms: int, waited_ms: float | None, text: str = "x", rest: str | None = "x"
) -> Moment:
    return Moment("key", pause_ms, waited_ms, text, rest)


def _run(*moments: Moment, tokens: dict[int, Tokens] | None = None) -> Run:
    return Run(list(moments), tokens, seconds=2.0, cpu_seconds=3.0, resident=5_000_000)


def test_times_are_those_of_keys_with_a_pause() -> None:
    run = _run(_moment(100, 1.0), _moment(150, 200.0), _moment(400, 100.0))
    summary = summarise(run, worked_at([run]))
    assert (summary.keys, summary.paused_keys, summary.p50_ms) == (3, 2, 150.0)


def test_in_time_means_something_to_see_before_the_recorded_pause_was_over() -> None:
    run = _run(_moment(200, 199.0), _moment(200, 201.0), _moment(200, 10.0, text=""))
    assert summarise(run, frozenset()).in_time_share == 1 / 3


def test_empty_answers_are_left_out_of_the_times_of_those_shown() -> None:
    run = _run(_moment(200, 10.0, text=""), _moment(200, 90.0))
    summary = summarise(run, frozenset())
    assert (summary.empty_share, summary.shown_p50_ms) == (0.5, 90.0)


def test_keys_count_as_worked_where_any_arm_waited_for_its_model() -> None:
    quick = _run(_moment(200, 1.0), _moment(200, 1.0), _moment(90, None))
    slow = _run(_moment(200, 1.0), _moment(200, 500.0), _moment(90, 500.0))
    worked = worked_at([quick, slow])
    assert worked == {1}
    assert summarise(quick, worked).worked_p50_ms == 1.0
    assert summarise(slow, worked).worked_p50_ms == 500.0


def test_keys_without_a_request_cost_no_tokens() -> None:
    run = _run(
        _moment(200, 1.0),
        _moment(90, None),
        _moment(200, 1.0),
        tokens={0: Tokens(read=6, written=3), 1: Tokens(read=3, written=0)},
    )
    summary = summarise(run, frozenset({0}))
    assert (summary.read_median, summary.read_mean) == (3.0, 3.0)
    assert summary.worked_read_median == 6.0
    assert (summary.written_median, summary.written_mean) == (1.5, 1.0)


def test_unknown_tokens_stay_unknown() -> None:
    assert summarise(_run(_moment(200, 1.0)), frozenset()).read_median is None


def test_cpu_time_is_given_for_a_minute_of_the_rhythm_and_for_a_second_of_the_run() -> None:
    summary = summarise(_run(_moment(30_000, 1.0)), frozenset())
    assert (summary.cpu_per_minute, summary.cpu_share) == (6.0, 1.5)


def test_right_is_a_first_line_that_is_the_rest_of_the_line() -> None:
    run = _run(
        _moment(200, 1.0, text="x + 1\ny", rest="x + 1"),
        _moment(200, 1.0, text="x + 2", rest="x + 1"),
        _moment(200, 1.0, text="", rest=""),
        _moment(200, 1.0, text="z", rest=None),
    )
    assert summarise(run, frozenset()).right_share == 0.5


def test_ratios_are_taken_within_a_round() -> None:
    ours = [_run(_moment(200, value)) for value in (1.0, 20.0, 3.0)]
    theirs = [_run(_moment(200, value)) for value in (10.0, 40.0, 10.0)]
    compared = compare(list(zip(ours, theirs, strict=True)))["p50_ms"]
    assert (compared.ours, compared.theirs) == (3.0, 10.0)
    assert compared.ratios == (0.1, 0.5, 0.3)


def test_both_sides_are_looked_at_where_either_had_to_work() -> None:
    ours = _run(_moment(200, 1.0), _moment(200, 90.0), _moment(200, 1.0))
    theirs = _run(_moment(200, 900.0), _moment(200, 1.0), _moment(200, 1.0))
    compared = compare([(ours, theirs)])
    assert (compared["worked_keys"].ours, compared["worked_keys"].theirs) == (2, 2)
    assert compared["worked_p50_ms"].ours == 45.5
    assert compared["worked_p50_ms"].theirs == 450.5


def test_tokens_have_a_median_over_the_paused_keys_and_one_over_all() -> None:
    run = _run(
        _moment(200, 1.0),
        _moment(90, None),
        _moment(90, None),
        tokens={0: Tokens(read=9), 1: Tokens(read=4), 2: Tokens(read=2)},
    )
    summary = summarise(run, frozenset())
    assert (summary.read_median, summary.read_median_all, summary.read_mean) == (9.0, 4.0, 5.0)
