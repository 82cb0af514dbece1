"""Tries many versions of a function in one run of pytest: collected once, forked for each.

Copied beside the scratch tree and loaded by the *user's* pytest with ``-p``, like
``pytest_plugin.py`` and under the same rules: standard library and pytest only, Python 3.8 and
newer. After pytest has collected the tests, each version gets a forked process of its own, in which
the function's code object is replaced and either the tests are run up to the first failure, or the
function is called with given arguments. That costs some milliseconds instead of a start of pytest.

It is a screen and no proof: a decorator, or a module that called the function while it was
imported, has seen the old code. What passes here is tested again from its files. The order comes as
a JSON file named by ``CODEGEN_FIX_TRIAL``; results are written one JSON object a line, and read by
``trial.py``.
"""

from __future__ import annotations

import ast
import gc
import json
import os
import signal
import time
import traceback
import types
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

MAX_OUTCOME = 2000

_FOLDER = os.environ.get("CODEGEN_FIX_RESULTS", "")
_TREE = os.environ.get("CODEGEN_FIX_TREE", "") + os.sep
_ORDER = os.environ.get("CODEGEN_FIX_TRIAL", "")
_FAILED_AT: dict[str, int] = {}


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Generator[None, Any, None]:
    """Remember in which line of its own body a test failed."""
    yield
    if call.when == "call" and call.excinfo is not None:
        name, path = getattr(item, "originalname", None) or item.name, str(item.fspath)
        for frame, line in traceback.walk_tb(call.excinfo.tb):
            code = frame.f_code
            if code.co_name == name and os.path.realpath(code.co_filename) == path:
                _FAILED_AT["line"] = line


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: Any) -> bool:
    """Try the versions instead of running the tests."""
    with open(_ORDER, encoding="utf-8") as file:  # noqa: PTH123 - as plain as can be
        order = json.load(file)
    running: dict[int, tuple[int, float]] = {}
    passed = 0
    waiting = list(enumerate(order["versions"]))
    functions = _functions(order)
    while running or waiting:
        if passed >= order["enough"]:
            waiting.clear()
        while waiting and len(running) < order["processes"]:
            number, version = waiting.pop(0)
            process = _forked(session, order, functions, number, version)
            running[process] = number, time.monotonic()
        passed += _reap(running, order["seconds"])
    return True


def _forked(
    session: Any, order: dict[str, Any], functions: list[Any], number: int, version: Any
) -> int:
    process = os.fork()
    if process:
        return process
    good = False
    try:
        os.setpgid(0, 0)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        if not _install(version, functions):
            _write(version=number, passed=False, error="it cannot be put in place")
        elif order["inputs"]:
            _write(version=number, outcomes=_outcomes(functions[0], order))
        else:
            good, before = _passes(session)
            _write(version=number, passed=good, reach=[before, _FAILED_AT.get("line", 0)])
    except BaseException as error:  # noqa: BLE001 - whatever the version does, it is its own
        _write(version=number, passed=False, error=type(error).__name__)
    finally:
        os._exit(0 if good else 1)


def _reap(running: dict[int, tuple[int, float]], seconds: float) -> int:
    """Take leave of the processes that have ended or whose time is up; count the good ends."""
    good = 0
    for process, (number, started) in list(running.items()):
        done, status = os.waitpid(process, os.WNOHANG)
        if not done and time.monotonic() - started > seconds:
            _kill(process)
            os.waitpid(process, 0)
            _write(version=number, passed=False, error="it never ends")
            status, done = 1, process
        if done:
            del running[process]
            good += status == 0
    time.sleep(0.002)
    return good


def _kill(process: int) -> None:
    try:
        os.killpg(process, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(process, signal.SIGKILL)


def _passes(session: Any) -> tuple[bool, int]:
    """Run the collected tests; say whether there are some and none fails, and how many passed."""
    ran = 0
    for at, item in enumerate(session.items):
        following = session.items[at + 1] if at + 1 < len(session.items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return False, ran
        ran += 1
    return ran > 0, ran


def _outcomes(function: Any, order: dict[str, Any]) -> list[str]:
    """Call the function with each of the inputs; say what came of it."""
    signal.signal(signal.SIGALRM, _out_of_time)
    return [_outcome(function, text, order["call_seconds"]) for text in order["inputs"]]


def _outcome(function: Any, text: str, seconds: float) -> str:
    """Return what a call gives, or how it fails, and what it leaves of its arguments."""
    arguments = ast.literal_eval(text)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        result = function(*arguments)
        if isinstance(result, types.GeneratorType):
            result = ["generated", *result]
        told = repr(result)
    except _OutOfTime:
        told = "never ends"
    except Exception as error:  # noqa: BLE001 - how it fails is what is asked
        told = "raises " + type(error).__name__
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    left = repr(arguments)
    return told[:MAX_OUTCOME] + ("" if left == text else " leaving " + left[:MAX_OUTCOME])


class _OutOfTime(BaseException):
    pass


def _out_of_time(*_: Any) -> None:
    raise _OutOfTime


def _functions(order: dict[str, Any]) -> list[Any]:
    """Return the functions made from the code that begins at the order's file and line."""
    path, line, name = _TREE + order["path"], order["line"], order["name"]
    return [
        each
        for each in gc.get_objects()
        if isinstance(each, types.FunctionType)
        and each.__code__.co_firstlineno == line
        and each.__code__.co_name == name
        and os.path.realpath(each.__code__.co_filename) == path
    ]


def _install(version: dict[str, Any] | None, functions: list[Any]) -> bool:
    """Give the functions the code of a version (None: as it is); say whether that is possible."""
    if version is None or not functions:
        return bool(functions)
    new = _made(version, functions[0].__globals__)
    for function in functions:
        if new.__code__.co_freevars != function.__code__.co_freevars:
            return False
        function.__code__ = new.__code__
        function.__defaults__ = new.__defaults__
        function.__kwdefaults__ = new.__kwdefaults__
    return True


def _made(version: dict[str, Any], namespace: dict[str, Any]) -> Any:
    """Return the version's function as its module would make it, without decorators."""
    for statement in version["imports"]:
        exec(statement, namespace)  # noqa: S102 - running the project's code is the job
    tree = ast.parse(version["source"])
    scope = dict(namespace)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            node.decorator_list = []
            break
    exec(compile(tree, "<version>", "exec", dont_inherit=True), scope)  # noqa: S102 - same
    if version["owner"]:
        return vars(scope[version["owner"]])[version["name"]]
    return scope[version["name"]]


def _write(**record: Any) -> None:
    path = os.path.join(_FOLDER, "trial.json")  # noqa: PTH118 - as plain as can be
    data = (json.dumps(record) + "\n").encode("utf-8", "backslashreplace")
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(file, data)
    finally:
        os.close(file)
