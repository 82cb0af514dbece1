"""Ten thousand random operations on the real server: each request is answered once, no text lost.

Everything is pipelined, as editors do it: edits, requests and cancellations go out without waiting
for answers. What is done depends on the seed alone; when it is answered is up to the machine. What
text the server has is seen in what it asks its model: a script knows answers that only the right
text brings forth.
"""

import json
import os
import random
import re
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

Client = Any
Start = Callable[..., Client]

OPERATIONS = 10_000
SEED = 20261124

REMEMBERED = 50
"""Operations that a failure tells of."""

PATIENCE_SECONDS = 30
MOST_UNDER_WAY = 40
"""Requests that may wait for their answers at once."""

MOST_CODE_POINTS = 360
"""Longer documents are cut, so that all of one fits the window of a completion."""

ASTRAL = "\N{MATHEMATICAL ITALIC SMALL ALPHA}"  # one code point, two UTF-16 units
PIECES = (
    *("x", "é", ASTRAL, "    ", " ", ".", "(", ")", '"', "\t", "\N{COMBINING DIAERESIS}", "\f"),
    *("\n", "\r\n", "\r", "\n\n", "\r\n    return a\r\n", "def f(a):\n    pass\n", "\u2028"),
    *("a = [1,\r\n  2]", f"{ASTRAL} = {ASTRAL}{ASTRAL}\r\n", "class C:\n    def m(self):\n"),
)
MARKS = 40
DOCSTRING = json.dumps({"summary": "Pass a value on.", "parameters": {"a": "The value."}})
SCRIPT = "\n".join(
    [
        "repeat = true",
        *(
            f'[[answer]]\nwhen = "k{mark:02} = <hole>"\ntext = "10{mark:02}"\n'
            f"read_ms = {mark % 4}\ntoken_ms = {mark % 3}"
            for mark in range(MARKS)
        ),
        f"[[answer]]\nwhen = \"documentation of Python\"\ntext = '{DOCSTRING}'\nread_ms = 5",
        '[[answer]]\nwhen = "def add"\ntext = "No"\nread_ms = 20',  # reviews
        '[[answer]]\ntext = "900"\nread_ms = 2',
    ]
)
CONFIGURATIONS: tuple[Any, ...] = (
    *({}, None, 5, {"codegen": {"completion": {"max_tokens": 8}}}, {"completion": {"enabled": 0}}),
    *({"completion": {"max_tokens": 1}}, {"completion": {"window_before_tokens": 8}}),
    *({"completion": {"enabled": False}}, {"completion": {"disabled_languages": ["python"]}}),
)
WRONG: tuple[tuple[str, Any, int], ...] = (
    ("textDocument/inlineCompletion", {}, -32602),
    ("textDocument/inlineCompletion", {"textDocument": 5, "position": None}, -32602),
    ("textDocument/completion", [], -32602),
    ("textDocument/unheardOf", {}, -32601),
    ("workspace/executeCommand", {"command": "codegen.nothing"}, -32602),
    ("workspace/executeCommand", {"command": "codegen.docstring", "arguments": [5]}, -32803),
)
INLINE = "textDocument/inlineCompletion"
CANCELLED = -32800
REQUEST_FAILED = -32803


@dataclass
class Text:
    """A document as the client has it; ``head`` and ``tail`` stay what they are."""

    name: str
    language: str
    head: str
    body: str
    version: int = 0
    is_open: bool = False

    @property
    def tail(self) -> str:
        return f"\n# end of {self.name}"

    @property
    def text(self) -> str:
        return self.head + self.body + self.tail

    @property
    def uri(self) -> str:
        return f"file:///somewhere/{self.name}"

    def clip(self, index: int) -> int:
        """Return a place in the body near ``index`` that LSP can speak of: not inside a CRLF."""
        index = max(len(self.head), min(index, len(self.head) + len(self.body)))
        return index - 1 if self.text[index - 1 : index + 1] == "\r\n" else index

    def lsp_position(self, index: int) -> dict[str, int]:
        lines = re.split(r"\r\n|\n|\r", self.text[:index])
        return {"line": len(lines) - 1, "character": len(lines[-1].encode("utf-16-le")) // 2}

    def replace(self, start: int, end: int, new: str) -> None:
        whole = self.text[:start] + new + self.text[end:]
        self.body = whole[len(self.head) : len(whole) - len(self.tail)]


@dataclass
class Sent:
    """A request under way: what it is about, and what its answer may be."""

    method: str
    uri: str | None = None
    version: int = 0
    position: dict[str, int] | None = None
    completion: str | None = None
    errors: tuple[int, ...] = ()


class Session:
    """The client of one server after the other, and what it knows of the truth."""

    def __init__(self, start: Start, repository: Path, scratch: Path) -> None:
        self.start_server = start
        self.repository = repository
        self.scratch = scratch
        self.chance = random.Random(SEED)  # noqa: S311 - to be repeatable is what it is for
        self.log: deque[str] = deque(maxlen=REMEMBERED)
        self.texts = [
            Text("notes.txt", "plaintext", "\n", "one\r\ntwo\n"),
            Text("sums.py", "python", "\n", "def f(a):\n    return a\n"),
            Text("crlf.py", "python", "\r\n", f"def f(a):\r\n    return {ASTRAL}\r\n"),
            Text("page.ts", "typescript", "\n", "function f(a) {\n}\n"),
        ]
        self.completions = self.shown = 0
        self.begin()

    # What a session consists of.

    def begin(self) -> None:
        """Start a server and open every document."""
        self.client = self.start_server(SCRIPT)
        self.under_way: dict[int, Sent] = {}
        self.answered_version: dict[str, int] = {}
        self.replies = 0
        self.client.initialize(self.repository.parent)
        self.heard = len(self.client.answers)
        self.last = 1
        self.until(lambda: self.times_ready() == 1)
        for text in self.texts:
            self.open(text)

    def restart(self) -> None:
        """Leave with requests under way: all of them are answered before the server is gone."""
        self.check_texts()
        self.inline(self.chance.choice(self.texts), None)
        number = self.ask("shutdown", None)
        for sent in self.under_way.values():
            sent.errors += (CANCELLED,)
        self.until(lambda: not self.under_way)
        assert number in self.client.answers
        self.client.notify("exit", None)
        assert self.client.process.wait(timeout=PATIENCE_SECONDS) == 0
        self.begin()

    def kill_engine(self) -> None:
        """End the engine with requests under way; another one must come, and answer."""
        self.settle()
        times = self.times_ready()
        for text in self.texts:
            self.inline(text, None)
        [engine] = engines_of(self.client.process.pid)
        os.kill(engine, signal.SIGKILL)
        self.until(lambda: self.times_ready() > times)
        self.settle()

    def settle(self) -> None:
        """Let one request finish undisturbed: it is answered, and exactly so."""
        self.configure({})
        text = self.texts[0]
        if not text.is_open:
            self.open(text)
        mark = self.mark(text)
        number = self.inline(text, mark)
        expected = self.under_way[number].completion
        self.until(lambda: number not in self.under_way)
        assert [item["insertText"] for item in self.client.answers[number][0]["result"]] == [
            expected
        ]

    def check_texts(self) -> None:
        """See that the server's documents are the client's, by a model that knows only those.

        It answers nothing but prompts that are a whole document with a hole in it. The filters may
        drop what it says, so several places are tried; a wrong text is answered at none of them.
        """
        for text in self.texts:
            if not text.is_open:
                self.open(text)
        script = self.scratch / "texts.toml"
        holes = [with_hole(text, index) for text in self.texts for index in places(text)]
        answers = "".join(f'[[answer]]\nwhen = {quoted(hole)}\ntext = "0"\n' for hole in holes)
        script.write_text("repeat = true\n" + answers, "utf-8")
        self.until(lambda: not self.under_way)
        self.change_model({"model": {"name": f"scripted:{script}"}})
        for text in self.texts:
            answered = any(self.is_answered(text, index) for index in places(text))
            assert answered, f"the server has something else than {text.text!r}"
        self.change_model({})

    def is_answered(self, text: Text, index: int) -> bool:
        """Say whether something is suggested at a place, when asked for explicitly."""
        number = self.complete(INLINE, text, index, {"triggerKind": 1}, expected="0")
        self.until(lambda: number not in self.under_way)
        return bool(self.client.answers[number][0]["result"])

    def change_model(self, options: dict[str, Any]) -> None:
        times = self.times_ready()
        self.configure(options)
        self.until(lambda: self.times_ready() > times)
        assert len(engines_of(self.client.process.pid)) == 1

    # Operations.

    def operate(self, number: int) -> None:
        """Do one random thing."""
        [operation] = self.chance.choices(list(WEIGHTS), weights=list(WEIGHTS.values()))
        self.log.append(f"{number} {operation}")
        if operation in ("restart", "kill_engine", "settle"):
            getattr(self, operation)()
        else:
            getattr(self, operation)(self.chance.choice(self.texts))
        self.hear()
        self.until(lambda: len(self.under_way) <= MOST_UNDER_WAY)

    def edit(self, text: Text) -> None:
        """Change one to three stretches, each as the change before left the text."""
        if not text.is_open:
            return
        changes = [self.replacement(text) for _ in range(self.chance.randint(1, 3))]
        if self.chance.random() < 0.03:
            text.body = "".join(self.chance.choices(PIECES, k=10))
            changes.append({"text": text.text})
        self.send_changes(text, changes)

    def replacement(self, text: Text) -> dict[str, Any]:
        start = text.clip(self.chance.randrange(len(text.text)))
        removed = self.chance.choice((0, 0, 1, 2, 9)) if len(text.text) < MOST_CODE_POINTS else 200
        return self.replaced(text, start, text.clip(start + removed), self.chance.choice(PIECES))

    def replaced(self, text: Text, start: int, end: int, new: str) -> dict[str, Any]:
        """Replace a stretch, and return the change that says so."""
        at, until = text.lsp_position(start), text.lsp_position(end)
        if text.text[end] in "\r\n" and self.chance.random() < 0.2:
            until["character"] += 1000  # LSP: as far as the line goes
        text.replace(start, end, new)
        return {"range": {"start": at, "end": until}, "text": new}

    def mark(self, text: Text) -> int:
        """Write a line whose continuation only one answer of the script is; return its end."""
        at = text.clip(self.chance.randrange(len(text.text)))
        line = f"\nk{self.chance.randrange(MARKS):02} = "
        self.send_changes(text, [self.replaced(text, at, at, line + "\n")])
        return at + len(line)

    def complete_mark(self, text: Text) -> None:
        if text.is_open:
            self.inline(text, self.mark(text))

    def complete_anywhere(self, text: Text) -> None:
        self.inline(text, None)

    def inline(self, text: Text, at: int | None) -> int:
        """Ask for ghost text at an index, or anywhere, also outside the document."""
        context = {"triggerKind": self.chance.choice((1, 2))}
        return self.complete(INLINE, text, at, context)

    def menu(self, text: Text) -> int:
        at = self.mark(text) if text.is_open and self.chance.random() < 0.5 else None
        return self.complete("textDocument/completion", text, at, {"triggerKind": 1})

    def complete(
        self,
        method: str,
        text: Text,
        at: int | None,
        context: dict[str, Any],
        expected: str | None = None,
    ) -> int:
        index = self.chance.randrange(len(text.text) + 1) if at is None else at
        if text.text[index - 1 : index + 1] == "\r\n" and index:
            index -= 1
        position = text.lsp_position(index)
        if at is None and self.chance.random() < 0.1:
            index = len(text.text)
            position = {"line": position["line"] + 1000, "character": 7}
        if expected is None:
            marked = re.search(r"k(\d\d) = \Z", text.text[:index])
            expected = f"10{marked[1]}" if marked else "900"
        params = {"textDocument": {"uri": text.uri}, "position": position, "context": context}
        sent = Sent(method, text.uri, text.version, position, expected if text.is_open else None)
        return self.ask(method, params, sent)

    def rest(self, _text: Text) -> None:
        """Wait for all answers, as somebody does who reads what is suggested."""
        self.until(lambda: not self.under_way)

    def wrong(self, _text: Text) -> None:
        method, params, code = self.chance.choice(WRONG)
        self.ask(method, params, Sent(method, errors=(code,)))

    def cancel(self, _text: Text) -> None:
        """Cancel a request: a recent one, any one, or one that never was."""
        recent = max(1, self.last - self.chance.randrange(6))
        earlier = self.chance.randint(1, self.last)
        number = self.chance.choice((recent, recent, earlier, self.last + 10**6))
        sent = self.under_way.get(number)
        if sent is not None:
            sent.errors += (CANCELLED,)
        self.client.notify("$/cancelRequest", {"id": number})

    def close_or_open(self, text: Text) -> None:
        if not text.is_open:
            self.open(text)
        elif self.chance.random() < 0.2:
            text.is_open = False
            self.client.notify("textDocument/didClose", {"textDocument": {"uri": text.uri}})

    def change_settings(self, _text: Text) -> None:
        self.configure(self.chance.choice(CONFIGURATIONS))

    def docstring(self, text: Text) -> None:
        position = text.lsp_position(text.clip(self.chance.randrange(len(text.text))))
        self.execute("codegen.docstring", {"uri": text.uri, "position": position})

    def review(self, _text: Text) -> None:
        self.execute("codegen.review", {"uri": self.repository.as_uri()})

    # What they are made of.

    def open(self, text: Text) -> None:
        text.version += 1
        text.is_open = True
        item = {"uri": text.uri, "languageId": text.language, "text": text.text}
        item["version"] = text.version
        self.client.notify("textDocument/didOpen", {"textDocument": item})

    def send_changes(self, text: Text, changes: list[dict[str, Any]]) -> None:
        text.version += 1
        identifier = {"uri": text.uri, "version": text.version}
        params = {"textDocument": identifier, "contentChanges": changes}
        self.client.notify("textDocument/didChange", params)
        self.log[-1] += f" {text.name} {json.dumps(changes)}"

    def configure(self, options: Any) -> None:
        self.client.notify("workspace/didChangeConfiguration", {"settings": options})

    def execute(self, command: str, argument: dict[str, Any]) -> None:
        params = {"command": command, "arguments": [argument]}
        failure = (REQUEST_FAILED,) if command == "codegen.docstring" else ()
        self.ask("workspace/executeCommand", params, Sent(command, errors=failure))

    def ask(self, method: str, params: Any, sent: Sent | None = None) -> int:
        number: int = self.client.request(method, params)
        self.last = number
        self.under_way[number] = sent or Sent(method)
        self.log[-1] += f" [{number}: {json.dumps(params)}]"
        return number

    # What is heard.

    def until(self, done: Callable[[], bool]) -> None:
        """Listen until ``done``."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        self.hear()
        while not done():
            assert time.monotonic() < deadline, f"unanswered: {self.under_way}"
            time.sleep(0.001)
            self.hear()

    def hear(self) -> None:
        """Check what came since the last time, in its order."""
        assert self.client.process.poll() is None, "the server lives until it is told to leave"
        for number in list(self.client.answers)[self.heard :]:
            self.heard += 1
            assert number in self.under_way, f"{number} was answered and never asked"
            self.check(self.under_way.pop(number), self.client.answers[number][0])
        for request in self.client.requests[self.replies :]:
            self.replies += 1
            assert request["method"] == "workspace/applyEdit"
            self.client.answer(request["id"], {"applied": False})

    def check(self, sent: Sent, answer: dict[str, Any]) -> None:
        if sent.uri is not None:
            newest = self.answered_version.get(sent.uri, 0)
            self.answered_version[sent.uri] = max(newest, sent.version)
        if "error" in answer:
            assert answer["error"]["code"] in sent.errors, (sent, answer)
        elif sent.completion is not None or sent.uri is not None:
            self.check_completion(sent, answer["result"])
        elif sent.method == "codegen.review":
            assert answer["result"]["findings"] == 1, answer
        elif sent.method == "codegen.docstring":
            assert answer["result"]["outcome"] in ("refused", "right"), answer
        else:
            assert sent.method == "shutdown"
            assert answer["result"] is None, answer

    def check_completion(self, sent: Sent, result: Any) -> None:
        """What is suggested was written for that text, and the text had not changed meanwhile."""
        self.completions += 1
        items = result if isinstance(result, list) else result["items"]
        if not items:
            return
        self.shown += 1
        [item] = items
        edit = item.get("textEdit") or {"newText": item["insertText"], "range": item["range"]}
        assert edit["range"] == {"start": sent.position, "end": sent.position}
        assert sent.completion is not None, "nothing is suggested in a closed document"
        assert sent.completion.startswith(edit["newText"])
        assert sent.version == self.answered_version[sent.uri or ""], (
            "a later state of this document was spoken of before"
        )

    def times_ready(self) -> int:
        """Count how often the server's engine became ready; the status also says other things."""
        states = [
            message["params"]["state"]
            for message in self.client.notifications
            if message["method"] == "codegen/status"
        ]
        return sum(now == "ready" != before for before, now in pairwise(["", *states]))


WEIGHTS = {
    "edit": 46,
    "complete_mark": 13,
    "complete_anywhere": 9,
    "menu": 7,
    "wrong": 4,
    "cancel": 15,
    "close_or_open": 3,
    "change_settings": 0.5,
    "docstring": 1,
    "review": 0.15,
    "rest": 8,
    "settle": 1,
    "kill_engine": 0.05,
    "restart": 0.05,
}
"""How often each operation is done, relative to the others."""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a file of a repository with one uncommitted change that ruff objects to."""
    folder = tmp_path / "repository"
    folder.mkdir()
    file = folder / "sums.py"
    file.write_text("def add(a, b):\n    return a + b\n", "utf-8")
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    for arguments in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "first"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
    file.write_text(
        'def add(a, b):\n    if a is "":\n        return b\n    return a + b\n', "utf-8"
    )
    return file


def test_any_interleaving_is_answered_once_and_loses_no_text(
    start: Start, repository: Path, tmp_path: Path
) -> None:
    """Also: a killed engine comes again, only LSP is on stdout, and the server leaves when asked.

    Completions are not only answered but mostly offered, so that this is no test of an idle server.
    """
    session = Session(start, repository, tmp_path)
    number = 0
    try:
        for number in range(OPERATIONS):
            session.operate(number)
        session.check_texts()
        assert session.client.quit() == 0
    except (AssertionError, OSError) as error:
        told = "\n".join(session.log)
        message = f"{error}\nseed {SEED}, operation {number}; the last ones:\n{told}"
        raise AssertionError(message) from error
    assert session.shown > session.completions / 8, "most were overtaken by the next edit"


def engines_of(server: int) -> list[int]:
    """Return the ids of the engine processes that ``server`` has."""
    tasks = Path(f"/proc/{server}/task").iterdir()
    children = [child for task in tasks for child in (task / "children").read_text().split()]
    return [
        int(child)
        for child in children
        if b"codegen_lsp.model.worker" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def places(text: Text) -> list[int]:
    """Return the beginning, the end, and every line's end."""
    return [0, len(text.text), *(match.start() for match in re.finditer(r"\r?\n", text.text))]


def with_hole(text: Text, index: int) -> str:
    """Return a document as the model sees it when asked for what stands at ``index``."""
    return f"{with_lf(text.text[:index])}<hole>{with_lf(text.text[index:])}"


def with_lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def quoted(text: str) -> str:
    """Return ``text`` as a TOML string."""
    return json.dumps(text, ensure_ascii=False)
