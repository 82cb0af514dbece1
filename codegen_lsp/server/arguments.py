"""The one argument of our commands: an object, whatever the client made of it."""

from collections.abc import Mapping
from typing import Any

from lsprotocol import types as t

from codegen_lsp.errors import UsageError


def argument_of(params: t.ExecuteCommandParams) -> Mapping[str, Any]:
    """Return the first argument; raises :class:`~codegen_lsp.errors.UsageError` if it is no object.

    A command without arguments gets an empty one.
    """
    if not params.arguments:
        return {}
    argument = params.arguments[0]
    if not isinstance(argument, Mapping):
        raise UsageError(f"{params.command} takes one object as its argument")
    return argument


def range_argument(value: Any) -> t.Range:
    """Return a range that came in an argument; raises :class:`~codegen_lsp.errors.UsageError`."""
    try:
        start, end = (
            t.Position(line=int(value[side]["line"]), character=int(value[side]["character"]))
            for side in ("start", "end")
        )
    except (TypeError, KeyError, ValueError) as error:
        raise UsageError("a range has a start and an end, with line and character each") from error
    return t.Range(start=start, end=end)
