"""How sure the model must be, as a user's own ledger has it."""

from codegen_lsp.feedback.suggestion import Outcome, Suggestion
from codegen_lsp.feedback.threshold import FEWEST, HIGHEST, LEAST_MEAN, LOWEST, least_mean


def suggestions(*groups: tuple[int, float, Outcome], shown: bool = True) -> list[Suggestion]:
    """So many suggestions, each with a log-probability and what became of it."""
    return [
        Suggestion(id=str(number), at=0.0, outcome=outcome, shown=shown, mean_logprob=logprob)
        for count, logprob, outcome in groups
        for number in range(count)
    ]


def test_with_too_few_the_default_holds() -> None:
    few = suggestions((FEWEST - 1, -0.3, Outcome.DISMISSED))
    assert least_mean(few) == LEAST_MEAN


def test_below_the_threshold_hardly_anything_was_taken() -> None:
    found = suggestions((100, -0.3, Outcome.DISMISSED), (200, -0.2, Outcome.ACCEPTED))
    assert least_mean(found) == -0.2


def test_who_takes_what_is_unsure_gets_more_of_it() -> None:
    found = suggestions((150, -0.9, Outcome.TYPED), (150, -0.1, Outcome.ACCEPTED))
    assert least_mean(found) == LOWEST


def test_who_takes_nothing_is_still_shown_what_is_sure() -> None:
    found = suggestions((300, -0.01, Outcome.DISMISSED))
    assert least_mean(found) == HIGHEST


def test_what_was_never_seen_or_has_no_end_yet_does_not_count() -> None:
    unseen = suggestions((300, -0.3, Outcome.DISMISSED), shown=False)
    waiting = suggestions((300, -0.3, Outcome.WAITING))
    assert least_mean([*unseen, *waiting]) == LEAST_MEAN
