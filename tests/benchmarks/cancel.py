"""How soon the engine is free after a request is taken back, whatever it was doing.

    python -m tests.benchmarks cancel --model PATH --tries 200

A request is interrupted at a random moment, as the scheduler interrupts it: in the middle of
reading a long prompt, of reading a keystroke's few tokens after a move, of writing one text, or
several side by side. Measured is the time from the interruption until the step ends; then the
request is closed, and the next one must find a cache that says what it holds.
"""

import argparse
import random
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from codegen_lsp.model.backend import GenerationRequest, Sampling
from codegen_lsp.prompt.prompt import ChatPrompt, FimPrompt, Message
from tests.benchmarks.engine import loaded
from tests.benchmarks.figures import percentile, progress, say, table

if TYPE_CHECKING:
    from codegen_lsp.model.llama.backend import LlamaBackend

SUMMARY = "time until the engine is free after a cancellation"
BOUND_MS = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    parser.add_argument("--model", type=Path, required=True, help="a GGUF file")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tries", type=int, default=200)


def run(options: argparse.Namespace) -> None:
    """Measure and report."""
    chance = random.Random(1)  # noqa: S311 - moments to interrupt at
    times: dict[str, list[float]] = {}
    with loaded(options.model, options.threads) as backend:
        for number in range(options.tries):
            progress(f"try {number + 1} of {options.tries}")
            for kind, request in _requests(number):
                taken = _interrupted(backend, request, chance.uniform(0.0, 1.5))
                if taken is not None:
                    times.setdefault(kind, []).append(taken)
    everything = [each for kind in times.values() for each in kind]
    rows = [
        [kind, len(each), percentile(each, 0.5), percentile(each, 0.99), max(each)]
        for kind, each in {**times, "all": everything}.items()
    ]
    say(table([f"ms until free (bound {BOUND_MS})", "n", "p50", "p99", "most"], rows))


def _requests(number: int) -> Iterator[tuple[str, GenerationRequest]]:
    text = "\n".join(f"value_{number}_{line} = compute({line}, {number})" for line in range(60))
    chat = ChatPrompt((Message("user", f"Explain {number}.\n{text}"),))
    yield "reading a chat", GenerationRequest(chat, 1)
    yield "reading a file", GenerationRequest(FimPrompt(text[:1200], text[1200:1600]), 1)
    yield "writing", GenerationRequest(FimPrompt(f"{text[:200]}\n", "\n"), 256)
    samples = tuple(Sampling(0.8, 0.95, seed) for seed in range(7))
    short = ChatPrompt((Message("user", "Write a long story about a list."),))
    yield "writing 8 samples", GenerationRequest(short, 200, siblings=samples)


def _interrupted(
    backend: "LlamaBackend", request: GenerationRequest, seconds: float
) -> float | None:
    """Interrupt a request after so many seconds; return the ms until its step ended.

    None when the request had ended by then.
    """
    moment = [0.0]

    def interrupt() -> None:
        moment[0] = time.perf_counter()
        backend.interrupt()

    timer = threading.Timer(seconds, interrupt)
    backend.clear_interrupt()
    timer.start()
    free = None
    with closing(backend.generate(request)) as steps:
        for _ in steps:
            if moment[0]:
                free = time.perf_counter()
                break
    timer.join()
    backend.clear_interrupt()
    return None if free is None else (free - moment[0]) * 1000
