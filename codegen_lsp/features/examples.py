"""The examples that a docstring gives: whoever can run them tells which suggestions hold them.

Nothing is run here. :mod:`agent.examples` runs them, in a sandbox.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.document.text import Document, Position


@dataclass(frozen=True, slots=True)
class Tried:
    """How many of the ``total`` examples hold with each text.

    None for a text with which the module cannot be loaded: nothing is known then.
    """

    total: int
    held: tuple[int | None, ...]


Examples = Callable[[Document, Position, Sequence[str], Cancellation | None], Tried | None]
"""Tries the examples of the function around a place on texts to be inserted there.

The texts have LF line ends. None is returned where there are no examples, or none can be run. May
raise :class:`~codegen_lsp.errors.Cancelled`.
"""
