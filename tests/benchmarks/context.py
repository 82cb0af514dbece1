"""What knowing the project costs: a full index, one saved file, choosing, and each key.

    python -m tests.benchmarks.context [--tree FOLDER]

No model is needed. The tree is the standard library of the running Python unless another is named.
Times are of the processor, so that a busy machine does not change them much; the last column is
what the clock said.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from codegen_lsp.context.chunk import ToldContext
from codegen_lsp.context.edit_place import EditPlace
from codegen_lsp.context.gather import gather
from codegen_lsp.context.window import Window, window_around
from codegen_lsp.document.read import read_document
from codegen_lsp.document.text import Document
from codegen_lsp.project.ignored import Ignored
from codegen_lsp.project.index import Report, update_all, update_file
from codegen_lsp.project.project import Project
from codegen_lsp.project.stored_index import IndexWriter, path_of
from codegen_lsp.prompt.completion import completion_prompt
from codegen_lsp.prompt.prompt import FimPrompt
from tests.benchmarks.figures import say, table

T = TypeVar("T")

BUDGET = 256
KEYS = 200
TYPICAL_BYTES = 40_000
"""The saved file is the one nearest to this size: about 1,200 lines."""


class Times:
    """Rows of a table: what was done, and milliseconds of the processor and of the clock."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, float, float]] = []

    def note(self, name: str, work: Callable[[], T], *, times: int = 1) -> T:
        """Do ``work``, and note what one time of it took."""
        processor, clock = time.process_time(), time.perf_counter()
        for _ in range(times - 1):
            work()
        result = work()
        spent = (time.process_time() - processor, time.perf_counter() - clock)
        self.rows.append((name, *(1000 * seconds / times for seconds in spent)))
        return result


def main() -> int:
    """Measure, and show a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.context")
    parser.add_argument("--tree", type=Path, default=Path(argparse.__file__).parent)
    root: Path = parser.parse_args().tree.resolve()
    times = Times()
    with tempfile.TemporaryDirectory() as cache:
        database = path_of(root, Path(cache))
        with closing(IndexWriter(database)) as writer:
            report: Report = times.note("full index", lambda: update_all(root, writer))
            times.note("full index, nothing changed", lambda: update_all(root, writer))
            saved = root / _typical(root)
            lines = saved.read_text("utf-8").count("\n")
            times.note(f"saved file, {lines} lines", lambda: update_file(root, saved, writer))
        with closing(Project(root, Path(cache))) as project:
            _measure_place(times, project, saved)
        size = database.stat().st_size / 1e6
    say(table(["milliseconds", "processor", "clock"], times.rows))
    per_lines = times.rows[0][1] / report.lines * 100_000 / 1000
    say(f"{report.lines:,} lines of {report.files} files, {size:.1f} MB on disk")
    say(f"100,000 lines: {per_lines:.1f} s of one processor")
    return 0


def _measure_place(times: Times, project: Project, file: Path) -> None:
    document = read_document(file)
    position = document.position(len(document.text) * 2 // 3)

    def window() -> Window:
        return window_around(document, position, before_tokens=384, after_tokens=128)

    def choose() -> ToldContext:
        place = EditPlace(document, position, window())
        return ToldContext(project.shown(file), gather(place, project, BUDGET))

    times.note("choosing, the first time", choose)
    told = times.note("choosing, again", choose)
    around = window()
    alone = times.note("prompt of a key, nothing told", _key(around, None, document), times=KEYS)
    prompt = times.note("prompt of a key, files told", _key(around, told, document), times=KEYS)
    say(f"{len(told.chunks)} pieces told, {len(prompt.files) - len(alone.files)} files")


def _key(window: Window, told: ToldContext | None, document: Document) -> Callable[[], FimPrompt]:
    return lambda: completion_prompt(
        window, told, language=document.language, has_file_markers=True
    )


def _typical(root: Path) -> str:
    files = [file for file in Ignored(root).walk() if file.language == "python"]
    return min(files, key=lambda file: abs(file.size - TYPICAL_BYTES)).path


if __name__ == "__main__":
    sys.exit(main())
