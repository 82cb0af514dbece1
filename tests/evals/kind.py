"""What a kind of evaluation is: how its items are answered, and how an answer is scored.

One module per kind defines a :data:`KIND`; ``__main__.py`` names them. Which items are picked, and
how answers are kept, is the same for all and known elsewhere (``items.py``, ``records.py``,
``answering.py``). Answering and scoring are apart, so that anyone can score answers again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from codegen_lsp.config.settings import Settings
from codegen_lsp.model.backend import Model

Fields = Mapping[str, Any]
"""An item, or a record of an answer, as its JSON line says it."""

Scores = dict[str, tuple[int, int]]
"""What an answer scored: for each measure so many of so many; summed over all items."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What items are answered with."""

    model: Model
    settings: Settings


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one item.

    ``output`` is the exact text that would be shown, empty if nothing was; ``dropped`` is the
    reason for that. ``tries`` counts what had to be tested before there was an answer. ``more`` are
    further fields of the record, JSON values all of them.
    """

    output: str
    dropped: str | None = None
    tries: int = 1
    more: dict[str, Any] = field(default_factory=dict)


def nothing_more(_: Sequence[Scores]) -> list[str]:
    """Return no further lines for a summary."""
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of evaluation.

    ``needs`` are the fields that an item must have beside ``id``. ``ours`` answers an item through
    the product, ``bare`` with the model alone (None: that would mean nothing). ``score`` takes an
    item and its record, and ``remarks`` adds lines to the summary of all scores.
    """

    needs: tuple[str, ...]
    ours: Callable[[Fields, Parts], Answer]
    bare: Callable[[Fields, Parts], Answer] | None
    score: Callable[[Fields, Fields], Scores]
    remarks: Callable[[Sequence[Scores]], list[str]] = nothing_more
