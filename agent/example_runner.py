"""Runs the examples of a docstring on programs, each in a process of its own.

A script, run by file name in the sandbox with the project's own Python, so standard library only:
``python example_runner.py JOB``. JOB is a JSON file with ``programs`` (sources of one module),
``name`` and ``package`` of that module, ``session`` (a docstring with ``>>>`` examples, or empty),
``calls`` (pairs of an expression and the literal that it must equal), and ``seconds`` for each
program. Prints a JSON list: how many examples hold for each program, or null where the program
cannot even be loaded. It tells by single bytes through a pipe, since a program may end at any time.
"""

import ast
import doctest
import json
import os
import select
import signal
import sys
import time
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_LOADED, _HOLDS = b"l", b"+"


def main(path: str) -> None:
    """Run the job in the file ``path`` and print what holds."""
    job = json.loads(Path(path).read_text("utf-8"))
    held = [_held(program, job) for program in job["programs"]]
    sys.stdout.write(json.dumps(held) + "\n")


def _held(program: str, job: Mapping[str, Any]) -> "int | None":
    """Return how many examples hold, in a process that is ended when its time is over."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _begin(program, job, write)
    os.close(write)
    said = b""
    deadline = time.monotonic() + job["seconds"]
    while select.select([read], [], [], max(0.0, deadline - time.monotonic()))[0]:
        data = os.read(read, 1024)
        if not data:
            break
        said += data
    os.close(read)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return said.count(_HOLDS) if _LOADED in said else None


def _begin(program: str, job: Mapping[str, Any], write: int) -> None:
    """Load ``program`` and try the examples; never returns."""
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        names = _loaded(program, job)
        os.write(write, _LOADED)
        if job["session"]:
            _try_session(job["session"], names, write)
        for call, value in job["calls"]:
            _try_call(call, value, names, write)
    except BaseException:  # noqa: BLE001 - a program may raise anything; nobody is there to hear
        os._exit(1)
    os._exit(0)


def _loaded(program: str, job: Mapping[str, Any]) -> dict[str, Any]:
    module = types.ModuleType(job["name"])
    module.__package__ = job["package"]
    sys.modules[job["name"]] = module  # dataclasses look for theirs there
    exec(compile(program, job["name"], "exec", dont_inherit=True), vars(module))  # noqa: S102 - that is its purpose
    return vars(module)


def _try_session(session: str, names: dict[str, Any], write: int) -> None:
    parser = doctest.DocTestParser()
    test = parser.get_doctest(session, dict(names), "examples", None, None)
    _Runner(write).run(test, out=lambda _text: None)


class _Checker(doctest.OutputChecker):
    """Takes a value written in another way for the same, and a comparison as saying what it is."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        if super().check_output(want, got, optionflags):
            return True
        if not want:
            return got == "True\n"
        try:
            return bool(ast.literal_eval(want.strip()) == ast.literal_eval(got.strip()))
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return False


class _Runner(doctest.DocTestRunner):
    """Says through a pipe which examples hold, and nothing anywhere else."""

    def __init__(self, write: int) -> None:
        super().__init__(_Checker(), verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE)
        self._write = write

    def report_start(self, *_: Any) -> None:
        pass

    def report_success(self, *_: Any) -> None:
        os.write(self._write, _HOLDS)

    def report_failure(self, *_: Any) -> None:
        pass

    def report_unexpected_exception(self, *_: Any) -> None:
        pass


def _try_call(call: str, value: str, names: dict[str, Any], write: int) -> None:
    try:
        found = eval(call, dict(names))  # noqa: S307 - that is its purpose
    except Exception:  # noqa: BLE001 - an example that raises does not hold
        return
    if bool(found == ast.literal_eval(value)):
        os.write(write, _HOLDS)


if __name__ == "__main__":
    main(sys.argv[1])
