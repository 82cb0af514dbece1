"""Commands are bounded in what they reach, write and take; nothing of them is left afterwards."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.sandbox import MAX_OUTPUT, Sandbox, find_bubblewrap
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import Cancelled

needs_bubblewrap = pytest.mark.skipif(
    find_bubblewrap() is None, reason="bubblewrap is not installed or not allowed here"
)


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """A sandbox with reduced rights only, the same on every machine."""
    environment = {"PATH": os.environ["PATH"], "CODEGEN_TEST_RUN": str(tmp_path)}
    return Sandbox(environment, writable=(tmp_path,), readable=(), hidden=(), wrapper=None)


def python(
    sandbox: Sandbox, code: str, cwd: Path, *, seconds: float = 20
) -> tuple[int | None, str]:
    ended = sandbox.run(
        [sys.executable, "-c", code], cwd=cwd, seconds=seconds, cancellation=Cancellation()
    )
    return ended.exit_code, ended.output


def still_running(mark: Path) -> list[str]:
    """List the processes that carry ``mark`` in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.fsencode(mark) in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found


def test_output_and_errors_come_together(sandbox: Sandbox, tmp_path: Path) -> None:
    code = "import sys; print('out', flush=True); print('err', file=sys.stderr); sys.exit(3)"
    assert python(sandbox, code, tmp_path) == (3, "out\nerr\n")


def test_command_ended_by_a_signal(sandbox: Sandbox, tmp_path: Path) -> None:
    code, _ = python(sandbox, "import os; os.kill(os.getpid(), 11)", tmp_path)
    assert code == 128 + 11


def test_command_that_does_not_exist(sandbox: Sandbox, tmp_path: Path) -> None:
    ended = sandbox.run(["not-here"], cwd=tmp_path, seconds=5, cancellation=Cancellation())
    assert ended.exit_code == 127
    assert "not-here cannot be run" in ended.output


def test_arguments_see_no_shell(sandbox: Sandbox, tmp_path: Path) -> None:
    ended = sandbox.run(
        ["echo", "$HOME; touch x"], cwd=tmp_path, seconds=5, cancellation=Cancellation()
    )
    assert ended.output == "$HOME; touch x\n"


def test_standard_input_is_empty(sandbox: Sandbox, tmp_path: Path) -> None:
    assert python(sandbox, "print(repr(input()))", tmp_path)[0] == 1


def test_much_output_is_bounded(sandbox: Sandbox, tmp_path: Path) -> None:
    code = "print('first')\nfor _ in range(100): print('x' * 2**20)\nprint('last')"
    exit_code, output = python(sandbox, code, tmp_path)
    assert exit_code == 0
    assert len(output) < MAX_OUTPUT + 100
    assert output.startswith("first\n")
    assert output.endswith("last\n")
    assert "(output left out)" in output


def test_time_is_up(sandbox: Sandbox, tmp_path: Path) -> None:
    """What was said until then is kept."""
    started = time.monotonic()
    code = "import time; print('begun', flush=True); time.sleep(60)"
    assert python(sandbox, code, tmp_path, seconds=1) == (None, "begun\n")
    assert time.monotonic() - started < 8


def test_signals_that_are_ignored_do_not_help(sandbox: Sandbox, tmp_path: Path) -> None:
    code = (
        "import signal, time\n"
        "for each in (2, 15, 1): signal.signal(each, signal.SIG_IGN)\ntime.sleep(60)"
    )
    assert python(sandbox, code, tmp_path, seconds=1)[0] is None
    assert still_running(tmp_path) == []


DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(60)
    os._exit(0)
os.wait()
"""


def test_daemons_are_ended_with_the_command(sandbox: Sandbox, tmp_path: Path) -> None:
    """A process that left the group and the session is found all the same."""
    started = time.monotonic()
    assert python(sandbox, DAEMON, tmp_path)[0] == 0
    assert still_running(tmp_path) == []
    assert time.monotonic() - started < 20


def test_daemons_are_ended_when_time_is_up(sandbox: Sandbox, tmp_path: Path) -> None:
    assert python(sandbox, DAEMON + "time.sleep(60)", tmp_path, seconds=1)[0] is None
    assert still_running(tmp_path) == []


def test_cancelling_ends_the_command(sandbox: Sandbox, tmp_path: Path) -> None:
    cancellation = Cancellation()
    threading.Timer(0.5, cancellation.cancel).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        sandbox.run(["sleep", "60"], cwd=tmp_path, seconds=60, cancellation=cancellation)
    assert time.monotonic() - started < 8
    assert still_running(tmp_path) == []


def test_nothing_outlives_a_caller_that_is_killed(tmp_path: Path) -> None:
    """Even ``kill -9`` of what runs the sandbox ends the command and its daemons too."""
    code = f"""
import sys
from pathlib import Path
from agent.sandbox import Sandbox
from codegen_lsp.cancellation import Cancellation
environment = {{"PATH": {os.environ["PATH"]!r}, "MARK": {str(tmp_path)!r}}}
sandbox = Sandbox(environment, writable=(), readable=(), hidden=(), wrapper=None)
sandbox.run([sys.executable, "-c", {DAEMON + "print(1); time.sleep(60)"!r}],
            cwd=Path({str(tmp_path)!r}), seconds=60, cancellation=Cancellation())
"""
    caller = subprocess.Popen([sys.executable, "-c", code])
    wait_until(lambda: len(still_running(tmp_path)) >= 2)
    caller.kill()
    caller.wait()
    wait_until(lambda: still_running(tmp_path) == [])


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


def test_files_cannot_grow_without_end(sandbox: Sandbox, tmp_path: Path) -> None:
    code = "f = open('big', 'wb'); f.truncate(2 * 2**30)"
    assert python(sandbox, code, tmp_path)[0] != 0
    assert not (tmp_path / "big").exists() or (tmp_path / "big").stat().st_size <= 2**30


def test_memory_cannot_grow_without_end(sandbox: Sandbox, tmp_path: Path) -> None:
    exit_code, output = python(sandbox, "x = bytearray(2**46)", tmp_path)
    assert exit_code == 1
    assert "MemoryError" in output


def test_only_the_given_environment_is_seen(sandbox: Sandbox, tmp_path: Path) -> None:
    bare = replace(sandbox, environment={"PATH": os.environ["PATH"]})
    ended = bare.run(
        ["env"], cwd=tmp_path, seconds=5, cancellation=Cancellation(), variables={"A": "1"}
    )
    names = {line.partition("=")[0] for line in ended.output.splitlines()}
    assert names - {"LC_CTYPE", "PWD", "SHLVL", "_"} == {"PATH", "A"}


@pytest.fixture
def wrapped(tmp_path: Path) -> Sandbox:
    """A sandbox under bubblewrap, in which ``home`` is hidden and ``work`` may be written."""
    for name in ("home", "work", "open"):
        (tmp_path / name).mkdir()
    (tmp_path / "home" / "secret").write_text("secret")
    (tmp_path / "open" / "known").write_text("known")
    return Sandbox(
        {"PATH": os.environ["PATH"]},
        writable=(tmp_path / "work",),
        readable=(),
        hidden=(tmp_path / "home",),
        wrapper=find_bubblewrap(),
    )


@needs_bubblewrap
def test_bubblewrap_hides_the_home(wrapped: Sandbox, tmp_path: Path) -> None:
    code = f"open({str(tmp_path / 'home' / 'secret')!r})"
    assert "FileNotFoundError" in python(wrapped, code, tmp_path / "work")[1]


@needs_bubblewrap
def test_bubblewrap_lets_only_the_work_be_written(wrapped: Sandbox, tmp_path: Path) -> None:
    code = f"open({str(tmp_path / 'open' / 'known')!r}, 'w')"
    assert "Read-only file system" in python(wrapped, code, tmp_path / "work")[1]
    assert python(wrapped, "open('new', 'w').write('x')", tmp_path / "work")[0] == 0
    assert (tmp_path / "work" / "new").read_text() == "x"


@needs_bubblewrap
def test_bubblewrap_has_no_network(wrapped: Sandbox, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = f"import socket; socket.create_connection({server.getsockname()!r}, 2)"
        assert python(wrapped, code, tmp_path / "work")[0] == 1


@needs_bubblewrap
def test_bubblewrap_ends_on_time(wrapped: Sandbox, tmp_path: Path) -> None:
    code = DAEMON + "print('begun', flush=True); time.sleep(60)"
    assert python(wrapped, code, tmp_path / "work", seconds=2) == (None, "begun\n")
