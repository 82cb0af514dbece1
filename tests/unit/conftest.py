"""What tests of several storeys share: figures of a ledger."""

from datetime import date, datetime, timedelta

import pytest

from codegen_lsp.feedback.statistics import Statistics, statistics_of
from codegen_lsp.feedback.suggestion import Outcome, Suggestion

TODAY = date(2026, 3, 3)


@pytest.fixture
def statistics() -> Statistics:
    """Give figures of two languages, over two days of three."""
    noon = datetime(2026, 3, 3, 12)  # noqa: DTZ001 - the user's own calendar
    at, before = noon.timestamp(), (noon - timedelta(days=1)).timestamp()
    rows = [
        Suggestion(
            id="1",
            at=at,
            outcome=Outcome.ACCEPTED,
            language="python",
            shown=True,
            accepted=9,
            code_points=9,
            total_ms=120,
            kept=1.0,
        ),
        Suggestion(
            id="2",
            at=at,
            outcome=Outcome.DISMISSED,
            language="python",
            shown=True,
            code_points=9,
            total_ms=80,
        ),
        Suggestion(
            id="3",
            at=before,
            outcome=Outcome.DISMISSED,
            language="<go> & co",
            shown=True,
            code_points=9,
            total_ms=12_345,
        ),
        Suggestion(
            id="4", at=before, outcome=Outcome.DROPPED, language="python", dropped_by="fix_syntax"
        ),
    ]
    return statistics_of(rows, today=TODAY, days=3)
