"""From a key in Neovim to the ghost text on its screen, and where the time goes.

Run as ``python -m tests.benchmarks.neovim_ghost``; with ``--model NAME`` by a real model, otherwise
by scripted answers at once. A relay between Neovim and the server notes when each message passes,
and the screen is read as any terminal would get it, so that nothing of the plugin is measured by
itself. Every key is one that no suggestion foresaw.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.benchmarks.relay import Passed, passed_in, relayed
from tests.editors.neovim.conftest import NEOVIMS, Editor

TYPED = "value = first_of(items) if items else fallback_for(key"
BEFORE = "from names import *\n\n\ndef choose(items, key, fallback_for):\n"
"""Any name may come from the star, so that no check drops what the script suggests."""
WARM_UP = 3
"""Keys at the start that are not counted: the first completion of a document parses it whole."""

GIVEN_UP_SECONDS = 5
TICK = """
    local channel = ...
    local function tick() vim.rpcnotify(channel, 'tick') end
    vim.fn.timer_start(200, tick, { ['repeat'] = -1 })
"""
"""So that waiting for the screen ends where nothing is suggested."""


@dataclass(frozen=True, slots=True)
class Key:
    """When a key was pressed, and when its suggestion was on the screen; monotonic seconds."""

    pressed: float
    drawn: float


def main() -> None:
    """Measure every Neovim there is and print a table for each."""
    parser = argparse.ArgumentParser(prog="neovim_ghost", description=__doc__)
    parser.add_argument("--model", help="a model's name or path; scripted answers without it")
    parser.add_argument("--rounds", type=int, default=2, help="how often the line is typed")
    options = parser.parse_args()
    for version, program in NEOVIMS.items():
        if program is not None:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
                keys, passed = measure(program, Path(home), options.model, options.rounds)
            sys.stdout.write(f"\nNeovim {version}, {len(keys)} suggestions, milliseconds\n")
            print_table(keys, passed)


def measure(
    program: str, home: Path, model: str | None, rounds: int
) -> tuple[list[Key], list[Passed]]:
    """Type the line key by key, and return what was seen on the screen and in the relay."""
    log = home / "relay.jsonl"
    editor = Editor(program, home)
    serve = [sys.executable, "-m", "codegen_lsp.cli.main", "serve", "--model"]
    server = [*serve, model] if model is not None else editor.command
    (home / "script.toml").write_text('repeat = true\n[[answer]]\ntext = "a + b"\n', "utf-8")
    command = relayed(server, log)
    editor.setup(cmd=command, debounce_ms=75)
    editor.lua(TICK, editor.nvim.channel_id)
    editor.open(f"{BEFORE}    |\n", "choose.py", wait=False)
    editor.until(lambda: editor.status() == "codegen", 120)
    keys = []
    for _ in range(rounds):
        keys += list(type_line(editor))
        editor.keys("<C-u>")
        time.sleep(1)
    editor.close()
    return keys[WARM_UP:], passed_in(log)


def type_line(editor: Editor) -> Iterator[Key]:
    """Press each key of the line, and wait until there is a suggestion behind it."""
    line = "    "
    for key in TYPED:
        line += key
        editor.frames()
        pressed = time.monotonic()
        editor.keys(key)
        drawn = drawn_at(editor, line.rstrip(), pressed + GIVEN_UP_SECONDS)
        if drawn is not None:
            yield Key(pressed, drawn)


def drawn_at(editor: Editor, line: str, deadline: float) -> float | None:
    """Return when something is on the screen behind ``line``; None when nothing is in time."""
    row = BEFORE.count("\n")
    while time.monotonic() < deadline:
        rows = [frame[row] for frame in editor.next_frames()]
        if any(shown.startswith(line) and len(shown) > len(line) for shown in rows):
            return time.monotonic()
    return None


def print_table(keys: list[Key], passed: list[Passed]) -> None:
    """Print median and 95th percentile of each part of the way."""
    parts: dict[str, list[float]] = {
        "key to ghost text": [],
        "  key to request (75 of it wait for a pause)": [],
        "  request to answer: the server": [],
        "  answer to screen": [],
    }
    for key in keys:
        for one in passed:
            if key.pressed < one.asked and one.answered < key.drawn:
                times = (key.pressed, one.asked, one.answered, key.drawn)
                whole = key.drawn - key.pressed
                steps = [later - earlier for earlier, later in pairwise(times)]
                for part, seconds in zip(parts.values(), [whole, *steps], strict=True):
                    part.append(seconds * 1000)
                break
    for name, times_of in parts.items():
        p95 = statistics.quantiles(times_of, n=20)[-1]
        sys.stdout.write(f"{name:46} median {statistics.median(times_of):7.1f}  p95 {p95:7.1f}\n")


if __name__ == "__main__":
    main()
