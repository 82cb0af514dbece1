"""Which tables are shown."""

from tests.benchmarks.replay.drive import Moment, Run
from tests.benchmarks.replay.report import COMPARISONS, OURS, ROWS, report
from tests.benchmarks.replay.summary import Summary
from tests.benchmarks.typing_replay import ARMS


def _run(waited_ms: float) -> Run:
    return Run([Moment("key", 200, waited_ms, "x", "x")], {}, 1.0, 1.0, 1_000_000)


def test_every_number_has_a_row() -> None:
    assert set(ROWS) == set(Summary.__dataclass_fields__)


def test_every_peer_has_a_table() -> None:
    assert {OURS, *COMPARISONS} == set(ARMS)


def test_a_table_says_what_is_compared_and_in_how_many_rounds() -> None:
    round_of_three = {OURS: _run(10.0), "protocol": _run(100.0), "editor": _run(1.0)}
    protocol, editor = report([round_of_three, {OURS: _run(10.0), "protocol": _run(50.0)}])
    assert protocol.startswith("ours beside protocol: llama-server, asked by llama.vim")
    assert "rounds: 2" in protocol
    assert "rounds: 1" in editor
    [p50] = [line for line in protocol.splitlines() if "all paused keys: p50" in line]
    assert p50.split()[-5:] == ["10", "75", "0.150", "0.100", "0.200"]


def test_a_peer_without_a_run_of_ours_has_no_table() -> None:
    assert list(report([{"protocol": _run(1.0)}, {OURS: _run(1.0)}])) == []
