"""Asks a child process whether llama.cpp can be loaded here, and how it was built.

In a child, because loading it can end a process (a build for another processor does), and because
this process needs it for nothing.
"""

import json
import subprocess
import sys

from codegen_lsp.errors import ModelUnavailable

_PROGRAM = (
    "import json; from codegen_lsp.model.llama.native import build_details; "
    "print(json.dumps(dict(build_details())))"
)
_TIMEOUT_SECONDS = 60


def build_details() -> dict[str, str]:
    """Return what :func:`codegen_lsp.model.llama.native.build_details` says.

    Raises :class:`~codegen_lsp.errors.ModelUnavailable` with the reason when it says nothing.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-P", "-c", _PROGRAM],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ModelUnavailable(f"llama.cpp cannot be asked ({error})") from error
    if done.returncode < 0:
        raise ModelUnavailable(f"loading llama.cpp ended the process (signal {-done.returncode})")
    if done.returncode != 0:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise ModelUnavailable(f"llama.cpp cannot be loaded ({''.join(last)})")
    details: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return details
