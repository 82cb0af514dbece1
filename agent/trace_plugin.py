"""Writes down which lines of the project each test runs, and what a function is called with.

Copied beside the scratch tree and loaded by the *user's* pytest with ``-p``, like
``pytest_plugin.py`` and under the same rules: standard library and pytest only, Python 3.8 and
newer. Not coverage.py, which the project's environment seldom has. Tracing slows a program down, so
each test is traced for a bounded number of lines only; that is also how much is known of one that
never ends. What it writes, one JSON object a line, is read by ``coverage.py`` and ``inputs.py``.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

MAX_EVENTS = 100_000
MAX_CALLS = 20
"""Calls of one function that are noted in one test."""

MAX_CALL_TEXT = 1000
MAX_CALLS_TEXT = 50_000

_FOLDER = os.environ.get("CODEGEN_FIX_RESULTS", "")
_TREE = os.environ.get("CODEGEN_FIX_TREE", "") + os.sep
_TAKES_ANYTHING = 0x04 | 0x08  # inspect.CO_VARARGS, inspect.CO_VARKEYWORDS
_PLAIN = (int, float, complex, str, bytes, bool, type(None))
_HOLDERS = (list, tuple, set, frozenset)


class _Trace:
    """The lines that one test has run so far, by file."""

    def __init__(self, test: str) -> None:
        self.test = test
        self.lines: dict[str, set[int]] = {}
        self.calls: dict[tuple[str, int], list[str]] = {}
        self._room = MAX_CALLS_TEXT
        self._left = MAX_EVENTS
        self._inside: dict[str, bool] = {}

    def start(self) -> None:
        sys.settrace(self._on_call)

    def stop(self) -> None:
        sys.settrace(None)
        if self._left > 0:
            self._tell()

    def _on_call(self, frame: Any, _event: str, _argument: Any) -> Any:
        if self._left <= 0:
            return None
        path = frame.f_code.co_filename
        inside = self._inside.get(path)
        if inside is None:
            inside = self._inside[path] = os.path.realpath(path).startswith(_TREE)
        if not inside:
            return None
        self._note_call(frame)
        lines = self.lines.setdefault(path, set())

        def on_line(frame: Any, event: str, _argument: Any) -> Any:
            if event == "line":
                lines.add(frame.f_lineno)
                self._left -= 1
                if self._left == 0:
                    self._tell()
                if self._left <= 0:
                    sys.settrace(None)
                    return None
            return on_line

        return on_line

    def _note_call(self, frame: Any) -> None:
        """Note the arguments of a call that does not come from the function itself."""
        code, back = frame.f_code, frame.f_back
        if self._room < 0 or (back is not None and back.f_code is code):
            return
        known = self.calls.setdefault((code.co_filename, code.co_firstlineno), [])
        values = [frame.f_locals.get(name) for name in code.co_varnames[: code.co_argcount]]
        has_others = code.co_flags & _TAKES_ANYTHING or code.co_kwonlyargcount
        if len(known) < MAX_CALLS and not has_others and all(map(_is_plain, values)):
            text = repr(values)
            if len(text) <= MAX_CALL_TEXT and text not in known:
                known.append(text)
                self._room -= len(text)

    def _tell(self) -> None:
        lines = {
            path[len(_TREE) :]: sorted(found)
            for path, found in self.lines.items()
            if path.startswith(_TREE)
        }
        calls = [
            [path[len(_TREE) :], line, texts]
            for (path, line), texts in self.calls.items()
            if path.startswith(_TREE) and texts
        ]
        record = {"traced": self.test, "lines": lines, "calls": calls}
        with open(os.path.join(_FOLDER, f"trace-{os.getpid()}.json"), "a") as file:  # noqa: PTH118, PTH123 - as plain as can be
            file.write(json.dumps(record) + "\n")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: Any) -> Generator[None, None, None]:
    """Trace the test itself, not its fixtures."""
    trace = _Trace(item.nodeid)
    trace.start()
    try:
        yield
    finally:
        trace.stop()


def _is_plain(value: Any, depth: int = 5) -> bool:
    """Say whether a value's representation gives it back."""
    if depth == 0:
        return False
    if type(value) in _PLAIN:
        return not isinstance(value, (float, complex)) or value == value  # noqa: PLR0124 - no nan
    if type(value) is dict:
        pairs = [part for pair in value.items() for part in pair]
        return all(_is_plain(part, depth - 1) for part in pairs)
    return type(value) in _HOLDERS and all(_is_plain(part, depth - 1) for part in value)
