"""A suggestion must not break what the user has: it is cut back until it does not, or dropped."""

import re
from collections.abc import Iterator
from itertools import islice

from codegen_lsp.filters.place import Dropped, Place

_TAIL = re.compile(r"""[^\w\s"'/*]+\s*\Z""")
"""What may be cut off the end of a line: signs after which nothing is said. Half of what was to be
said is no suggestion, and neither is a quote or the beginning of a comment."""

_ENDS = tuple(""")]}:;_"'""")
"""With one of these a line that was cut may end, or with a letter."""

_MOST_CUTS = 40
"""Candidates looked at: each costs a reparse of the surroundings, 0.1-0.3 ms as a rule."""

_MOST_PARSED_BYTES = 2_000_000
"""Where the surroundings are large, in one literal of 5,000 lines, fewer are looked at: 0.2 s."""


def fix_syntax(draft: str, place: Place) -> str | Dropped:
    """Return the longest beginning of ``draft`` that adds no syntax problem, or drop it.

    Problems the buffer has anyway do not count. Languages without a grammar are passed through.
    """
    check = place.insertion
    if check is None:
        return draft
    most = min(_MOST_CUTS, 1 + _MOST_PARSED_BYTES // (1 + check.size))
    for candidate in islice(_shorter(draft), most):
        if candidate.strip() and not check.adds_problem(candidate):
            return candidate
    return Dropped("every beginning of it adds a syntax problem")


def _shorter(draft: str) -> Iterator[str]:
    """Yield ``draft``, then without its last line, and so on; the first line sign by sign."""
    yield draft
    lines = draft.split("\n")
    for count in range(len(lines) - 1, 0, -1):
        yield "\n".join(lines[:count])
    first = lines[0]
    tail = _TAIL.search(first)
    for end in range(len(first) - 1, tail.start() - 1, -1) if tail is not None else ():
        if first[:end].endswith(_ENDS) or first[:end][-1:].isalnum():
            yield first[:end]
