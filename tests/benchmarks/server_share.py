"""What the server itself adds to a keystroke: everything but the model, on files of 5,000 lines.

Run as ``python -m tests.benchmarks.server_share``. The model is scripted and answers at once, so
what is left is ours: a line is typed key by key in the middle of the file, and each key is a
``didChange`` and an ``inlineCompletion``. Measured are the real server process over its pipes, by
the clock; the handling of ``didChange`` alone, and the parts of a completion one by one, in
processor time, which other work on the machine does not lengthen. The server's share is what it
adds to the time that the model takes: what it finds out while a model reads costs nobody anything.
So the process is also measured with a scripted model that takes some time to read and to write
each word, as a real one does, and the time that the model says it worked is taken off.

Each case is typed as nobody types: always along what is suggested, or never. What a recorded rhythm
and the real model make of it is in :mod:`.share`.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self, TypeVar

from codegen_lsp.config.settings import CompletionSettings, Settings
from codegen_lsp.context.window import window_around
from codegen_lsp.document.text import Document, Position, Span, TextEdit, with_lf
from codegen_lsp.features.completion import Trigger, complete
from codegen_lsp.filters.pipeline import COMPLETION_CHECKS, COMPLETION_STOPS
from codegen_lsp.filters.place import Dropped, Place
from codegen_lsp.model.drafts import Drafts
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from codegen_lsp.server.app import build_session
from codegen_lsp.server.protocol import ENGINE_COUNTERS

T = TypeVar("T")

LINES = 5_000
WARM_UP = 5
"""Keys at the start that are not counted: the first completion of a document parses it whole."""

KEY_PAUSE_SECONDS = 0.03
"""Between an answer and the next key; nobody types faster, and work ahead goes on meanwhile."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the scripted model reads a prompt, and writes a word; both in ms."""

    read_ms: int = 0
    word_ms: int = 0


AT_ONCE = Pace()

TAKES_TIME = Pace(read_ms=40, word_ms=5)
"""A word is two or three tokens, so this is some 500 tokens a second: a fast graphics card's."""


@dataclass(frozen=True, slots=True)
class Case:
    """A file, the line at which ``typed`` comes in as a new line, and what the model answers.

    The answer is what is left of the line and ``answer``; or, where ``wrong``, nothing but that.
    """

    name: str
    language: str
    text: str
    line: int
    typed: str
    answer: str
    wrong: bool = False

    def answer_after(self, column: int) -> str:
        """Return what the model writes when that much is typed."""
        return self.answer if self.wrong else self.typed[column:] + self.answer

    def answers(self, pace: Pace = AT_ONCE) -> list[ScriptedAnswer]:
        """Return what a model that knows the file would write at each key."""
        return [
            ScriptedAnswer(
                self.answer_after(column),
                when=self.typed[:column] + "<hole>",
                read_ms=pace.read_ms,
                token_ms=pace.word_ms,
            )
            for column in range(len(self.typed), -1, -1)
        ]


def main() -> None:
    """Measure every case and print the tables."""
    parser = argparse.ArgumentParser(prog="server_share", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each line is typed")
    rounds = parser.parse_args().rounds
    for case in _cases():
        lines = case.text.count("\n")
        sys.stdout.write(f"\n{case.name}: {lines:,} lines, typing at {case.line + 1:,}\n")
        _row(
            "keystroke over stdio, model's time off",
            keystroke_milliseconds(case, rounds, TAKES_TIME),
        )
        _row("  with a model that answers at once", keystroke_milliseconds(case, rounds))
        _row("  of which didChange in the server", did_change_milliseconds(case, rounds))
        for name, times in part_milliseconds(case, rounds).items():
            _row(f"  part: {name}", times)


def keystroke_milliseconds(case: Case, rounds: int, pace: Pace = AT_ONCE) -> list[float]:
    """Return the time from each key to its answer, but for the model's, through the real server."""
    with tempfile.TemporaryDirectory() as folder, _Server(Path(folder), case, pace) as server:
        server.open(case.language, _text_of(case))
        times = []
        for column, key in _keys(case, rounds):
            worked = server.model_milliseconds()
            started = time.perf_counter()
            server.change(case.line, column, key)
            server.complete(case.line, column + len(key))
            waited = (time.perf_counter() - started) * 1000
            times.append(waited - (server.model_milliseconds() - worked))
            time.sleep(KEY_PAUSE_SECONDS + 2 * pace.read_ms / 1000)
            if column == len(case.typed) - 1:
                server.change(case.line, 0, "", remove=len(case.typed))
        return times[WARM_UP:]


def did_change_milliseconds(case: Case, rounds: int) -> list[float]:
    """Return the time to get from a ``didChange``'s bytes to the session's new document."""
    return asyncio.run(_did_change(case, rounds))


async def _did_change(case: Case, rounds: int) -> list[float]:
    session = build_session(Settings())
    protocol = session.server.protocol
    protocol.set_writer(_Nowhere())

    def receive(message: dict[str, Any]) -> float:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        started = time.thread_time()
        protocol.handle_message(json.loads(body, object_hook=protocol.structure_message))
        return (time.thread_time() - started) * 1000

    receive(
        {
            "id": 1,
            "method": "initialize",
            "params": {"processId": None, "rootUri": None, "capabilities": {}},
        }
    )
    receive(_opened(case.language, _text_of(case)))
    times = []
    for version, (column, key) in enumerate(_keys(case, rounds), 2):
        times.append(receive(_changed(version, case.line, column, 0, key)))
        if column == len(case.typed) - 1:
            receive(_changed(version, case.line, 0, len(case.typed), ""))
    session.close()
    return times[WARM_UP:]


def part_milliseconds(case: Case, rounds: int) -> dict[str, list[float]]:
    """Return the times of a completion as a whole, and of its parts one by one, for each key."""
    watch = _Watch()
    settings = CompletionSettings()
    backend = ScriptedBackend(case.answers(), repeat=True)
    drafts = Drafts(InProcessModel(backend))
    for document, position in _documents(case, rounds):
        watch.time(
            "complete() as a whole",
            complete,
            document,
            position,
            drafts=drafts,
            settings=settings,
            trigger=Trigger.AUTOMATIC,
        )
    for document, position in _documents(case, rounds):
        _time_parts(watch, case, document, position)
    return {name: times[WARM_UP:] for name, times in watch.times.items()}


def _time_parts(watch: "_Watch", case: Case, document: Document, position: Position) -> None:
    watch.time("window", window_around, document, position, before_tokens=1024, after_tokens=256)
    prefix, suffix = watch.time("split", document.split, position)
    place = Place(
        watch.time("line ends of the prefix", with_lf, prefix),
        watch.time("line ends of the suffix", with_lf, suffix),
        document.language,
    )
    draft = watch.time("stops, word by word", _stopped, case.answer_after(position.column), place)
    for check in COMPLETION_CHECKS:
        outcome = watch.time(check.__name__, check, draft, place)
        if isinstance(outcome, Dropped):
            return
        draft = outcome


class _Watch:
    """Takes processor times, in ms, under names."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}

    def time(self, name: str, work: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Call ``work``, and keep how long it took."""
        started = time.thread_time()
        result = work(*arguments, **options)
        self.times.setdefault(name, []).append((time.thread_time() - started) * 1000)
        return result


def _stopped(answer: str, place: Place) -> str:
    draft = ""
    for word in answer.split(" "):
        draft += (" " if draft else "") + word
        for stop in COMPLETION_STOPS:
            end = stop(draft, place)
            if end is not None:
                return draft[:end]
    return draft


def _documents(case: Case, rounds: int) -> Iterator[tuple[Document, Position]]:
    """Yield the document after each key, as the session would hold it, and the cursor in it."""
    document = Document(_text_of(case), case.language)
    for column, key in _keys(case, rounds):
        at = Position(case.line, column)
        document = document.with_edit(TextEdit(Span(at, at), key))
        yield document, Position(case.line, column + len(key))
        if column == len(case.typed) - 1:
            typed = Span(Position(case.line, 0), Position(case.line, len(case.typed)))
            document = document.with_edit(TextEdit(typed, ""))


def _keys(case: Case, rounds: int) -> Iterator[tuple[int, str]]:
    for _ in range(rounds):
        yield from enumerate(case.typed)


def _text_of(case: Case) -> str:
    """Return the file with an empty line where the typing goes."""
    lines = case.text.split("\n")
    return "\n".join([*lines[: case.line], "", *lines[case.line :]])


def _row(name: str, times: list[float]) -> None:
    p95 = statistics.quantiles(times, n=20)[-1]
    p50 = statistics.median(times)
    sys.stdout.write(f"{name:<45} p50 {p50:7.3f} ms   p95 {p95:7.3f} ms\n")


def _cases() -> list[Case]:
    modules_text = library("textwrap", "shlex", "argparse", "optparse")
    decimal = library("_pydecimal")
    script = javascript()
    modules = Case(
        name="Python, several modules",
        language="python",
        text=modules_text,
        line=_line_of(modules_text, "        action = parsers_class(option_strings=[], **kwargs)"),
        typed="        names = sorted(action.dest for action in self._actions)",
        answer="\n        if names:\n            names.append(kwargs)",
    )
    return [
        modules,
        replace(modules, name=f"{modules.name}, typing what was not suggested", wrong=True),
        Case(
            name="Python, one class, the answer is cut back",
            language="python",
            text=decimal,
            line=_line_of(decimal, "            # round in the new context"),
            typed="            if self._isinteger() and other._isinteger() or context:",
            answer="\n                both = self\n                  odd = 1\n            f(((\n",
            wrong=True,
        ),
        Case(
            name="JavaScript, classes",
            language="javascript",
            text=script,
            line=_line_of(script, "    this.count150 += 1;"),
            typed="    const names = Object.keys(this.items).filter(Boolean);",
            answer="\n    this.names = names.map((name) => name.trim());",
        ),
    ]


def _line_of(text: str, line: str) -> int:
    return text.split("\n").index(line)


def library(*modules: str) -> str:
    """Return modules of the standard library, joined."""
    folder = Path(sysconfig.get_paths()["stdlib"])
    return "".join((folder / f"{module}.py").read_text("utf-8") for module in modules)


def javascript() -> str:
    """Return a script of that many lines."""
    parts: list[str] = []
    while sum(part.count("\n") for part in parts) < LINES:
        number = len(parts)
        parts.append(
            f"/** Counts things of kind {number}. */\n"
            f"export class Counter{number} {{\n"
            f"  constructor(items) {{\n    this.items = items;\n"
            f"    this.count{number} = 0;\n  }}\n\n"
            f"  add(item) {{\n    this.count{number} += 1;\n"
            f"    if (item.kind === 'kind{number}') {{\n      this.items.push(item);\n    }}\n"
            f"    return this.count{number};\n  }}\n}}\n\n"
        )
    return "".join(parts)


class _Nowhere:
    """A writer for a server whose answers nobody reads."""

    def write(self, data: bytes) -> None:
        pass

    def close(self) -> None:
        pass


class _Server:
    """The real server process on a script, spoken to synchronously."""

    def __init__(self, folder: Path, case: Case, pace: Pace) -> None:
        script = folder / "script.toml"
        answers = "".join(
            f"[[answer]]\nwhen = {json.dumps(each.when)}\ntext = {json.dumps(each.text)}\n"
            f"read_ms = {each.read_ms}\ntoken_ms = {each.token_ms}\n"
            for each in case.answers(pace)
        )
        script.write_text(f"repeat = true\n{answers}", "utf-8")
        config = folder / "config.toml"
        config.write_text("[feedback]\nenabled = false\n", "utf-8")
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "codegen_lsp.cli.main",
                "serve",
                "--model",
                f"scripted:{script}",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "CODEGEN_CONFIG": str(config)},
        )
        self._number = 0
        self._version = 1

    def __enter__(self) -> Self:
        self._call("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        self._send({"method": "initialized", "params": {}})
        while self._read().get("params", {}).get("state") != "ready":
            pass
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def open(self, language: str, text: str) -> None:
        self._send(_opened(language, text))

    def change(self, line: int, column: int, text: str, *, remove: int = 0) -> None:
        self._version += 1
        self._send(_changed(self._version, line, column, remove, text))

    def complete(self, line: int, column: int) -> Any:
        return self._call(
            "textDocument/inlineCompletion",
            {
                "textDocument": {"uri": _URI},
                "position": {"line": line, "character": column},
                "context": {"triggerKind": 2},
            },
        )

    def model_milliseconds(self) -> float:
        """Return how long the model has worked so far."""
        counters = self._call(ENGINE_COUNTERS, {})
        return float(counters["milliseconds"])

    def _call(self, method: str, params: dict[str, Any]) -> Any:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while (answer := self._read()).get("id") != self._number or "method" in answer:
            pass
        return answer["result"]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        stream = self._process.stdout
        assert stream is not None
        length = 0
        while (header := stream.readline()).strip():
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
        message: dict[str, Any] = json.loads(stream.read(length))
        return message


_URI = "file:///somewhere/measured.code"


def _opened(language: str, text: str) -> dict[str, Any]:
    item = {"uri": _URI, "languageId": language, "version": 1, "text": text}
    return {"method": "textDocument/didOpen", "params": {"textDocument": item}}


def _changed(version: int, line: int, column: int, remove: int, text: str) -> dict[str, Any]:
    span = {
        "start": {"line": line, "character": column},
        "end": {"line": line, "character": column + remove},
    }
    return {
        "method": "textDocument/didChange",
        "params": {
            "textDocument": {"uri": _URI, "version": version},
            "contentChanges": [{"range": span, "text": text}],
        },
    }


if __name__ == "__main__":
    main()
