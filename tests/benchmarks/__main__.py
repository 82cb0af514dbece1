"""Measures the engine against llama.cpp's own tools. Heavy: run by hand, on an idle machine.

    python -m tests.benchmarks raw --model PATH
    python -m tests.benchmarks typing --model PATH --output FILE.jsonl
    python -m tests.benchmarks shift --model PATH --data FILE
    python -m tests.benchmarks samples --model PATH
    python -m tests.benchmarks lookup --model PATH --data FILE
    python -m tests.benchmarks cancel --model PATH
    python -m tests.benchmarks verification
    python -m tests.benchmarks shown --model PATH
    python -m tests.benchmarks memory --model PATH
    python -m tests.benchmarks keystroke --model PATH
    python -m tests.benchmarks share --model PATH
    python -m tests.benchmarks sources --data FILE

``llama-server`` and ``llama-bench`` are built on first use; ``--tools FOLDER`` names a build that
is there already. Each verb is a module of its own, named in :data:`VERBS`.
"""

import argparse
import sys
from importlib import import_module

from tests.benchmarks.failure import BenchmarkError

VERBS = {
    "raw": "tests.benchmarks.raw",
    "typing": "tests.benchmarks.typing_replay",
    "shift": "tests.benchmarks.shift",
    "samples": "tests.benchmarks.samples",
    "lookup": "tests.benchmarks.lookup",
    "cancel": "tests.benchmarks.cancel",
    "verification": "tests.benchmarks.verification",
    "shown": "tests.benchmarks.shown",
    "memory": "tests.benchmarks.memory",
    "keystroke": "tests.benchmarks.keystroke",
    "share": "tests.benchmarks.share",
    "sources": "tests.benchmarks.sources",
}
"""Each module has ``SUMMARY``, ``add_arguments(parser)`` and ``run(options) -> None``."""


def main() -> int:
    """Run one benchmark; 1 means that it could not be run."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name, module_name in VERBS.items():
        module = import_module(module_name)
        verb = verbs.add_parser(name, help=module.SUMMARY, description=module.__doc__)
        module.add_arguments(verb)
        verb.set_defaults(run=module.run)
    options = parser.parse_args()
    try:
        options.run(options)
    except BenchmarkError as error:
        sys.stderr.write(f"benchmark: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
