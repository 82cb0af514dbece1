"""Inputs for a function, made from what the tests call it with.

A generated input is a seen one with small changes that keep what all seen ones have in common:
types, signs, whether a list is sorted, without repetition, never empty, the characters of a text.
That is a guess at what the function expects, good enough to compare two versions of it and no
more. Values are literals, exchanged as the text of a list of them; nothing here is run.
"""

import ast
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

_MOST_FRUITLESS = 20
"""Attempts for each input wanted before it is accepted that there are no more."""

_MOST_ELEMENTS = 12
_STEPS = (-3, -2, -1, 1, 2, 3)


def inputs_like(seen: Sequence[str], count: int, seed: int = 0) -> list[str]:
    """Return up to ``count`` different inputs, those ``seen`` first; none when none were seen.

    Each text is a list of literals, one for each parameter. The same ``seed`` gives the same.
    """
    calls = [values for text in seen if (values := _values(text)) is not None]
    if not calls:
        return []
    arity = len(calls[0])
    calls = [values for values in calls if len(values) == arity]
    found = dict.fromkeys(repr(values) for values in calls)
    kinds = [_Kind.of([values[at] for values in calls]) for at in range(arity)]
    draw = random.Random(seed)  # noqa: S311 - repeatable is the point
    for _ in range(_MOST_FRUITLESS * count):
        if len(found) >= count or not arity:
            break
        found.setdefault(repr(_changed(draw.choice(calls), kinds, draw)), None)
    return list(found)[:count]


def _values(text: str) -> list[Any] | None:
    try:
        values = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None
    return values if isinstance(values, list) else None


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the values of one parameter have in common, elements of elements included."""

    least: float | None
    is_sorted: bool
    is_distinct: bool
    may_be_empty: bool
    characters: str

    @classmethod
    def of(cls, values: Sequence[Any]) -> "_Kind":
        numbers = [each for value in values for each in _leaves(value) if _is_number(each)]
        texts = [each for value in values for each in _leaves(value) if isinstance(each, str)]
        lists = [value for value in values if isinstance(value, list)]
        sized = [value for value in values if isinstance(value, list | str)]
        least = min(numbers, default=0)
        return cls(
            least=None if least < 0 else float(min(least, 1)),
            is_sorted=_all_of(lists, lambda each: each == sorted(each)),
            is_distinct=_all_of(lists, lambda each: len(set(map(repr, each))) == len(each)),
            may_be_empty=any(not value for value in sized),
            characters="".join(sorted(set("".join(texts)))),
        )


_LONG_ENOUGH = 3
"""Elements: a shorter list is in order, or has no element twice, by chance too often."""


def _all_of(lists: Sequence[list[Any]], test: Callable[[list[Any]], bool]) -> bool:
    """Say whether all ``lists`` pass, and at least one is long enough for that to mean much."""
    try:
        return any(len(each) >= _LONG_ENOUGH for each in lists) and all(map(test, lists))
    except TypeError:  # elements that cannot be ordered
        return False


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for pair in value.items() for part in pair for leaf in _leaves(part)]
    if isinstance(value, list | tuple | set | frozenset):
        return [leaf for part in value for leaf in _leaves(part)]
    return [value]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _changed(values: Sequence[Any], kinds: Sequence[_Kind], draw: random.Random) -> list[Any]:
    changed = list(values)
    for _ in range(draw.choice((1, 1, 2, 3))):
        at = draw.randrange(len(changed))
        changed[at] = _other(changed[at], kinds[at], draw)
    return changed


def _other(value: Any, kind: _Kind, draw: random.Random) -> Any:  # noqa: PLR0911 - one per type
    match value:
        case bool():
            return not value
        case int() | float():
            other = value + draw.choice(_STEPS)
            return value if kind.least is not None and other < kind.least else other
        case str():
            return "".join(_resized(list(value), kind, draw, lambda _: _character(kind, draw)))
        case list():
            return _list(value, kind, draw)
        case tuple() if value:
            at = draw.randrange(len(value))
            return (*value[:at], _other(value[at], kind, draw), *value[at + 1 :])
        case dict() if value:
            key = draw.choice(list(value))
            return {**value, key: _other(value[key], kind, draw)}
        case set() | frozenset():
            parts = sorted(value, key=repr)
            return type(value)(_resized(parts, kind, draw, lambda part: _other(part, kind, draw)))
    return value


def _list(value: list[Any], kind: _Kind, draw: random.Random) -> list[Any]:
    changed = _resized(value, kind, draw, lambda part: _other(part, kind, draw))
    if kind.is_distinct:
        changed = list({repr(part): part for part in changed}.values())
    if kind.is_sorted:
        changed = sorted(changed)
    elif changed and draw.random() < 0.2:  # noqa: PLR2004 - now and then
        draw.shuffle(changed)
    return changed


def _resized(
    parts: list[Any], kind: _Kind, draw: random.Random, other: Callable[[Any], Any]
) -> list[Any]:
    """Return ``parts`` with one left out, repeated or changed."""
    if not parts:
        return parts
    at = draw.randrange(len(parts))
    what = draw.choice(("less", "more", "change", "change"))
    if what == "less" and (len(parts) > 1 or kind.may_be_empty):
        return [*parts[:at], *parts[at + 1 :]]
    if what == "more" and len(parts) < _MOST_ELEMENTS:
        return [*parts[:at], other(parts[at]), *parts[at:]]
    return [*parts[:at], other(parts[at]), *parts[at + 1 :]]


def _character(kind: _Kind, draw: random.Random) -> str:
    return draw.choice(kind.characters) if kind.characters else ""
