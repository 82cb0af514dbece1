"""What may be suggested: a draft, what the checks left of it, and what speaks for it."""

from dataclasses import dataclass

from codegen_lsp.features.checking import Checked
from codegen_lsp.features.confidence import Confidence
from codegen_lsp.features.examples import Tried


@dataclass(frozen=True, slots=True)
class Candidate:
    """A draft, what the checks left of it, and how sure the model was; None where nobody knows.

    ``below`` is the log-probability of the text below after it; 0.0 where that was not asked.
    ``held`` counts the examples that hold with it; None where that is not known.
    """

    draft: str
    checked: Checked
    confidence: Confidence | None
    below: float = 0.0
    held: int | None = None

    @property
    def has_passed(self) -> bool:
        """Whether the checks left anything of it."""
        return self.checked.dropped is None


@dataclass(frozen=True, slots=True)
class Choice:
    """The ``best`` of the ``candidates``, which are all that were looked at, the first one first.

    None were where nothing was compared. ``tried`` is what came of trying examples, in order.
    """

    best: Candidate
    candidates: tuple[Candidate, ...] = ()
    tried: tuple[Tried, ...] = ()

    @property
    def is_proved(self) -> bool:
        """Whether there are examples, and all of them hold."""
        return bool(self.tried) and self.best.held == self.tried[-1].total
