"""From what a user took and what they did not: how sure the model must be for them.

People differ in how much they mind a wrong suggestion, and models in how they are sure. The ledger
knows how sure the model was of each suggestion, and what became of it. Below the threshold, hardly
anything was wanted.
"""

from collections.abc import Iterable

from codegen_lsp.feedback.suggestion import Outcome, Suggestion

LEAST_MEAN = -0.7
"""What holds until a user's own ledger says something else.

Of 261 suggestions at places of real packages (tests.benchmarks shown, 1.5B, seed 2) whose drafts
passed the checks, 25 lie below it: 2 of these had the true first line, and 2 of the 54 that were
the true text are lost. Of the 92 below -0.35 it is 14, and 11.
"""

FEWEST = 200
"""Suggestions whose fate is known before anything is concluded from them."""

FEWEST_BELOW = 20
"""So many must lie below a threshold."""

HARDLY = 0.05
"""The share of suggestions below the threshold that were taken, at the most."""

LOWEST, HIGHEST = -1.0, -0.1
"""Bounds, in nats: certainty alone never shuts suggestions off, and never lets all through."""

_TAKEN = frozenset({Outcome.ACCEPTED, Outcome.PARTLY, Outcome.TYPED})
_KNOWN = _TAKEN | {Outcome.DISMISSED}


def least_mean(suggestions: Iterable[Suggestion]) -> float:
    """Return the mean log-probability a token must have for a suggestion to be worth showing.

    The highest value below which at most :data:`HARDLY` of what was shown while typing was taken.
    :data:`LEAST_MEAN` where too little is known.
    """
    known = sorted(
        (each.mean_logprob, each.outcome in _TAKEN)
        for each in suggestions
        if each.shown and each.outcome in _KNOWN and each.mean_logprob is not None
    )
    if len(known) < FEWEST:
        return LEAST_MEAN
    best, taken = LOWEST, 0
    for count, (value, was_taken) in enumerate(known):
        if count >= FEWEST_BELOW and taken <= HARDLY * count:
            best = value
        taken += was_taken
    return min(max(best, LOWEST), HIGHEST)
