"""How a pull looks where there is no terminal."""

from dataclasses import dataclass

import pytest

from codegen_lsp.cli.fetching_display import LINE_SECONDS, LineProgress, sentence
from codegen_lsp.model.download import Phase, Progress, SourceSkipped
from codegen_lsp.model.hub_source import HubFile

HUB = HubFile(repository="a/b", file="c.gguf")
MIRROR = HubFile(repository="d/e", file="c.gguf")


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def lines(clock: Clock, said: list[str]) -> LineProgress:
    return LineProgress(said.append, clock)


def fetched(megabytes: float) -> Progress:
    return Progress(Phase.FETCHING, int(megabytes * 1e6), 500_000_000)


def test_the_first_line_comes_at_once(lines: LineProgress, said: list[str]) -> None:
    lines(fetched(0))
    assert said == ["fetching: 0 of 500 MB (0 %)"]


def test_more_lines_come_every_few_seconds_only(
    lines: LineProgress, clock: Clock, said: list[str]
) -> None:
    lines(fetched(0))
    for megabytes in range(101):
        lines(fetched(megabytes))
        clock.now += LINE_SECONDS / 32
    assert len(said) == 1 + 100 // 32


def test_a_line_tells_rate_and_time_left(
    lines: LineProgress, clock: Clock, said: list[str]
) -> None:
    lines(fetched(0))
    clock.now += 10
    lines(fetched(100))
    assert said[-1] == "fetching: 100 of 500 MB (20 %), 10.0 MB/s, 40 s left"


def test_bytes_of_an_earlier_run_do_not_count_for_the_rate(
    lines: LineProgress, clock: Clock, said: list[str]
) -> None:
    lines(fetched(300))
    clock.now += 10
    lines(fetched(400))
    assert said[-1].endswith("10.0 MB/s, 10 s left")


def test_a_line_that_stands_still_promises_nothing(
    lines: LineProgress, clock: Clock, said: list[str]
) -> None:
    lines(fetched(300))
    clock.now += 10
    lines(fetched(300))
    assert said[-1] == "fetching: 300 of 500 MB (60 %)"


def test_each_phase_is_announced(lines: LineProgress, said: list[str]) -> None:
    lines(fetched(500))
    lines(Progress(Phase.CHECKING, 0, 500_000_000))
    assert said[-1].startswith("checking: 0 of 500 MB")


def test_a_source_that_failed_is_told_in_one_line(lines: LineProgress, said: list[str]) -> None:
    report = SourceSkipped(HUB, "it answered 404", MIRROR)
    lines(report)
    assert said == [sentence(report)]
    assert said == [
        "the Hugging Face hub failed: it answered 404; trying the Hugging Face hub (d/e)"
    ]
