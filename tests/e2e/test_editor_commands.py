"""What editors ask of the server beyond LSP, through the real process, on scripted answers."""

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Client = Any
Start = Callable[..., Client]

BEFORE = "def add(a, b):\n    return a + b\n"
AFTER = 'def add(a, b):\n    if a is "":\n        return b\n    return a + b\n'
LINE = '    if a is "":'
SUM = '[[answer]]\ntext = "a + b"\n'
DOCSTRING = {"summary": "Add two values.", "parameters": {"a": "One.", "b": "The other."}}
DOCSTRING["returns"] = "Their sum."


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Return a file of a repository with one uncommitted change that ruff objects to."""
    file = tmp_path / "sums.py"
    file.write_text(BEFORE, "utf-8")
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    for arguments in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "first"]):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True, capture_output=True)
    file.write_text(AFTER, "utf-8")
    return file


def ask(client: Client, command: str, **argument: Any) -> dict[str, Any]:
    """Execute a command and return the whole answer."""
    params = {"command": command, "arguments": [argument]}
    answer: dict[str, Any] = client.wait(client.request("workspace/executeCommand", params))
    return answer


def actions(client: Client, uri: str, diagnostics: list[Any], line: int = 1) -> list[Any]:
    """Ask for the code actions of a line."""
    at = {"line": line, "character": 4}
    found: list[Any] = client.call(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": uri},
            "range": {"start": at, "end": at},
            "context": {"diagnostics": diagnostics, "only": ["quickfix"]},
        },
    )
    return found


def published(client: Client, uri: str) -> list[list[Any]]:
    """Return the diagnostics of each time they were published."""
    return [
        message["params"]["diagnostics"]
        for message in client.notifications
        if message["method"] == "textDocument/publishDiagnostics"
        and message["params"]["uri"] == uri
    ]


def reviewed(start: Start, changed: Path, **argument: Any) -> tuple[Client, str]:
    """Return a client for which the changed file was opened and reviewed."""
    client = start("")
    client.initialize(changed.parent)
    client.ready()
    uri = changed.as_uri()
    client.open(uri, AFTER)
    assert ask(client, "codegen.review", uri=uri, **argument)["result"]["findings"] == 1
    client.heard(lambda message: message["method"] == "textDocument/publishDiagnostics")
    return client, uri


def test_a_finding_with_a_suggestion_has_a_quick_fix(start: Start, changed: Path) -> None:
    client, uri = reviewed(start, changed)
    mend, dismiss = actions(client, uri, published(client, uri)[-1])
    [edit] = mend["edit"]["changes"][uri]
    assert (mend["kind"], dismiss["kind"]) == ("quickfix", "quickfix")
    assert edit["newText"] == '    if a == "":'
    assert edit["range"] == {
        "start": {"line": 1, "character": 0},
        "end": {"line": 1, "character": len(LINE)},
    }


def test_no_quick_fix_is_offered_for_a_line_that_was_changed_since(
    start: Start, changed: Path
) -> None:
    client, uri = reviewed(start, changed)
    place = {"line": 1, "character": 4}
    client.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": uri, "version": 2},
            "contentChanges": [{"range": {"start": place, "end": place}, "text": "x"}],
        },
    )
    [dismiss] = actions(client, uri, published(client, uri)[-1])
    assert dismiss["command"]["command"] == "codegen.dismiss"


def test_a_dismissed_finding_goes_and_does_not_come_back(start: Start, changed: Path) -> None:
    client, uri = reviewed(start, changed)
    *_, dismiss = actions(client, uri, published(client, uri)[-1])
    client.call(
        "workspace/executeCommand",
        {key: dismiss["command"][key] for key in ("command", "arguments")},
    )
    assert published(client, uri)[-1] == []
    assert ask(client, "codegen.review", uri=uri)["result"]["findings"] == 0


def test_selected_lines_are_reviewed_whether_they_changed_or_not(
    start: Start, changed: Path
) -> None:
    changed.write_text(BEFORE, "utf-8")  # on disk there is nothing to review
    span = {"start": {"line": 1, "character": 0}, "end": {"line": 2, "character": 0}}
    client, uri = reviewed(start, changed, range=span)
    [finding] = published(client, uri)[-1]
    assert finding["range"]["start"]["line"] == 1


def test_lines_outside_the_selection_are_left_alone(start: Start, changed: Path) -> None:
    client = start("")
    client.initialize(changed.parent)
    client.ready()
    client.open(changed.as_uri(), AFTER)
    span = {"start": {"line": 2, "character": 0}, "end": {"line": 3, "character": 4}}
    answer = ask(client, "codegen.review", uri=changed.as_uri(), range=span)
    assert answer["result"]["findings"] == 0


def test_a_docstring_can_be_returned_instead_of_applied(start: Start, tmp_path: Path) -> None:
    client = start(f"[[answer]]\ntext = '''{json.dumps(DOCSTRING)}'''\n")
    client.initialize()
    client.ready()
    uri = (tmp_path / "sums.py").as_uri()
    client.open(uri, BEFORE)
    position = {"line": 0, "character": 5}
    result = ask(client, "codegen.docstring", uri=uri, position=position, preview=True)["result"]
    [edit] = result["edit"]["changes"][uri]
    assert result["outcome"] == "written"
    assert "Add two values." in edit["newText"]
    assert [message["method"] for message in client.requests] == []


def told(client: Client) -> list[dict[str, Any]]:
    """Return each status so far."""
    return [
        message["params"]
        for message in client.notifications
        if message["method"] == "codegen/status"
    ]


def test_a_pause_ends_by_itself_and_by_command(start: Start, tmp_path: Path) -> None:
    client = start(f"repeat = true\n{SUM}")
    client.initialize()
    client.ready()
    uri = (tmp_path / "sums.py").as_uri()
    client.open(uri, "def add(a, b):\n    return \n")
    assert ask(client, "codegen.snooze", seconds=600)["result"]["paused"].startswith("paused until")
    assert client.wait(client.complete(uri, 1, 11))["result"] == []
    assert ask(client, "codegen.snooze", seconds=0)["result"] == {"paused": None}
    assert len(client.wait(client.complete(uri, 1, 11))["result"]) == 1
    ask(client, "codegen.snooze", seconds=1)
    client.heard(lambda message: message.get("params", {}).get("paused") is not None)
    client.until(lambda: told(client)[-1]["paused"] is None)


def test_the_status_says_when_suggestions_are_off_and_the_network_forbidden(start: Start) -> None:
    client = start("")
    client.initialize(completion={"enabled": False}, offline=True)
    client.ready()
    assert told(client)[-1]["paused"] == "suggestions are off (completion.enabled)"
    assert told(client)[-1]["offline"] is True


def test_the_status_says_that_a_slow_suggestion_is_being_made(start: Start, tmp_path: Path) -> None:
    client = start('[[answer]]\ntext = "a + b"\nread_ms = 1000\n')
    client.initialize()
    client.ready()
    uri = (tmp_path / "sums.py").as_uri()
    client.open(uri, "def add(a, b):\n    return \n")
    client.wait(client.complete(uri, 1, 11))
    client.until(lambda: not told(client)[-1]["thinking"])
    assert [status["thinking"] for status in told(client)].count(True) == 1


def test_models_are_listed_with_what_one_chooses_by(start: Start) -> None:
    client = start("")
    client.initialize(model={"name": "qwen2.5-coder-0.5b-instruct-q4_k_m", "folder": "/nowhere"})
    models = ask(client, "codegen.models")["result"]
    assert [model["name"] for model in models if model["isChosen"]] == [
        "qwen2.5-coder-0.5b-instruct-q4_k_m"
    ]
    assert {model["licence"] for model in models} == {"Apache-2.0"}
    assert {model["isHere"] for model in models} == {False}


def test_reports_are_made_for_reading(start: Start) -> None:
    client = start('repeat = true\n[[answer]]\ntext = "1 2 3 4"\n')
    client.initialize()
    client.ready()
    assert ask(client, "codegen.stats")["result"]["html"].lower().startswith("<!doctype html>")
    assert "python" in ask(client, "codegen.doctor")["result"]["text"]


def test_both_sides_can_compare_a_document(start: Start) -> None:
    client = start("")
    client.initialize()
    client.open("untitled:one", "ä𠮷\r\n")
    params = {"textDocument": {"uri": "untitled:one"}}
    assert client.call("codegen/documentHash", params) == {
        "version": 1,
        "sha256": hashlib.sha256("ä𠮷\r\n".encode()).hexdigest(),
    }
    params = {"textDocument": {"uri": "untitled:other"}}
    assert client.call("codegen/documentHash", params) is None


@pytest.mark.parametrize(
    ("command", "argument", "words"),
    [
        ("codegen.snooze", {"seconds": "long"}, "takes seconds"),
        ("codegen.stats", {"days": 0}, "takes days"),
        ("codegen.dismiss", {"uri": "x"}, "the id of a finding"),
        ("codegen.review", {"uri": "file:///none.py", "range": {}}, "not open"),
    ],
)
def test_wrong_arguments_are_answered_in_words(
    start: Start, command: str, argument: dict[str, Any], words: str
) -> None:
    client = start("")
    client.initialize()
    assert words in ask(client, command, **argument)["error"]["message"]
