"""Writes down what pytest does, one JSON object a line, as it happens.

Copied beside the scratch tree and loaded by the *user's* pytest with ``-p``, whatever command
starts it. So it stands alone: standard library and pytest only, Python 3.8 and pytest 6 or newer,
nothing of ours. What it writes is read by ``pytest_results.py``; it is written line by line so that
a test which never ends is known by name. Its three orders come through the environment.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

MAX_TEXT = 8000
MAX_PARAMETER = 600
MAX_FRAMES = 60

_FOLDER = os.environ.get("CODEGEN_FIX_RESULTS", "")
_ONLY = os.environ.get("CODEGEN_FIX_ONLY", "")
_FIRST_FAILURE = os.environ.get("CODEGEN_FIX_FIRST_FAILURE", "") == "1"
_ORIGINAL = os.environ.get("CODEGEN_FIX_ORIGINAL", "")
_TREE = os.environ.get("CODEGEN_FIX_TREE", "")
_BEGAN = time.monotonic()
_STATE = {"top": ""}  # pytest's root folder, which locations are relative to

# An editable install puts the user's own folders on the path; the copy must be what is tested.
sys.path[:] = [
    _TREE + entry[len(_ORIGINAL) :]
    if _ORIGINAL
    and (entry == _ORIGINAL or entry.startswith(_ORIGINAL + os.sep))
    and not entry.startswith(_TREE)
    and "site-packages" not in entry
    else entry
    for entry in sys.path
]


def _write(**record: Any) -> None:
    path = os.path.join(_FOLDER, f"{os.getpid()}.jsonl")  # noqa: PTH118 - as plain as can be
    with open(path, "a", encoding="utf-8", errors="backslashreplace") as file:  # noqa: PTH123 - same
        file.write(json.dumps(record) + "\n")


def _is_worker(config: Any) -> bool:
    """Say whether this is a worker of pytest-xdist, whose results its controller reports."""
    return hasattr(config, "workerinput")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: Any) -> None:
    """Run everything, or up to the first failure: not as the project's options have it."""
    config.option.maxfail = 1 if _FIRST_FAILURE else 0
    config.option.continue_on_collection_errors = True
    _STATE["top"] = str(config.rootdir)
    if not _is_worker(config):
        _write(begun=str(pytest.__version__))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    """Leave out the tests that were not asked for."""
    if not _ONLY:
        return
    with open(_ONLY, encoding="utf-8") as file:  # noqa: PTH123 - same
        wanted = set(json.load(file))
    rest = [item for item in items if item.nodeid not in wanted]
    items[:] = [item for item in items if item.nodeid in wanted]
    config.hook.pytest_deselected(items=rest)


def pytest_runtest_logstart(nodeid: str, location: Any) -> None:
    """Note that a test begins, when, and where it is written."""
    file, line, name = location
    _write(
        start=nodeid,
        path=os.path.normpath(os.path.join(_STATE["top"], str(file))),  # noqa: PTH118 - same
        line=(line or 0) + 1,
        function=str(name).split("[")[0].rpartition(".")[2],
        after=time.monotonic() - _BEGAN,
    )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Generator[None, Any, None]:
    """Attach why a test failed to its report, which travels from workers to their controller."""
    report = (yield).get_result()
    if report.failed and call.excinfo is not None:
        report.codegen_fix = {
            **_told(call.excinfo.value),
            "parameters": _parameters(item),
        }


def pytest_runtest_logreport(report: Any) -> None:
    """Note how a phase of a test ended, unless it says nothing new."""
    if report.when != "call" and report.outcome == "passed":
        return
    _write(
        case=report.nodeid,
        phase=report.when,
        outcome=report.outcome,
        seconds=float(report.duration),
        why=getattr(report, "codegen_fix", None),
        text=_cut(getattr(report, "longreprtext", "")) if report.failed else "",
    )


def pytest_exception_interact(call: Any, report: Any) -> None:
    """Attach why a file could not be collected to its report."""
    if report.failed and getattr(report, "when", None) == "collect":
        error = call.excinfo.value
        report.codegen_fix = _told(error.__cause__ or error)


def pytest_collectreport(report: Any) -> None:
    """Note a file that could not be collected."""
    if report.failed:
        _write(
            uncollected=str(report.nodeid) or "the test session",
            why=getattr(report, "codegen_fix", None),
            text=_cut(getattr(report, "longreprtext", "")),
        )


def _told(error: BaseException) -> dict[str, Any]:
    try:
        message = str(error)
    except Exception as broken:  # noqa: BLE001 - whatever the user's own __str__ raises
        message = f"(its message cannot be shown: {type(broken).__name__})"
    return {"kind": type(error).__name__, "message": _cut(message), "frames": _frames(error)}


def _frames(error: BaseException) -> list[list[Any]]:
    """Return path, line and function of each frame, causes first, each outermost first."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or current.__context__
    frames = [
        [frame.f_code.co_filename, line, frame.f_code.co_name]
        for each in reversed(chain)
        for frame, line in traceback.walk_tb(each.__traceback__)
    ]
    half = MAX_FRAMES // 2
    return frames if len(frames) <= MAX_FRAMES else frames[:half] + frames[-half:]


def _parameters(item: Any) -> list[list[str]]:
    found = getattr(getattr(item, "callspec", None), "params", {})
    return [[str(name), _shown(value)] for name, value in found.items()]


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except Exception as broken:  # noqa: BLE001 - whatever the user's own __repr__ raises
        text = f"<not shown: {type(broken).__name__}>"
    return text if len(text) <= MAX_PARAMETER else text[:MAX_PARAMETER] + "..."


def _cut(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    return text[: MAX_TEXT // 2] + "\n...\n" + text[-MAX_TEXT // 2 :]
