"""What a review reports: a finding, how grave it is, and what stands behind it."""

from dataclasses import dataclass
from enum import StrEnum

from codegen_lsp.document.text import Span


class Severity(StrEnum):
    """How grave a finding is.

    Only what is proved may be an error; what is grounded is a warning and an opinion info, so that
    no view of a model breaks a build that did not ask for it.
    """

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    def reaches(self, threshold: "Severity") -> bool:
        """Say whether this is at least as grave as ``threshold``."""
        order = list(Severity)
        return order.index(self) <= order.index(threshold)


class Category(StrEnum):
    """What kind of defect a finding is."""

    BUG = "bug"
    SECURITY = "security"
    PERFORMANCE = "performance"
    STYLE = "style"


class Evidence(StrEnum):
    """What stands behind a finding, strongest first.

    ``PROVED``: a linter found it. ``GROUNDED``: a model said it, the code it quotes stands on an
    added line, and its replacement is other code that parses. ``OPINION``: a model said it, and
    only the quote was verified.
    """

    PROVED = "proved"
    GROUNDED = "grounded"
    OPINION = "opinion"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at in one changed line, or a few.

    ``path`` is relative to the root of the review, with forward slashes. ``span`` counts from zero
    in code points; reports count from one. ``source`` is who says so (``ruff``, or the name of the
    model) and ``rule`` a stable identifier within it. ``quote`` is the code it is about.
    ``suggestion`` is what all lines of the span should read instead; empty means that they should
    go, None that there is no suggestion.
    """

    path: str
    span: Span
    severity: Severity
    category: Category
    message: str
    evidence: Evidence
    source: str
    rule: str
    quote: str
    suggestion: str | None = None
    url: str | None = None

    @property
    def first_line(self) -> int:
        """The first line, from one."""
        return self.span.start.line + 1

    @property
    def last_line(self) -> int:
        """The last line, from one."""
        return self.span.end.line + 1
