"""From the server's answer to ghost text in VS Code, as it is served to a browser.

Run as ``python -m tests.benchmarks.vscode_ghost``. Answers are scripted and come at once; a relay
notes when they pass, the page itself when ghost text is there and when that frame is done: VS Code
changes its lines at the beginning of a frame. The way from the extension host to the page is longer
here than on a desktop: it is a web socket.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.benchmarks.figures import percentile
from tests.benchmarks.relay import Passed, passed_in, relayed
from tests.editors.vscode.conftest import CHROMIUM, SERVER, install, script_of
from tests.editors.vscode.studio import Studio

WARM_UP = 3
"""Suggestions at the start that are not counted."""

WATCH = """() => {
    window.shown = [];
    const now = () => (performance.timeOrigin + performance.now()) / 1000;
    let isShown = false;
    new MutationObserver(() => {
        const isThere = document.querySelector('.view-lines .ghost-text-decoration') !== null;
        if (isThere && !isShown) {
            const at = now();
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => window.shown.push([at, now()]); // once the frame is done
            port2.postMessage(0);
        }
        isShown = isThere;
    }).observe(document.body, { childList: true, subtree: true, attributes: true });
}"""


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="vscode_ghost", description=__doc__)
    parser.add_argument("--count", type=int, default=40, help="suggestions that are counted")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        shown, passed = measure(Path(folder), options.count + WARM_UP)
    print_table(shown[WARM_UP:], passed)


def measure(folder: Path, count: int) -> tuple[list[tuple[float, float]], list[Passed]]:
    """Return when ghost text was there and when it was drawn, and what passed the relay.

    All in monotonic seconds.
    """
    log = folder / "relay.jsonl"
    script = folder / "script.toml"
    script.write_text(script_of({"sum": "a + b"}), "utf-8")
    settings = {
        "codegen.command": relayed(SERVER, log),
        "codegen.model.name": f"scripted:{script}",
    }
    shown: list[tuple[float, float]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*CHROMIUM]
        )
        home = folder / "home"
        home.mkdir()
        here = {"PYTHONPATH": os.getcwd()}  # noqa: PTH109 - where the relay is found
        studio = Studio(
            browser, home, extensions=install(folder), settings=settings, environment=here
        )
        try:
            shown = _shown(studio, count)
        finally:
            studio.close()
            browser.close()
    ahead = time.time() - time.monotonic()
    return [(at - ahead, frame - ahead) for at, frame in shown], passed_in(log)


def _shown(studio: Studio, count: int) -> list[tuple[float, float]]:
    studio.show()
    studio.ready()
    studio.page.evaluate(WATCH)
    for number in range(count):
        studio.open("# sum\ndef total(a, b):\n    |\n", f"sums{number}.py")
        studio.type("return ")
        studio.expect("a + b")
        studio.until(partial(studio.page.evaluate, f"() => window.shown.length > {number}"))
        studio.press("Escape")
        studio.until(lambda: not studio.ghost())
    shown: Any = studio.page.evaluate("() => window.shown")
    return [(at, frame) for at, frame in shown]


def print_table(shown: list[tuple[float, float]], passed: list[Passed]) -> None:
    """Print median and 95th percentile of the way from the answer to the screen."""
    parts: dict[str, list[float]] = {
        "request to answer: the server": [],
        "answer to ghost text in the page": [],
        "answer to its frame": [],
    }
    for at, frame in shown:
        before = [each for each in passed if each.answered < at]
        if before:
            last = max(before, key=lambda each: each.answered)
            times = (last.answered - last.asked, at - last.answered, frame - last.answered)
            for part, seconds in zip(parts.values(), times, strict=True):
                part.append(seconds * 1000)
    sys.stdout.write(f"VS Code, {len(shown)} suggestions, milliseconds\n")
    for name, times_of in parts.items():
        median, p95 = percentile(times_of, 0.5), percentile(times_of, 0.95)
        sys.stdout.write(f"{name:34} median {median or 0:6.1f}  p95 {p95 or 0:6.1f}\n")


if __name__ == "__main__":
    main()
