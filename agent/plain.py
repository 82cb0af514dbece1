"""Our values as plain data and back: mappings, lists, strings and numbers.

What a run writes down is data, never code: no class is named in it, and reading it builds only the
type that the reader asks for.
"""

import functools
from typing import Any, TypeVar

from codegen_lsp.errors import UsageError

_Value = TypeVar("_Value")


def to_plain(value: Any) -> Any:
    """Return a dataclass as values that JSON can express."""
    return _converter().unstructure(value)


def from_plain(data: Any, kind: type[_Value]) -> _Value:
    """Return the ``kind`` of dataclass that :func:`to_plain` had made ``data`` from.

    Raises :class:`~codegen_lsp.errors.UsageError` when ``data`` is nothing of that kind.
    """
    from cattrs import BaseValidationError

    try:
        value: _Value = _converter().structure(data, kind)
    except (BaseValidationError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"this is no {kind.__name__} of this version of codegen ({type(error).__name__})"
        ) from error
    return value


@functools.cache
def _converter() -> Any:
    from cattrs.preconf.json import make_converter

    return make_converter(forbid_extra_keys=True)
