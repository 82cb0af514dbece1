"""Several samples of one prompt: in one batch, and one after another.

    python -m tests.benchmarks samples --model PATH --samples 8

Three arms, alternating: all in one request; one request each, as our cache has it (the prompt is
read once); one request each, every one reading its prompt. Each prompt begins with a number of its
own, so that no arm finds what another left. The samples run to the length limit.

With ``--output``, what the file holds already is kept and reported together with the new runs.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from codegen_lsp.model.backend import GenerationRequest, Sampling, collect_all
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.prompt.prompt import ChatPrompt, Message
from tests.benchmarks.engine import loaded
from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.figures import middle, progress, ratio, say, table

SUMMARY = "samples in one batch against one after another"
QUESTION = """Write a Python function `parse_duration(text)` that turns "1h 20m 3s" into seconds.
It accepts the units d, h, m and s in this order, each at most once, with or without spaces
between them, and raises ValueError with a helpful message for anything else. Then write a function
`format_duration(seconds)` that does the opposite, and a class `Stopwatch` that uses both: it has
the methods start, stop and reset, can be used as a context manager, and its `__str__` is the
formatted time. Explain every line in a comment."""

Seconds = dict[str, float]
"""What each arm took in one run."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    parser.add_argument("--model", type=Path, required=True, help="a GGUF file")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--samples", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=96, help="of each sample")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--output", type=Path, help="append runs here, JSON lines")


def run(options: argparse.Namespace) -> None:
    """Measure and report; raises :class:`~tests.benchmarks.failure.BenchmarkError`."""
    runs = _known(options)
    with loaded(options.model, options.threads) as backend:
        model = InProcessModel(backend)
        for number in range(options.runs):
            progress(f"run {number + 1} of {options.runs}")
            runs.append(_seconds(model, options, number))
            _append(options, runs[-1])
    head = [f"{options.samples} samples, runs: {len(runs)}", "seconds", "batch / this"]
    say(table([*head, "least", "most"], rows(runs)))


def rows(runs: Sequence[Seconds]) -> list[list[object]]:
    """Return each arm's median, and the batch's part of it within each run."""
    found: list[list[object]] = []
    for name in ARMS:
        shares = [ratio(seconds[BATCH], seconds[name]) or 0.0 for seconds in runs]
        taken = middle(seconds[name] for seconds in runs)
        found.append([name, taken, middle(shares), min(shares), max(shares)])
    return found


def _seconds(model: InProcessModel, options: argparse.Namespace, number: int) -> Seconds:
    seconds = {}
    for at, (name, arm) in enumerate(ARMS.items()):
        began = time.monotonic()
        arm(model, options, 1000 * (10 * number + at))
        seconds[name] = time.monotonic() - began
    return seconds


def _known(options: argparse.Namespace) -> list[Seconds]:
    if options.output is None or not options.output.is_file():
        return []
    entries = [json.loads(line) for line in options.output.read_text("utf-8").splitlines()]
    if any((entry["samples"], entry["tokens"]) != _kind(options) for entry in entries):
        raise BenchmarkError(f"{options.output} holds runs of other samples or lengths")
    return [entry["seconds"] for entry in entries]


def _append(options: argparse.Namespace, seconds: Seconds) -> None:
    if options.output is None:
        return
    samples, tokens = _kind(options)
    entry = {"samples": samples, "tokens": tokens, "seconds": seconds}
    with options.output.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")


def _kind(options: argparse.Namespace) -> tuple[int, int]:
    return options.samples, options.tokens


def _together(model: InProcessModel, options: argparse.Namespace, number: int) -> None:
    first, *others = _samplings(options.samples)
    collect_all(model, _request(number, options.tokens, first, tuple(others)))


def _cached(model: InProcessModel, options: argparse.Namespace, number: int) -> None:
    for sampling in _samplings(options.samples):
        collect_all(model, _request(number, options.tokens, sampling))


def _one_by_one(model: InProcessModel, options: argparse.Namespace, number: int) -> None:
    for at, sampling in enumerate(_samplings(options.samples)):
        collect_all(model, _request(number + at, options.tokens, sampling))


def _samplings(number: int) -> list[Sampling]:
    return [Sampling(temperature=0.8, top_p=0.95, seed=seed) for seed in range(number)]


def _request(
    number: int, tokens: int, sampling: Sampling, siblings: tuple[Sampling, ...] = ()
) -> GenerationRequest:
    prompt = ChatPrompt((Message("system", f"Task {number}."), Message("user", QUESTION)))
    return GenerationRequest(prompt, tokens, sampling=sampling, siblings=siblings)


BATCH = "one batch"
ARMS: dict[str, Callable[[InProcessModel, argparse.Namespace, int], None]] = {
    BATCH: _together,
    "one by one, cached": _cached,
    "one by one": _one_by_one,
}
