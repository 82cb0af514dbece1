"""Listening to a source's child process, and ending it."""

import subprocess
import sys
import time

from codegen_lsp.model.source import POLL_SECONDS, end, output

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"  # noqa: E501 - a program in one line


def child(program: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)


def test_what_a_child_writes_arrives_whole() -> None:
    with child("import sys; sys.stdout.write('x' * 300_000)") as process:
        assert process.stdout is not None
        assert b"".join(output(process.stdout)) == b"x" * 300_000


def test_a_silent_child_gives_turns() -> None:
    with child("import time; time.sleep(0.5)") as process:
        assert process.stdout is not None
        started = time.monotonic()
        assert next(output(process.stdout)) == b""
        assert time.monotonic() - started < 3 * POLL_SECONDS
        end(process)


def test_a_child_that_will_not_end_is_killed() -> None:
    with child(STUBBORN) as process:
        assert process.stdout is not None
        process.stdout.readline()
        end(process)
        assert process.returncode == -9


def test_ending_a_child_that_has_ended_does_nothing() -> None:
    with child("raise SystemExit(3)") as process:
        process.wait()
        end(process)
        assert process.returncode == 3
