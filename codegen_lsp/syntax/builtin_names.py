"""Names that are there without being bound in the text."""

import builtins

_MODULE = (
    *("__name__", "__file__", "__doc__", "__package__", "__spec__", "__loader__", "__builtins__"),
    *("__debug__", "__path__", "__cached__", "__annotations__", "__dict__"),
)
"""What each module has, and a package's ``__path__``."""

_BODIES = ("__class__", "__module__", "__qualname__", "__classdict__", "__firstlineno__")
"""What is bound in the bodies of classes, or of their methods."""

_LATER_AND_ELSEWHERE = (
    *("aiter", "anext", "EncodingWarning", "BaseExceptionGroup", "ExceptionGroup"),
    *("PythonFinalizationError", "WindowsError", "reveal_type", "reveal_locals"),
)
"""Of other versions and systems than the one this runs on, and what type checkers know."""

PYTHON = frozenset((*dir(builtins), *_MODULE, *_BODIES, *_LATER_AND_ELSEWHERE))


def builtin_names(language: str) -> frozenset[str]:
    """Return the names that any text in ``language`` may use."""
    return _NAMES.get(language, frozenset())


_NAMES = {"python": PYTHON}
