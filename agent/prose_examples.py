"""Examples told in prose: what goes in, by name or after "Input", and what must come out.

    For width = 2, height = 3 the output should be 6

    Input: [4, 2, 3]
    Output: 9

Only literals count, and only where every parameter that must be given is there. Pure.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.literal_text import literal_at

_COMES_OUT = re.compile(
    r"\b(?:outputs?|results?|answer|returns?|return value)"
    r"(?:\s+(?:should|must|will|would)\s+be\b|\s+is\b|\s*[:=])\s*(?=\S)",
    re.IGNORECASE,
)
_GOES_IN = re.compile(r"\binputs?\s*:\s*(?=\S)", re.IGNORECASE)

_ENDS = re.compile(r"\s*(?:[.,;!)]|$)")


@dataclass(frozen=True, slots=True)
class Inputs:
    """The names of a function's positional parameters; the first ``required`` must be given."""

    names: tuple[str, ...]
    required: int


def calls_in_prose(lines: Sequence[str], inputs: Inputs) -> Iterator[tuple[str, str]]:
    """Yield the arguments, in parentheses, and the value of each example in ``lines``, as source.

    What goes in stands before the value on the same line, or on the last line above that is not
    blank.
    """
    above = ""
    for line in lines:
        out = _COMES_OUT.search(line)
        value = _whole_literal(line[out.end() :]) if out is not None else None
        if out is not None and value is not None:
            before = line[: out.start()]
            arguments = _arguments(before, inputs) or _arguments(above, inputs)
            if arguments is not None:
                yield arguments, value
        above = line if line.strip() else above


def _whole_literal(text: str) -> str | None:
    """Return the literal with which ``text`` begins; None where the phrase goes on behind it."""
    value = literal_at(text)
    if value is None or not _ENDS.match(text.lstrip(), len(value)):
        return None
    return value


def _arguments(text: str, inputs: Inputs) -> str | None:
    """Return the arguments that ``text`` gives; None where one is missing."""
    named = dict(_named(text, inputs))
    if named.keys() >= set(inputs.names[: inputs.required]) and named:
        return f"({', '.join(f'{name}={value}' for name, value in named.items())})"
    given = _GOES_IN.search(text)
    values = _values(text[given.end() :]) if given is not None and not named else []
    if inputs.required <= len(values) <= len(inputs.names) and values:
        return f"({', '.join(values)})"
    return None


def _named(text: str, inputs: Inputs) -> Iterator[tuple[str, str]]:
    for name in inputs.names:
        found = re.search(rf"(?<![\w.]){re.escape(name)}\s*[=:]\s*(?=\S)", text)
        value = literal_at(text[found.end() :]) if found is not None else None
        if value is not None:
            yield name, value


def _values(text: str) -> list[str]:
    """Return the literals, separated by commas, that ``text`` consists of; none if it does not."""
    try:
        values = ast.literal_eval(f"({text.strip()},)")
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return []
    return [repr(value) for value in values]
