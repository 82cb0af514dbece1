"""Command ``codegen.fix`` and its code action, through the real process, on scripted answers."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Client = Any
Start = Callable[..., Client]

CODE = "def total(numbers):\n    return len(str(numbers))\n"
TEST = (
    "from calc import total\n\n\n"
    "def test_total():\n    assert total([1, 2]) == 3\n\n\n"
    "def test_nothing():\n    assert total([]) == 0\n"
)
RIGHT = "def total(numbers):\n    return sum(numbers)\n"
SCRIPT = f'[[answer]]\ntext = """{RIGHT}\n```\n"""\n'
SECONDS = 120


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a repository with a test that fails."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name, text in {"calc.py": CODE, "test_calc.py": TEST, "pyproject.toml": ""}.items():
        (folder / name).write_text(text, "utf-8")
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    for arguments in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "first"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
    return folder


def opened(start: Start, project: Path, script: str = SCRIPT) -> tuple[Client, str]:
    """Return a client with the test open, and the URI of that."""
    client = start(script)
    client.initialize(project)
    client.ready()
    uri = (project / "test_calc.py").as_uri()
    client.open(uri, TEST)
    return client, uri


def actions(client: Client, uri: str, line: int) -> list[dict[str, Any]]:
    at = {"line": line, "character": 4}
    found: list[dict[str, Any]] = client.call(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": uri},
            "range": {"start": at, "end": at},
            "context": {"diagnostics": []},
        },
    )
    return [action for action in found if action["command"]["command"] == "codegen.fix"]


def execute(client: Client, command: dict[str, Any], **more: Any) -> int:
    params = {"command": command["command"], "arguments": command["arguments"], **more}
    number: int = client.request("workspace/executeCommand", params)
    return number


def applied(edits: list[dict[str, Any]], text: str) -> str:
    """Return ``text`` with edits of whole lines made, the last first."""
    lines = text.splitlines(keepends=True)
    for edit in reversed(edits):
        start, end = edit["range"]["start"], edit["range"]["end"]
        assert start["character"] == end["character"] == 0
        lines[start["line"] : end["line"]] = [edit["newText"]]
    return "".join(lines)


def test_a_test_is_made_to_pass_and_nothing_is_written(start: Start, project: Path) -> None:
    client, uri = opened(start, project)
    [action] = actions(client, uri, 4)
    assert action["title"] == "Fix what makes test_total fail, with codegen"
    answer = client.wait(execute(client, action["command"]), SECONDS)["result"]
    assert (answer["outcome"], answer["summary"]) == ("fixed", "verified fix of total in calc.py")
    [(changed, edits)] = answer["edit"]["changes"].items()
    assert changed == (project / "calc.py").as_uri()
    assert applied(edits, CODE) == RIGHT
    assert "now passing: test_calc.py::test_total" in answer["certificate"]
    assert "suite after: 2 passed, nothing newly failing" in answer["certificate"]
    assert (project / "calc.py").read_text("utf-8") == CODE


def test_it_is_offered_on_tests_alone(start: Start, project: Path) -> None:
    client, uri = opened(start, project)
    assert actions(client, uri, 0) == []
    source = (project / "calc.py").as_uri()
    client.open(source, CODE)
    assert actions(client, source, 1) == []


def test_what_is_not_saved_is_refused_by_name(start: Start, project: Path) -> None:
    client, uri = opened(start, project)
    client.open((project / "calc.py").as_uri(), CODE + "# not saved\n")
    [action] = actions(client, uri, 4)
    error = client.wait(execute(client, action["command"]), SECONDS)["error"]
    assert error["message"] == ("not saved: calc.py: save first: tests are run on what is on disk")


def test_it_can_be_cancelled(start: Start, project: Path) -> None:
    client, uri = opened(start, project, SCRIPT.replace("text =", "token_ms = 60000\ntext ="))
    [action] = actions(client, uri, 4)
    number = execute(client, action["command"], workDoneToken="fix")
    client.heard(
        lambda message: (
            message["method"] == "$/progress"
            and "propose" in str(message["params"]["value"].get("message"))
        ),
        SECONDS,
    )
    client.notify("window/workDoneProgress/cancel", {"token": "fix"})
    assert "error" in client.wait(number, SECONDS)
    assert client.process.poll() is None
    assert (project / "calc.py").read_text("utf-8") == CODE


@pytest.mark.parametrize(
    "argument", [{}, {"uri": 3}, {"uri": "untitled:1"}, {"position": {"line": "x"}}]
)
def test_a_wrong_argument_is_an_error_that_says_what_is_wanted(
    start: Start, project: Path, argument: dict[str, Any]
) -> None:
    client, uri = opened(start, project)
    if "position" in argument:
        argument = {"uri": uri, **argument}
    params = {"command": "codegen.fix", "arguments": [argument]}
    error = client.wait(client.request("workspace/executeCommand", params))["error"]
    assert "codegen.fix needs" in error["message"]
