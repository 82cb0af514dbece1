"""What one check of ``codegen doctor`` came to."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"  # something works less well than it could
    PROBLEM = "problem"  # something does not work


@dataclass(frozen=True, slots=True)
class Check:
    """``found`` is what was seen; ``mend`` is what helps, a command where there is one.

    ``blocks_model`` says that without it no model runs at all.
    """

    name: str
    state: State
    found: str
    mend: str | None = None
    blocks_model: bool = False


def plain(check: Check) -> str:
    """Put a check in one line, for files, pipes and editors."""
    line = f"{check.state:8} {check.name:14} {check.found}"
    return f"{line} -> {check.mend}" if check.mend else line
