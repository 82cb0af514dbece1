from datetime import date

import pytest

from codegen_lsp.features.statistics.wording import milliseconds, percent, period, share_of
from codegen_lsp.feedback.statistics import statistics_of


@pytest.mark.parametrize(("share", "words"), [(None, "-"), (0.0, "0 %"), (0.376, "38 %")])
def test_percent(share: float | None, words: str) -> None:
    assert percent(share) == words


@pytest.mark.parametrize(
    ("value", "words"), [(None, "-"), (99.6, "100 ms"), (9999, "9999 ms"), (12_345, "12.3 s")]
)
def test_milliseconds(value: float | None, words: str) -> None:
    assert milliseconds(value) == words


@pytest.mark.parametrize(
    ("days", "words"), [(1, "03 March 2026"), (3, "01 March to 03 March 2026")]
)
def test_period(days: int, words: str) -> None:
    assert period(statistics_of([], today=date(2026, 3, 3), days=days)) == words


def test_nothing_has_no_share() -> None:
    assert share_of(0, 0) is None
    assert share_of(1, 4) == 0.25
