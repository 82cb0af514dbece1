"""Several samples of one prompt: in one batch, and one after another.

    python -m tests.benchmarks samples --model PATH --samples 8

Three arms, alternating: all in one request; one request each, as our cache has it (the prompt is
read once); one request each, every one reading its prompt. Each prompt begins with a number of its
own, so that no arm finds what another left. The samples run to the length limit.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from codegen_lsp.model.backend import GenerationRequest, Sampling, collect_all
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.prompt.prompt import ChatPrompt, Message
from tests.benchmarks.engine import loaded
from tests.benchmarks.figures import middle, progress, ratio, say, table

SUMMARY = "samples in one batch against one after another"
QUESTION = """Write a Python function `parse_duration(text)` that turns "1h 20m 3s" into seconds.
It accepts the units d, h, m and s in this order, each at most once, with or without spaces
between them, and raises ValueError with a helpful message for anything else. Then write a function
`format_duration(seconds)` that does the opposite, and a class `Stopwatch` that uses both: it has
the methods start, stop and reset, can be used as a context manager, and its `__str__` is the
formatted time. Explain every line in a comment."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    parser.add_argument("--model", type=Path, required=True, help="a GGUF file")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--samples", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=96, help="of each sample")
    parser.add_argument("--runs", type=int, default=5)


def run(options: argparse.Namespace) -> None:
    """Measure and report."""
    arms = {"one batch": _together, "one by one, cached": _cached, "one by one": _one_by_one}
    seconds: dict[str, list[float]] = {name: [] for name in arms}
    with loaded(options.model, options.threads) as backend:
        model = InProcessModel(backend)
        for number in range(options.runs):
            for at, (name, arm) in enumerate(arms.items()):
                progress(f"run {number + 1} of {options.runs}: {name}")
                began = time.monotonic()
                arm(model, options, 1000 * (10 * number + at))
                seconds[name].append(time.monotonic() - began)
    batch = seconds["one batch"]
    rows = [
        [
            name,
            middle(taken),
            middle(ratio(one, each) for one, each in zip(batch, taken, strict=True)),
        ]
        for name, taken in seconds.items()
    ]
    say(table([f"{options.samples} samples", "seconds", "batch / this"], rows))


Arm = Callable[[InProcessModel, argparse.Namespace, int], None]


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
