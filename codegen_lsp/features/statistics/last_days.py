"""The figures of the last days, from the ledger on this machine."""

from datetime import date, datetime, time, timedelta

from codegen_lsp.config.settings import FeedbackSettings
from codegen_lsp.feedback.ledger import suggestions_since
from codegen_lsp.feedback.statistics import Statistics, statistics_of


def statistics_of_last(days: int, feedback: FeedbackSettings, *, today: date) -> Statistics:
    """Return what became of the suggestions of the ``days`` that end with ``today``."""
    first = datetime.combine(today - timedelta(days=days - 1), time.min)
    found = suggestions_since(feedback.folder, first.timestamp())
    return statistics_of(found, today=today, days=days)
