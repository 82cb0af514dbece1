"""The program that streams a file of the hub; what it streams is tested with its caller."""

import subprocess
import sys
from typing import Any

COMMAND = (sys.executable, "-m", "codegen_lsp.model.hub_stream", "someone/small-GGUF")


def test_a_failure_is_one_line_and_code_1(hub: Any) -> None:
    """There is no traceback, and nothing on standard output that could be taken for bytes."""
    done = subprocess.run(
        [*COMMAND, "no-such-file", "0", hub.endpoint], capture_output=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr == b"it answered 404\n"


def test_it_ends_when_nobody_reads_any_more(hub: Any) -> None:
    """A pull that was killed leaves no download behind."""
    hub.bytes_per_second = 100_000
    with subprocess.Popen(
        [*COMMAND, "small.gguf", "0", hub.endpoint],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        process.stdout.read(1000)
        process.stdout.close()
        assert process.wait(10) != 0
