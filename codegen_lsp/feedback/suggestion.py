"""What became of one suggestion, in numbers and names of our own: a row of the ledger.

No source code and no file name can stand in it: texts are counted, and the document is a hash.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b


class Source(StrEnum):
    """Where the text of an answer came from."""

    MODEL = "model"  # written for this request
    KEPT = "kept draft"  # an earlier request had begun it
    AHEAD = "prepared ahead"  # written before anybody asked


class Outcome(StrEnum):
    """What the user made of an answer."""

    DROPPED = "dropped"  # a check rejected it: nothing was offered
    WAITING = "waiting"  # offered, and nothing is known yet
    ACCEPTED = "accepted"  # taken whole
    PARTLY = "partly"  # its beginning was taken
    TYPED = "typed"  # the user typed the same, letter by letter
    DISMISSED = "dismissed"  # something else was typed, or another suggestion took its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One answer to a completion request, and what became of it.

    ``at`` is in seconds since the epoch; ``line`` and ``column`` count from zero, in code points.
    ``dropped_by`` and ``changed_by`` are names of filters, the latter separated by spaces;
    ``reason`` is set where no filter but the feature itself refused. ``code_points`` and ``lines``
    measure what was offered, ``accepted`` the code points of it that were taken. ``kept`` is the
    share of what was taken that stood there 30 s later, from 0 to 1; None while that is not known.
    ``mean_logprob`` and ``least_logprob`` say how sure the model was, in nats a token.
    """

    id: str
    at: float
    outcome: Outcome
    language: str = ""
    source: Source = Source.MODEL
    trigger: str = ""
    model: str = ""
    document: str = ""
    line: int = 0
    column: int = 0
    dropped_by: str = ""
    changed_by: str = ""
    reason: str = ""
    code_points: int = 0
    lines: int = 0
    first_ms: float = 0.0
    total_ms: float = 0.0
    tokens_read: int = 0
    tokens_reused: int = 0
    tokens_written: int = 0
    shown: bool = False
    accepted: int = 0
    kept: float | None = None
    mean_logprob: float | None = None
    least_logprob: float | None = None


def document_hash(name: str) -> str:
    """Return what stands in the ledger for a document: 16 hexadecimal digits of its path or URI."""
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


_PLAIN_WORDS = re.compile(r"[A-Za-z ,;:-]*")


def plain_reason(reason: str) -> str:
    """Return ``reason`` if it is nothing but words; empty if it might quote the user's code."""
    return reason if _PLAIN_WORDS.fullmatch(reason) else ""
