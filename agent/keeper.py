"""Starts one command and lets nothing of it outlive its purpose.

A script of its own, run by file name as ``python -I -S keeper.py LIMITS COMMAND...`` between us and
each command that is not ours. It applies the limits, adopts whatever the command leaves behind, and
ends all of it when the command is done, or when its standard input is closed: which is what happens
when the program that started it is killed, however hard. Standard library only. It knows nothing
of tests; ``sandbox.py`` starts it.

LIMITS is a JSON object with ``address_space`` and ``file_size`` in bytes and ``processes`` as the
number that may be added to those the user has; each may be null. ``held`` are open files that are
kept open until everything has ended, and that the command does not get.
"""

import ctypes
import json
import os
import resource
import select
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

CANNOT_START = 127
"""The exit code when the command cannot be started, as in a shell."""

TOO_MANY = 199
"""The exit code when the command was ended because it had started too many processes."""

_COUNT_SECONDS = 0.25
_AHEAD = -5
"""Our priority where we have to count: a hundred processes must not keep us from it."""

_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
_CROWD = -1  # no status of a process is negative
_ON_LINUX = sys.platform == "linux"


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code, or 128 plus the signal that ended it."""
    limits = json.loads(arguments[0])
    if _ON_LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    ended, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(tell)
    child = os.fork()
    if child == 0:
        _become(arguments[1:], limits)
    most = limits["processes"] if os.getuid() == 0 else None
    if most is not None:
        os.setpriority(os.PRIO_PROCESS, 0, _AHEAD)
    status = _wait(child, ended, most)
    _end_all(child)
    if status is None:
        return 128 + signal.SIGKILL
    if status == _CROWD:
        return TOO_MANY
    code = os.waitstatus_to_exitcode(status)
    return code if code != TOO_MANY else 1


def _become(command: list[str], limits: dict[str, Any]) -> NoReturn:
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        for changed in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(changed, signal.SIG_DFL)
        _limit(limits)
        for held in limits["held"]:
            os.close(held)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.execvp(command[0], command)  # noqa: S606 - no shell is the point
    except OSError as error:
        os.write(2, f"{command[0]} cannot be run: {error.strerror}\n".encode())
    finally:
        os._exit(CANNOT_START)


def _limit(limits: dict[str, Any]) -> None:
    processes = limits["processes"]
    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: limits["file_size"],
        resource.RLIMIT_AS: limits["address_space"],
        resource.RLIMIT_NPROC: None if processes is None else processes + _threads_of_user(),
    }
    for kind, value in wanted.items():
        if value is None:
            continue
        _, hard = resource.getrlimit(kind)
        lowered = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (lowered, lowered))
        except (OSError, ValueError):
            continue  # a system without this limit; the others still hold


def _threads_of_user() -> int:
    """Count what the process limit counts: all threads of this user, on Linux."""
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.stat().st_uid == os.getuid():
                count += len(os.listdir(process / "task"))  # noqa: PTH208 - only a count
        except OSError:
            continue  # it has ended
    return count


def _wait(child: int, ended: int, most: int | None) -> int | None:
    """Wait for the command or for our standard input to close; return its status if any.

    The system does not limit the processes of root, so there they are counted (``most`` is not
    None), and :data:`_CROWD` is returned when there are too many.
    """
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        ready, _, _ = select.select([0, ended], [], [], None if most is None else _COUNT_SECONDS)
        if most is not None and len(_descendants()) > most:
            return _CROWD
        if ended in ready:
            os.read(ended, 4096)
        if 0 in ready and not os.read(0, 4096):
            return None


def _end_all(child: int) -> None:
    """Kill the command's group, then whatever else has been left to us, until nothing is."""
    _kill(-child)
    while True:
        for process in _descendants():
            _kill(process)
        try:
            os.waitpid(-1, 0)
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return


def _descendants() -> list[int]:
    """List our children and theirs by /proc; elsewhere none are adopted, and the group was all."""
    children: dict[int, list[int]] = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        children.setdefault(int(fields[1]), []).append(int(process.name))
    found = children.get(os.getpid(), [])
    for each in found:
        found.extend(children.get(each, ()))
    return found


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.exit(code if code >= 0 else 128 - code)
