"""The typing replay: our server and llama-server as llama.vim asks it, on the same keys.

    python -m tests.benchmarks typing --model PATH --threads 2 --runs 5 --output FILE.jsonl
    python -m tests.benchmarks typing --model PATH --quick --runs 1 --output FILE.jsonl
    python -m tests.benchmarks typing --runs 0 --output FILE.jsonl

Real files, a recorded (synthetic, see ``replay/make_rhythm.py``) rhythm, the real processes. There
are two comparisons (``replay/peer.py``): with the request *protocol* alone, where every suggestion
of the peer's comes from its engine, and with the plug-in's own answer cache in the *editor* before
it. Each is reported in a table of its own (``replay/report.py``).

All arms run in each round, each in fresh processes, and another one begins each time, so that what
else the machine does hits them alike; ratios are taken within a round. What the output file holds
already is kept and reported together with the new runs: rounds can be made one at a time. A round
of the whole rhythm takes about 15 minutes with the 1.5B on two cores, and of ``--quick`` 5; most of
that is the peer reading its context chunks ahead, which ``--peer-chunks 0`` leaves out.

``replay/drive.py`` has the rule of the rhythm, ``replay/ours.py`` and ``replay/peer.py`` the arms,
``replay/summary.py`` what the numbers mean.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from tests.benchmarks.failure import BenchmarkError
from tests.benchmarks.figures import progress, say
from tests.benchmarks.llama_tools import tools
from tests.benchmarks.replay.arm import Arm
from tests.benchmarks.replay.drive import Run, play
from tests.benchmarks.replay.files import open_files
from tests.benchmarks.replay.ours import Ours
from tests.benchmarks.replay.peer import BATCH, Peer
from tests.benchmarks.replay.recorded import Round, append, check_alike, read_rounds
from tests.benchmarks.replay.report import OURS, report
from tests.benchmarks.replay.rhythm import load_rhythm
from tests.benchmarks.replay.typist import holes_of, keys_of
from tests.benchmarks.replay.vim_ring import CHUNKS

SUMMARY = "time to suggestion while typing, beside llama-server + llama.vim"
QUICK_SPOTS = 2

ARMS: dict[str, Callable[[argparse.Namespace, Path], Arm]] = {
    OURS: lambda options, _tools: Ours(options.model, options.threads),
    "protocol": lambda options, folder: _peer(options, folder, reuse=False, editor=False),
    "protocol-reuse": lambda options, folder: _peer(options, folder, reuse=True, editor=False),
    "editor": lambda options, folder: _peer(options, folder, reuse=False, editor=True),
    "editor-reuse": lambda options, folder: _peer(options, folder, reuse=True, editor=True),
}
USUAL = [OURS, "protocol", "protocol-reuse", "editor"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    parser.add_argument("--model", type=Path, help="a GGUF file, for all arms")
    parser.add_argument("--threads", type=int, default=2, help="for all arms")
    parser.add_argument("--runs", type=int, default=5, help="rounds to make; 0: only report")
    parser.add_argument("--arms", type=_arms, default=USUAL, help=",".join(ARMS))
    parser.add_argument("--output", type=Path, help="append runs here, JSON lines")
    parser.add_argument("--tools", type=Path, help="the folder of a built llama-server")
    parser.add_argument(
        "--peer-batch", type=int, default=BATCH, help="1024 is what llama.vim's preset has"
    )
    parser.add_argument(
        "--peer-chunks", type=int, default=CHUNKS, help="llama.vim's ring_n_chunks; 0: no ring"
    )
    parser.add_argument("--quick", action="store_true", help="the first two spots only")


def run(options: argparse.Namespace) -> None:
    """Replay, write each run to the output, and report; raises :class:`BenchmarkError`."""
    rounds: list[Round] = read_rounds(options.output) if options.output is not None else []
    for number, name, result in _runs(options, first=len(rounds)):
        if number == len(rounds):
            rounds.append({})
        rounds[number] = {**rounds[number], name: result}
        check_alike(rounds)
        if options.output is not None:
            append(options.output, number, name, result)
    for text in report(rounds):
        say(f"{text}\n")


def _runs(options: argparse.Namespace, *, first: int) -> Iterator[tuple[int, str, Run]]:
    """Make the rounds from ``first`` on; yield each run with its round and its arm."""
    if not options.runs:
        return
    if options.model is None or not options.model.is_file():
        raise BenchmarkError(f"{options.model} is not a file; name one with --model")
    complete, rhythm = open_files(), load_rhythm()
    if options.quick:
        rhythm = rhythm.beginning(QUICK_SPOTS)
    needs_tools = any(name != OURS for name in options.arms)
    folder = tools(options.tools) if needs_tools else Path()
    texts = [file.text for file in complete]
    opened, _ = holes_of(rhythm, texts)
    files = [replace(file, text=text) for file, text in zip(complete, opened, strict=True)]
    keys = list(keys_of(rhythm, texts))
    for number in range(first, first + options.runs):
        for name in _order(options.arms, number):
            progress(f"round {number + 1} of {first + options.runs}: {name}")
            arm = ARMS[name](options, folder)
            try:
                result = play(arm, keys, files)
            finally:
                arm.close()
            yield number, name, result


def _arms(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in ARMS:
            raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(ARMS)}")
    return names


def _order(arms: list[str], number: int) -> list[str]:
    """Let another arm begin in each round."""
    first = number % len(arms)
    return arms[first:] + arms[:first]


def _peer(options: argparse.Namespace, folder: Path, *, reuse: bool, editor: bool) -> Peer:
    return Peer(
        folder / "llama-server",
        options.model.resolve(),
        options.threads,
        reuse=reuse,
        editor=editor,
        batch=options.peer_batch,
        chunks=options.peer_chunks,
    )
