"""What the real server learns of its suggestions, and tells of them."""

import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen_lsp.features.recording import read_recordings
from codegen_lsp.features.replay import replay
from codegen_lsp.feedback.ledger import suggestions_since
from codegen_lsp.feedback.suggestion import Outcome, Suggestion

Client = Any
Start = Callable[..., Client]

URI = "file:///somewhere/sums.py"
CODE = "def add(a, b):\n    return \n"
ADDS = '[[answer]]\ntext = "a + b"\n'
EXECUTES = {"workspace": {"executeCommand": {}}}


def ledger(tmp_path: Path) -> list[Suggestion]:
    return suggestions_since(tmp_path / "state" / "codegen-lsp")


def offered(client: Client, **options: Any) -> dict[str, Any]:
    """Open the document, ask for the suggestion and return its item."""
    client.initialize(**options)
    client.ready()
    client.open(URI, CODE)
    [item] = client.wait(client.complete(URI, 1, 11))["result"]
    found: dict[str, Any] = item
    return found


def insert(client: Client, text: str, character: int = 11, version: int = 2) -> None:
    at = {"line": 1, "character": character}
    client.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": URI, "version": version},
            "contentChanges": [{"range": {"start": at, "end": at}, "text": text}],
        },
    )


def test_a_suggestion_whose_text_appears_is_accepted_though_nobody_says_so(
    start: Start, tmp_path: Path
) -> None:
    client = start(ADDS)
    assert "command" not in offered(client)
    insert(client, "a + b")
    assert client.quit() == 0
    [row] = ledger(tmp_path)
    assert (row.outcome, row.accepted, row.shown, row.kept) == (Outcome.ACCEPTED, 5, True, 1.0)
    assert (row.language, row.trigger, row.line, row.column) == ("python", "automatic", 1, 11)


def test_the_command_of_an_item_says_that_it_was_accepted(start: Start, tmp_path: Path) -> None:
    client = start(ADDS)
    item = offered(client, capabilities=EXECUTES)
    client.call("workspace/executeCommand", item["command"])
    assert client.quit() == 0
    [row] = ledger(tmp_path)
    assert (row.outcome, row.accepted) == (Outcome.ACCEPTED, 5)


def test_what_a_client_tells_is_heard(start: Start, tmp_path: Path) -> None:
    client = start(ADDS)
    item = offered(client)
    client.notify("textDocument/didShowCompletion", {"item": item})
    client.notify("textDocument/didPartiallyAcceptCompletion", {"item": item, "acceptedLength": 2})
    assert client.quit() == 0
    [row] = ledger(tmp_path)
    assert (row.outcome, row.accepted, row.shown) == (Outcome.PARTLY, 2, True)


@pytest.mark.parametrize("params", [None, [], {}, {"item": 5}, {"item": {"command": {}}}])
def test_nonsense_is_ignored(start: Start, params: object) -> None:
    client = start(ADDS)
    offered(client)
    client.notify("textDocument/didShowCompletion", params)
    client.notify("textDocument/didPartiallyAcceptCompletion", params)
    assert client.quit() == 0


def test_a_dropped_suggestion_is_in_the_ledger_with_its_filter_and_no_code(
    start: Start, tmp_path: Path
) -> None:
    client = start('[[answer]]\ntext = " secret_17 secret_18"\n')
    client.initialize()
    client.ready()
    client.open(URI, "secret_16 = 1\n")
    assert client.wait(client.complete(URI, 0, 13))["result"] == []
    assert client.quit() == 0
    [row] = ledger(tmp_path)
    assert (row.outcome, row.dropped_by, row.shown) == (Outcome.DROPPED, "fix_syntax", False)
    written = b"".join(path.read_bytes() for path in (tmp_path / "state").rglob("*.sqlite3*"))
    assert b"secret" not in written
    assert b"sums" not in written


def test_nothing_is_written_when_it_is_switched_off(start: Start, tmp_path: Path) -> None:
    client = start(ADDS, config="[feedback]\nenabled = false\n")
    assert "command" not in offered(client, capabilities=EXECUTES)
    insert(client, "a + b")
    assert client.quit() == 0
    assert not (tmp_path / "state").exists()


def test_a_killed_server_loses_only_what_it_had_just_learnt(start: Start, tmp_path: Path) -> None:
    client = start(ADDS)
    offered(client)
    insert(client, "a + b")
    time.sleep(1)
    client.process.kill()
    client.process.wait()
    [row] = ledger(tmp_path)
    assert (row.outcome, row.kept) == (Outcome.ACCEPTED, None)


def test_why_tells_of_the_last_answer(start: Start) -> None:
    client = start(ADDS)
    offered(client)
    told = client.call("codegen/why", {"textDocument": {"uri": URI}})
    assert told["text"] == "a + b"
    assert told["dropped"] is None
    assert told["position"] == {"line": 1, "character": 11}
    assert told["context"]["firstLine"] == 0
    assert "fix_syntax" in [each["filter"] for each in told["filters"]]
    assert told["explanation"][0] == "Shown: 1 line, 5 characters."


def test_why_tells_that_nothing_was_tried(start: Start) -> None:
    client = start(ADDS, config='[completion]\ndisabled_languages = ["python"]\n')
    client.initialize()
    client.ready()
    client.open(URI, CODE)
    assert client.wait(client.complete(URI, 1, 11))["result"] == []
    told = client.call("codegen/why", {"textDocument": {"uri": URI}})
    assert "completion.disabled_languages" in told["explanation"][0]


def test_why_knows_nothing_of_other_documents_and_lines(start: Start) -> None:
    client = start(ADDS)
    offered(client)
    assert client.call("codegen/why", {"textDocument": {"uri": "file:///other.py"}}) is None
    where = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}}
    assert client.call("codegen/why", where) is None
    answer = client.wait(client.request("codegen/why", {"position": 5}))
    assert answer["error"]["code"] == -32602


def test_what_is_recorded_is_told_and_gives_the_same_again(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "recorded"
    client = start(ADDS, config=f'[completion]\nrecord = "{file}"\n')
    client.initialize()
    client.heard(
        lambda message: (
            message["method"] == "window/showMessage"
            and f"with its source code, in {file}" in message["params"]["message"]
        )
    )
    client.ready()
    client.open(URI, CODE)
    client.wait(client.complete(URI, 1, 11))
    insert(client, "a")
    client.wait(client.complete(URI, 1, 12))
    assert client.quit() == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    recordings = list(read_recordings(file))
    assert [recording.text for recording in recordings] == ["a + b", " + b"]
    assert all(replay(recording).is_same for recording in recordings)
