"""Review and docstrings through the real server process, on scripted answers."""

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
DOCSTRING = {"summary": "Add two values.", "parameters": {"a": "One.", "b": "The other."}}
DOCSTRING["returns"] = "Their sum."


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Return a file of a repository with one uncommitted change that ruff objects to."""
    folder = tmp_path / "répertoire"
    folder.mkdir()
    file = folder / "sums.py"
    file.write_text(BEFORE, "utf-8")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    file.write_text(AFTER, "utf-8")
    return file


def execute(client: Client, command: str, argument: dict[str, Any]) -> int:
    number: int = client.request(
        "workspace/executeCommand", {"command": command, "arguments": [argument]}
    )
    return number


def diagnostics_of(client: Client, uri: str, *, empty: bool = False) -> list[dict[str, Any]]:
    message = client.heard(
        lambda message: (
            message["method"] == "textDocument/publishDiagnostics"
            and message["params"]["uri"] == uri
            and (not message["params"]["diagnostics"]) is empty
        )
    )
    found: list[dict[str, Any]] = message["params"]["diagnostics"]
    return found


def test_review_publishes_what_is_proved_on_changed_lines(start: Start, changed: Path) -> None:
    client = start("")
    client.initialize(changed.parent, capabilities={"window": {"workDoneProgress": True}})
    client.ready()
    result = client.wait(execute(client, "codegen.review", {"uri": changed.as_uri()}))["result"]
    [diagnostic] = diagnostics_of(client, changed.as_uri())
    assert result == {"findings": 1, "incomplete": []}
    assert diagnostic["code"] == "F632"
    assert diagnostic["source"] == "codegen (ruff)"
    assert diagnostic["message"].endswith("[proved]")
    assert diagnostic["range"]["start"]["line"] == 1
    kinds = [
        message["params"]["value"]["kind"]
        for message in client.notifications
        if message["method"] == "$/progress"
    ]
    assert (kinds[0], kinds[-1]) == ("begin", "end")


def test_a_new_review_takes_the_old_findings_back(start: Start, changed: Path) -> None:
    client = start("")
    client.initialize(changed.parent)
    client.ready()
    client.wait(execute(client, "codegen.review", {"uri": changed.as_uri()}))
    diagnostics_of(client, changed.as_uri())
    changed.write_text(BEFORE, "utf-8")
    client.wait(execute(client, "codegen.review", {"uri": changed.as_uri()}))
    assert diagnostics_of(client, changed.as_uri(), empty=True) == []


def test_review_outside_a_repository_is_an_error_that_says_so(start: Start, tmp_path: Path) -> None:
    client = start("")
    client.initialize()
    uri = (tmp_path / "x.py").as_uri()
    answer = client.wait(execute(client, "codegen.review", {"uri": uri}))
    assert "is not in a git repository" in answer["error"]["message"]
    assert "Traceback" not in answer["error"]["message"]


def test_cancelling_a_review_ends_it(start: Start, changed: Path) -> None:
    client = start('repeat = true\n[[answer]]\ntext = "x"\nread_ms = 60000\n')
    client.initialize(changed.parent)
    client.ready()
    number = execute(client, "codegen.review", {"uri": changed.as_uri()})
    diagnostics_of(client, changed.as_uri())
    client.notify("$/cancelRequest", {"id": number})
    assert client.wait(number, seconds=5)["error"]["code"] == -32800


def test_a_docstring_is_offered_and_comes_as_an_edit(start: Start, tmp_path: Path) -> None:
    client = start(f"[[answer]]\ntext = '''{json.dumps(DOCSTRING)}'''\n")
    client.initialize(capabilities={"workspace": {"applyEdit": True}})
    client.ready()
    uri = (tmp_path / "sums.py").as_uri()
    client.open(uri, BEFORE)
    at = {"line": 1, "character": 4}
    [action] = client.call(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": uri},
            "range": {"start": at, "end": at},
            "context": {"diagnostics": []},
        },
    )
    assert action["title"] == "Write the docstring of add with codegen"
    number = client.request(
        "workspace/executeCommand",
        {key: action["command"][key] for key in ("command", "arguments")},
    )
    request = client.heard(lambda message: message["method"] == "workspace/applyEdit")
    [edit] = request["params"]["edit"]["changes"][uri]
    client.answer(request["id"], {"applied": True})
    assert client.wait(number)["result"] == {"outcome": "written", "reason": None}
    assert "Add two values." in edit["newText"]
    assert "a: One." in edit["newText"]
    assert edit["range"]["start"]["line"] == 1


def test_nothing_is_offered_where_nothing_can_be_documented(start: Start, tmp_path: Path) -> None:
    client = start("")
    client.initialize()
    uri = (tmp_path / "x.py").as_uri()
    client.open(uri, "x = 1\n")
    at = {"line": 0, "character": 0}
    params = {"textDocument": {"uri": uri}, "range": {"start": at, "end": at}}
    assert client.call("textDocument/codeAction", {**params, "context": {"diagnostics": []}}) == []


def test_a_docstring_that_fails_its_checks_is_refused_with_a_reason(
    start: Start, tmp_path: Path
) -> None:
    client = start('repeat = true\n[[answer]]\ntext = "no JSON"\n')
    client.initialize()
    client.ready()
    uri = (tmp_path / "sums.py").as_uri()
    client.open(uri, BEFORE)
    argument = {"uri": uri, "position": {"line": 0, "character": 5}}
    result = client.wait(execute(client, "codegen.docstring", argument))["result"]
    assert result["outcome"] == "refused"
    assert result["reason"]


@pytest.mark.parametrize(
    ("command", "arguments", "words"),
    [
        ("codegen.docstring", [{"uri": "file:///none.py"}], "not open"),
        ("codegen.docstring", ["x"], "takes one object"),
        ("codegen.nothing", [], "there is no command"),
    ],
)
def test_wrong_commands_are_answered_in_words(
    start: Start, command: str, arguments: list[Any], words: str
) -> None:
    client = start("")
    client.initialize()
    params = {"command": command, "arguments": arguments}
    answer = client.wait(client.request("workspace/executeCommand", params))
    assert words in answer["error"]["message"]
