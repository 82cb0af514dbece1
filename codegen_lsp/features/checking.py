"""A draft goes through the checks, and each of them has its say noted down."""

from collections.abc import Sequence
from dataclasses import dataclass

from codegen_lsp.filters.pipeline import COMPLETION_CHECKS, COMPLETION_STOPS
from codegen_lsp.filters.place import Dropped, Place


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one filter made of the draft. ``after`` is None when it was dropped, for ``reason``."""

    filter: str
    before: str
    after: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What is left of a draft: ``text``, with LF line ends, or nothing and why."""

    text: str
    dropped: str | None
    verdicts: tuple[Verdict, ...]

    @property
    def is_wrong(self) -> bool:
        """Whether a check found a mistake and made another text of it, or nothing."""
        return any(
            verdict.filter.startswith("fix_") and verdict.after != verdict.before
            for verdict in self.verdicts
        )

    @property
    def is_mended(self) -> bool:
        """Whether there was a mistake, or nothing is left for another reason."""
        return self.dropped is not None or self.is_wrong

    def is_of(self, draft: str) -> bool:
        """Whether ``draft`` is what the checks looked at."""
        first = COMPLETION_CHECKS[0].__name__
        return any(said.filter == first and said.before == draft for said in self.verdicts)


def checked(draft: str, place: Place, verdicts: Sequence[Verdict] = ()) -> Checked:
    """Run the checks over ``draft``, in order, until one of them drops it.

    ``verdicts`` are what was said of it before.
    """
    text, said = draft, list(verdicts)
    for check in COMPLETION_CHECKS:
        outcome = check(text, place)
        if isinstance(outcome, Dropped):
            said.append(Verdict(check.__name__, text, None, outcome.reason))
            return Checked("", outcome.reason, tuple(said))
        said.append(Verdict(check.__name__, text, outcome))
        text = outcome
    return Checked(text, None, tuple(said))


def stopped(draft: str, place: Place) -> tuple[str, Verdict | None]:
    """Return ``draft`` up to where a stop filter ends it, and which did; None when none does."""
    for stop in COMPLETION_STOPS:
        end = stop(draft, place)
        if end is not None:
            return draft[:end], Verdict(stop.__name__, draft[:end], draft[:end])
    return draft, None
