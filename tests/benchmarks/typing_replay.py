"""The typing replay: our server and llama-server with llama.vim's protocol, on the same keys.

    python -m tests.benchmarks typing --model PATH --threads 2 --runs 5 --output FILE.jsonl
    python -m tests.benchmarks typing --model PATH --quick --arms ours,peer

Real files, a recorded (synthetic, see ``replay/make_rhythm.py``) rhythm, the real processes. Arms
alternate within each run, each in fresh processes, so that what else the machine does hits them
alike; ratios are taken within a run and then the median of runs. One run takes a minute of typing,
and as much longer as the answers take: about 4 minutes for the peer with the 1.5B on two cores.

``replay/drive.py`` has the rule of the rhythm, ``replay/ours.py`` and ``replay/peer.py`` the arms,
``replay/summary.py`` what the numbers mean.
"""

import argparse
import json
import os
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.figures import progress, say, table
from tests.benchmarks.llama_tools import tools
from tests.benchmarks.replay.arm import Arm
from tests.benchmarks.replay.drive import Run, play
from tests.benchmarks.replay.files import open_files
from tests.benchmarks.replay.ours import Ours
from tests.benchmarks.replay.peer import BATCH, Peer
from tests.benchmarks.replay.rhythm import load_rhythm
from tests.benchmarks.replay.summary import Summary, medians, ratios, summarise, worked_at
from tests.benchmarks.replay.typist import holes_of, keys_of
from tests.benchmarks.replay.vim_ring import CHUNKS

SUMMARY = "time to suggestion while typing, beside llama-server + llama.vim"
QUICK_SPOTS = 2
OURS = "ours"

ARMS: dict[str, Callable[[argparse.Namespace, Path], Arm]] = {
    OURS: lambda options, _tools: Ours(options.model, options.threads),
    "peer": lambda options, folder: _peer(options, folder, reuse=False),
    "peer-reuse": lambda options, folder: _peer(options, folder, reuse=True),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    parser.add_argument("--model", type=Path, required=True, help="a GGUF file, for all arms")
    parser.add_argument("--threads", type=int, default=2, help="for all arms")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--arms", type=_arms, default=list(ARMS), help=",".join(ARMS))
    parser.add_argument("--output", type=Path, help="write JSON lines here")
    parser.add_argument("--tools", type=Path, help="the folder of a built llama-server")
    parser.add_argument(
        "--peer-batch", type=int, default=BATCH, help="1024 is what llama.vim's preset has"
    )
    parser.add_argument(
        "--peer-chunks", type=int, default=CHUNKS, help="llama.vim's ring_n_chunks; 0: no ring"
    )
    parser.add_argument("--quick", action="store_true", help="one run of the first two spots")


def run(options: argparse.Namespace) -> None:
    """Replay, report, and write the output; raises :class:`BenchmarkError`."""
    if not options.model.is_file():
        raise BenchmarkError(f"{options.model} is not a file")
    complete, rhythm = open_files(), load_rhythm()
    if options.quick:
        options.runs, rhythm = 1, rhythm.beginning(QUICK_SPOTS)
    needs_tools = any(name != OURS for name in options.arms)
    folder = tools(options.tools) if needs_tools else Path()
    texts = [file.text for file in complete]
    opened, _ = holes_of(rhythm, texts)
    files = [replace(file, text=text) for file, text in zip(complete, opened, strict=True)]
    keys = list(keys_of(rhythm, texts))
    found: dict[str, list[Summary]] = {name: [] for name in options.arms}
    lines: list[dict[str, Any]] = []
    for number in range(options.runs):
        results: dict[str, Run] = {}
        for name in _order(options.arms, number):
            progress(f"run {number + 1} of {options.runs}: {name}")
            arm = ARMS[name](options, folder)
            try:
                results[name] = play(arm, keys, files)
            finally:
                arm.close()
            lines.append(_line(name, number, results[name]))
            _write(options.output, lines)
        worked = worked_at(list(results.values()))
        for name, result in results.items():
            found[name].append(summarise(result, worked))
    _report(found)
    _write(options.output, [*lines, *_totals(found)])


def _arms(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in ARMS:
            raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(ARMS)}")
    return names


def _order(arms: list[str], number: int) -> list[str]:
    """Let another arm begin in each run."""
    first = number % len(arms)
    return arms[first:] + arms[:first]


def _peer(options: argparse.Namespace, folder: Path, *, reuse: bool) -> Peer:
    return Peer(
        folder / "llama-server",
        options.model.resolve(),
        options.threads,
        reuse=reuse,
        batch=options.peer_batch,
        chunks=options.peer_chunks,
    )


def _line(name: str, number: int, result: Run) -> dict[str, Any]:
    """Return one run as it is written out, with the load of the machine in the last minute."""
    tokens = result.tokens
    moments = [
        {**asdict(moment), "tokens": asdict(tokens[key]) if tokens and key in tokens else None}
        for key, moment in enumerate(result.moments)
    ]
    return {"arm": name, "run": number, "load": os.getloadavg()[0], "moments": moments}


def _totals(found: dict[str, list[Summary]]) -> list[dict[str, Any]]:
    totals: list[dict[str, Any]] = [
        {"arm": name, "run": number, "summary": asdict(summary)}
        for name, runs in found.items()
        for number, summary in enumerate(runs)
    ]
    totals += [{"arm": name, "median": asdict(medians(runs))} for name, runs in found.items()]
    return totals + [{"arm": name, "ratio": values} for name, values in _ratios(found).items()]


def _ratios(found: dict[str, list[Summary]]) -> dict[str, dict[str, float | None]]:
    """Return ours / peer for each peer."""
    if OURS not in found:
        return {}
    return {name: ratios(found[OURS], runs) for name, runs in found.items() if name != OURS}


def _report(found: dict[str, list[Summary]]) -> None:
    columns = {name: asdict(medians(runs)) for name, runs in found.items()}
    columns |= {f"{OURS}/{name}": values for name, values in _ratios(found).items()}
    names = list(Summary.__dataclass_fields__)
    rows = [[name, *(column[name] for column in columns.values())] for name in names]
    say(table(["median of runs", *columns], rows))


def _write(path: Path | None, lines: list[dict[str, Any]]) -> None:
    if path is not None:
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
