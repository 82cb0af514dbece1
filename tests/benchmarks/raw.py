"""Raw speed: our decode path against ``llama-bench`` on the same file and threads.

    python -m tests.benchmarks raw --model PATH --threads 2

Each round starts both in fresh processes, and who begins alternates. ``decode`` and ``prefill`` are
what llama-bench calls tg128 and pp512: random tokens, an empty cache, nothing sampled. ``generate``
and ``read`` go through the whole backend instead, sampling, detokenising and stop rules included:
``generate`` is tokens a second after the first, ``read`` prompt tokens a second until it.
``raw_round.py`` is our side of a round.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.figures import middle, progress, ratio, say, table
from tests.benchmarks.llama_tools import environment, tools

SUMMARY = "decode and prefill beside llama-bench"
PROMPT_TOKENS = 512
NEW_TOKENS = 128
PAIRS = {"decode": "decode", "prefill": "prefill", "generate": "decode", "read": "prefill"}
"""Which of llama-bench's numbers each of ours is compared with."""

Round = dict[str, float]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    parser.add_argument("--model", type=Path, required=True, help="a GGUF file")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--tools", type=Path, help="the folder of a built llama-bench")
    parser.add_argument("--output", type=Path, help="write JSON lines here")


def run(options: argparse.Namespace) -> None:
    """Measure and report; raises :class:`BenchmarkError`."""
    program = tools(options.tools) / "llama-bench"
    rounds: list[tuple[Round, Round]] = []
    for number in range(options.runs):
        progress(f"run {number + 1} of {options.runs}")
        if number % 2:
            theirs = _theirs(program, options)
            rounds.append((_ours(options), theirs))
        else:
            rounds.append((_ours(options), _theirs(program, options)))
    say(
        table(["tokens a second, medians", "ours", "llama-bench", "ratio", "of best"], rows(rounds))
    )
    if options.output is not None:
        lines = [json.dumps({"ours": ours, "peer": theirs}) for ours, theirs in rounds]
        options.output.write_text("\n".join(lines) + "\n", "utf-8")


def rates_from(results: list[dict[str, Any]]) -> Round:
    """Understand llama-bench's JSON: the entry that writes, and the one that reads."""
    rates = {("decode" if entry["n_gen"] else "prefill"): entry["avg_ts"] for entry in results}
    if set(rates) != {"decode", "prefill"}:
        raise BenchmarkError("llama-bench did not report one rate for reading and one for writing")
    return rates


def rows(rounds: list[tuple[Round, Round]]) -> list[list[object]]:
    """Return medians of both sides, the median of the ratios, and the ratio of the best rounds.

    Whatever else the machine does can only slow a round down: where the last two differ much, it
    was not idle, and the last one is nearer to the truth.
    """
    return [
        [
            name,
            middle(ours[name] for ours, _ in rounds),
            middle(theirs[peer] for _, theirs in rounds),
            middle(ratio(ours[name], theirs[peer]) for ours, theirs in rounds),
            ratio(max(ours[name] for ours, _ in rounds), max(theirs[peer] for _, theirs in rounds)),
        ]
        for name, peer in PAIRS.items()
    ]


def _ours(options: argparse.Namespace) -> Round:
    output = _run([sys.executable, "-m", "tests.benchmarks.raw_round", *_shared(options)])
    rates: Round = json.loads(output)
    return rates


def _theirs(program: Path, options: argparse.Namespace) -> Round:
    command = [str(program), "-m", str(options.model), "-t", str(options.threads)]
    command += ["-p", str(PROMPT_TOKENS), "-n", str(NEW_TOKENS), "-r", "1", "-o", "json"]
    return rates_from(json.loads(_run(command)))


def _shared(options: argparse.Namespace) -> list[str]:
    return ["--model", str(options.model), "--threads", str(options.threads)]


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    if done.returncode != 0:
        raise BenchmarkError(f"{Path(command[0]).name} failed: {done.stderr.strip()[-500:]}")
    return done.stdout
