"""The real server process on scripted answers: lifecycle, text sync, completion, errors."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Client = Any
Start = Callable[..., Client]

URI = "file:///somewhere/sums.py"
CODE = "def add(a, b):\n    return \n"
ALPHA = "\N{MATHEMATICAL ITALIC SMALL ALPHA}"  # one code point, two UTF-16 units
ADDS = '[[answer]]\ntext = "a + b"\n'


def test_the_handshake_announces_ghost_text_and_the_menu(start: Start) -> None:
    client = start(ADDS)
    capabilities = client.initialize()["capabilities"]
    assert "inlineCompletionProvider" in capabilities
    assert "completionProvider" in capabilities
    assert "codegen.downloadModel" in capabilities["executeCommandProvider"]["commands"]
    assert client.quit() == 0


def test_a_completion_is_answered_with_text_to_insert(start: Start) -> None:
    client = start(ADDS)
    client.initialize()
    client.ready()
    client.open(URI, CODE)
    [item] = client.wait(client.complete(URI, 1, 11))["result"]
    assert item["insertText"] == "a + b"
    at = {"line": 1, "character": 11}
    assert item["range"] == {"start": at, "end": at}


def test_the_answer_speaks_of_the_text_after_the_last_change(start: Start) -> None:
    """Edits are applied in order, in UTF-16 units, before the request that follows them."""
    client = start(f'[[answer]]\nwhen = "{ALPHA} = é + <hole>"\ntext = "1"\n')
    client.initialize()
    client.ready()
    client.open(URI, f"{ALPHA} = x\n")
    client.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": URI, "version": 2},
            "contentChanges": [
                {"range": _range(0, 5, 0, 6), "text": "y"},
                {"range": _range(0, 5, 0, 6), "text": "é + "},
            ],
        },
    )
    [item] = client.wait(client.complete(URI, 0, 9))["result"]
    assert item["insertText"] == "1"


def test_before_the_model_is_ready_requests_are_answered_empty(start: Start) -> None:
    client = start(f"load_ms = 1500\n{ADDS}")
    client.initialize()
    client.open(URI, CODE)
    assert client.wait(client.complete(URI, 1, 11), seconds=1)["result"] == []
    client.ready()
    assert client.wait(client.complete(URI, 1, 11))["result"][0]["insertText"] == "a + b"


def test_a_suggestion_for_a_text_that_has_changed_is_not_shown(start: Start) -> None:
    client = start('[[answer]]\ntext = "a + b"\nread_ms = 300\n')
    client.initialize()
    client.ready()
    client.open(URI, CODE)
    number = client.complete(URI, 1, 11)
    _change(client, _range(0, 0, 0, 0), "\n")
    assert client.wait(number)["result"] == []


def test_cancelling_answers_at_once_with_the_cancelled_error(start: Start) -> None:
    client = start('repeat = true\n[[answer]]\ntext = "a + b"\nread_ms = 5000\n')
    client.initialize()
    client.ready()
    client.open(URI, CODE)
    number = client.complete(URI, 1, 11)
    time.sleep(0.2)
    asked = time.monotonic()
    client.notify("$/cancelRequest", {"id": number})
    answer = client.wait(number)
    assert answer["error"]["code"] == -32800
    assert time.monotonic() - asked < 1


def test_a_newer_request_for_the_document_ends_the_older_one(start: Start) -> None:
    client = start('[[answer]]\ntext = "old"\nread_ms = 20000\n[[answer]]\ntext = "a + b"\n')
    client.initialize()
    client.ready()
    client.open(URI, CODE)
    older = client.complete(URI, 1, 11)
    time.sleep(0.2)
    _change(client, _range(0, 0, 0, 0), "\n")
    newer = client.complete(URI, 2, 11)
    assert client.wait(newer)["result"][0]["insertText"] == "a + b"
    assert client.wait(older, seconds=5)["result"] == []


def test_typing_along_a_suggestion_asks_the_model_nothing(start: Start) -> None:
    """There is one answer in the script; whoever asked twice would get nothing."""
    client = start(ADDS)
    client.initialize()
    client.ready()
    client.open(URI, CODE)
    client.wait(client.complete(URI, 1, 11))
    for version, column in enumerate((11, 12, 13), 2):
        _change(client, _range(1, column, 1, column), "a + b"[column - 11], version)
        [item] = client.wait(client.complete(URI, 1, column + 1))["result"]
        assert item["insertText"] == "a + b"[column - 10 :]


def test_a_line_is_shown_when_the_target_is_over_and_the_rest_later(start: Start) -> None:
    client = start(
        '[[answer]]\ntext = "total = a + b\\n    return total"\ntoken_ms = 150\n',
        config="[completion]\ntarget_ms = 100\n",
    )
    client.initialize()
    client.ready()
    client.open(URI, "def add(a, b):\n    \n")
    [item] = client.wait(client.complete(URI, 1, 4))["result"]
    assert item["insertText"] == "total = a + b"
    deadline = time.monotonic() + 10
    while item["insertText"] != "total = a + b\n    return total":
        assert time.monotonic() < deadline
        time.sleep(0.3)
        [item] = client.wait(client.complete(URI, 1, 4))["result"]


def test_what_was_cut_at_the_target_is_whole_soon_without_another_request(start: Start) -> None:
    client = start(
        '[[answer]]\ntext = "total = a + b\\n    return total"\ntoken_ms = 100\n',
        config="[completion]\ntarget_ms = 100\n",
    )
    client.initialize()
    client.ready()
    client.open(URI, "def add(a, b):\n    \n")
    [item] = client.wait(client.complete(URI, 1, 4))["result"]
    assert item["insertText"] == "total = a + b"
    time.sleep(1.5)
    [engine] = _children(client.process.pid)
    os.kill(engine, signal.SIGSTOP)
    try:
        _change(client, _range(1, 4, 1, 4), "to")
        [item] = client.wait(client.complete(URI, 1, 6))["result"]
        assert item["insertText"] == "tal = a + b\n    return total"
    finally:
        os.kill(engine, signal.SIGCONT)


def test_the_next_completion_is_prepared_while_one_is_shown(start: Start) -> None:
    """The place after the accepted text has had its answer before anybody asks for it.

    Answers are given in order: another document gets the third, since the second is taken.
    """
    other = "file:///somewhere/other.py"
    client = start(
        '[[answer]]\ntext = "a + b"\n[[answer]]\ntext = "\\n    return total"\n'
        '[[answer]]\ntext = "17"\n'
    )
    client.initialize()
    client.ready()
    client.open(URI, "def add(a, b):\n    total = \n")
    client.open(other, "x = \n")
    [item] = client.wait(client.complete(URI, 1, 12))["result"]
    assert item["insertText"] == "a + b"
    time.sleep(0.5)
    [item] = client.wait(client.complete(other, 0, 4))["result"]
    assert item["insertText"] == "17"
    _change(client, _range(1, 12, 1, 12), "a + b")
    [item] = client.wait(client.complete(URI, 1, 17))["result"]
    assert item["insertText"] == "\n    return total"


def test_who_accepts_is_shown_the_next_suggestion_without_the_engine(start: Start) -> None:
    client = start(
        '[[answer]]\ntext = "a + b"\n[[answer]]\ntext = "\\n    return total"\n'
        '[[answer]]\ntext = "\\n    # more"\n'
    )
    client.initialize()
    client.ready()
    client.open(URI, "def add(a, b):\n    total = \n")
    [item] = client.wait(client.complete(URI, 1, 12))["result"]
    time.sleep(0.5)
    [engine] = _children(client.process.pid)
    os.kill(engine, signal.SIGSTOP)
    try:
        _change(client, _range(1, 12, 1, 12), item["insertText"])
        [item] = client.wait(client.complete(URI, 1, 17))["result"]
        assert item["insertText"] == "\n    return total"
        _change(client, _range(1, 17, 1, 17), "\n    re")
        [item] = client.wait(client.complete(URI, 2, 6))["result"]
        assert item["insertText"] == "turn total"
        _change(client, _range(1, 17, 2, 6), "")
        [item] = client.wait(client.complete(URI, 1, 17))["result"]
        assert item["insertText"] == "\n    return total"
        _change(client, _range(1, 12, 1, 17), "")
        [item] = client.wait(client.complete(URI, 1, 12))["result"]
        assert item["insertText"] == "a + b"
    finally:
        os.kill(engine, signal.SIGCONT)


def test_the_line_after_a_complete_one_is_there_before_return_is_pressed(start: Start) -> None:
    client = start('[[answer]]\ntext = ""\n[[answer]]\ntext = "total = a + b\\n    return total"\n')
    client.initialize()
    client.ready()
    client.open(URI, "def add(a, b):\n    print(a)\n    print(b)\n\n\nadd(1, 2)\n")
    assert client.wait(client.complete(URI, 2, 12))["result"] == []
    time.sleep(0.5)
    [engine] = _children(client.process.pid)
    os.kill(engine, signal.SIGSTOP)
    try:
        _change(client, _range(2, 12, 2, 12), "\n    ")
        [item] = client.wait(client.complete(URI, 3, 4), seconds=5)["result"]
        assert item["insertText"].startswith("total = a + b")
    finally:
        os.kill(engine, signal.SIGCONT)


def test_whoever_asks_by_hand_gets_what_else_was_found(start: Start) -> None:
    answers = [("((", 0.0), ("a - b", -0.4), ("((", -0.1), ("a + b", -0.2), ("a * b", -0.3)]
    client = start("".join(f'[[answer]]\ntext = "{text}"\nlogprob = {p}\n' for text, p in answers))
    client.initialize()
    client.ready()
    client.open(URI, CODE)
    items = client.wait(client.complete(URI, 1, 11, by_hand=True))["result"]
    assert [item["insertText"] for item in items][:3] == ["a + b", "a * b", "a - b"]


def test_a_killed_engine_is_answered_for_and_started_again(start: Start) -> None:
    client = start('repeat = true\n[[answer]]\ntext = "a + b"\nread_ms = 400\n')
    client.initialize()
    client.ready()
    client.open(URI, CODE)
    client.wait(client.complete(URI, 0, 0))  # the first one loads the parsers before it asks
    number = client.complete(URI, 1, 11)
    time.sleep(0.1)
    [engine] = _children(client.process.pid)
    os.kill(engine, signal.SIGKILL)
    assert client.wait(number)["result"] == []
    client.heard(
        lambda message: (
            message["method"] == "window/showMessage"
            and "started again" in message["params"]["message"]
        )
    )
    client.notifications.clear()
    client.ready()
    assert client.wait(client.complete(URI, 1, 11))["result"][0]["insertText"] == "a + b"


@pytest.mark.parametrize(
    "params",
    [{}, {"textDocument": {"uri": URI}}, {"textDocument": 5, "position": None}, [], None],
)
def test_wrong_parameters_are_answered_with_an_error(start: Start, params: object) -> None:
    client = start(ADDS)
    client.initialize()
    answer = client.wait(client.request("textDocument/inlineCompletion", params))
    assert answer["error"]["code"] == -32602
    assert client.quit() == 0


def test_a_request_after_shutdown_is_refused(start: Start) -> None:
    client = start(ADDS)
    client.initialize()
    client.call("shutdown", None)
    answer = client.wait(client.complete(URI, 0, 0))
    assert answer["error"]["code"] == -32600
    client.notify("exit", None)
    assert client.process.wait(timeout=10) == 0


def test_an_editor_that_goes_away_leaves_no_process_behind(start: Start) -> None:
    client = start(ADDS)
    client.initialize()
    client.ready()
    [engine] = _children(client.process.pid)
    client.process.stdin.close()
    assert client.process.wait(timeout=10) == 1
    deadline = time.monotonic() + 5
    while Path(f"/proc/{engine}/stat").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{engine}/stat").exists()


def test_a_missing_model_is_offered_for_download_and_nothing_is_fetched(
    start: Start, tmp_path: Path
) -> None:
    models = tmp_path / "models"
    client = start(None, config=f'[model]\nfolder = "{models}"\n')
    client.initialize()
    offer = client.heard(lambda message: message["method"] == "window/showMessageRequest")
    assert "Apache-2.0" in offer["params"]["message"]
    client.answer(offer["id"], {"title": "Not now"})
    client.open(URI, CODE)
    assert client.wait(client.complete(URI, 1, 11))["result"] == []
    assert not models.exists()
    assert client.quit() == 0


def test_source_code_is_in_no_log(start: Start) -> None:
    client = start(ADDS)
    client.initialize()
    client.ready()
    client.open(URI, "secret_password_17 = \n")
    client.wait(client.complete(URI, 0, 21))
    client.wait(client.request("textDocument/inlineCompletion", {"secret_password_17": 1}))
    assert client.quit() == 0
    assert b"secret_password_17" not in b"".join(client.stderr)


def _change(client: Client, where: dict[str, Any], text: str, version: int = 2) -> None:
    client.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": URI, "version": version},
            "contentChanges": [{"range": where, "text": text}],
        },
    )


def _range(line: int, character: int, end_line: int, end_character: int) -> dict[str, Any]:
    return {
        "start": {"line": line, "character": character},
        "end": {"line": end_line, "character": end_character},
    }


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task")
    return [
        int(child) for task in path.iterdir() for child in (task / "children").read_text().split()
    ]
