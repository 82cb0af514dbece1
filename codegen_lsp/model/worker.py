"""The engine process: loads one model and runs what comes in over its standard input.

It is a process of its own because a failed assertion in llama.cpp ends the process it happens in.
When its standard input closes, whoever started it has gone, and it ends at once.
"""

import argparse
import os
import sys
import threading
from pathlib import Path
from typing import IO

from codegen_lsp.errors import CodegenError
from codegen_lsp.model import wire
from codegen_lsp.model.backend import Backend, Finished, Piece, Priority
from codegen_lsp.model.scheduler import Scheduler
from codegen_lsp.model.scripted_backend import ScriptedBackend
from codegen_lsp.model.speed import Speed

SPIN_COUNT = "1000"
"""How long llama.cpp's threads spin for each other before they sleep.

GNU OpenMP's default lets them spin through a whole time slice, at every graph node, when another
process has one of the cores. Measured with the 0.5B on two cores, tokens written a second: beside a
busy process 1.2-7 with the default, 12-16 with this, 15-18 without spinning at all; on an idle
machine 48, 49 and 29.
"""

NICENESS = 10
"""How far the engine stands back when others want a core, the server and the editor above all.

It can keep all cores busy, working ahead; whoever wakes to handle a key then waits for the end of a
time slice. Measured on two cores with both taken (Linux 6.18), 0.7 ms of work in two processes: at
the 95th percentile it takes 4.7 ms beside others of niceness 0, 3.1 beside 5, 0.8 beside 10.
"""


class _Output:
    """The sink that writes lines to whoever started this process."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def step(self, job: int, step: Piece | Finished) -> None:
        kind = "piece" if isinstance(step, Piece) else "finished"
        self.send({"job": job, kind: wire.pack(step)})

    def failed(self, job: int, error: CodegenError) -> None:
        self.send({"job": job, "failed": wire.pack_error(error)})

    def speed(self, speed: Speed) -> None:
        self.send({"speed": wire.pack(speed)})

    def send(self, message: dict[str, object]) -> None:
        with self._lock:
            self._stream.write(wire.line(message))
            self._stream.flush()


def main() -> int:
    """Load the model, say so, and work until standard input closes."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    output = _Output(_take_stdout())
    try:
        backend = _backend(_arguments())
        description = backend.describe()
    except CodegenError as error:
        output.send({"failed": wire.pack_error(error)})
        return 1
    scheduler = Scheduler(backend, output)
    threading.Thread(target=_listen, args=(scheduler, output), daemon=True, name="stdin").start()
    output.send({"ready": wire.pack(description)})
    scheduler.run()
    return 0


def _listen(scheduler: Scheduler, output: _Output) -> None:
    for text in sys.stdin.buffer:
        message = wire.parse(text)
        if "generate" in message:
            scheduler.submit(message["job"], wire.request_from(message["generate"]))
        elif "count" in message:
            output.send({"counters": wire.pack(scheduler.counters())})
        elif "prioritise" in message:
            scheduler.prioritise(message["prioritise"], Priority(message["priority"]))
        else:
            scheduler.cancel(message["cancel"])
    # Nobody is left to read an answer; a decode may still run, so there is no waiting for it.
    os._exit(0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="codegen-engine")
    parser.add_argument("--script", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--context-tokens", type=int, default=8192)
    parser.add_argument("--gpu-layers", type=int, default=-1)
    parser.add_argument("--target-ms", type=int, default=400)
    parser.add_argument("--prompts", type=Path)
    return parser.parse_args()


def _backend(arguments: argparse.Namespace) -> Backend:
    if arguments.script is not None:
        return ScriptedBackend.from_file(arguments.script)
    # Read by GNU OpenMP when llama.cpp loads it; a user's own setting stays.
    os.environ.setdefault("GOMP_SPINCOUNT", SPIN_COUNT)
    from codegen_lsp.model.llama.backend import LlamaBackend
    from codegen_lsp.model.llama.native import LoadOptions

    return LlamaBackend(
        LoadOptions(
            path=arguments.model,
            threads=arguments.threads,
            context_tokens=arguments.context_tokens,
            gpu_layers=arguments.gpu_layers,
            target_ms=arguments.target_ms,
            prompts=arguments.prompts,
        )
    )


def _take_stdout() -> IO[bytes]:
    """Return the real standard output, and send whatever else is printed to standard error."""
    stream = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return stream


if __name__ == "__main__":
    sys.exit(main())
