"""The real server process tells the model what other files of the project define."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Client = Any
Start = Callable[..., Client]

SECONDS = 120
SETTLED_SECONDS = 2.0
"""Between opening a file and the first completion: the interpreter has told what it has."""
SCRIPT = """\
repeat = true
[[answer]]
when = "def discount(price, *, percent): ..."
text = "10, percent=3)"
[[answer]]
text = "10)"
"""
SHOP = "def discount(price, *, percent):\n    return price\n"
CODE = "from shop import discount\n\nprice = discount("


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("")
    (folder / "shop.py").write_text(SHOP)
    (folder / "a.py").write_text(CODE + "\n")
    return folder


def opened(start: Start, folder: Path, **options: Any) -> tuple[Client, str]:
    client = start(SCRIPT)
    client.initialize(folder, **options)
    client.ready()
    uri = (folder / "a.py").as_uri()
    client.open(uri, CODE + "\n")
    return client, uri


def typed(client: Client, uri: str, text: str, version: int) -> str:
    """Type ``text`` at the end of the first open line and return what is suggested there."""
    client.notify(
        "textDocument/didChange",
        {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]},
    )
    [item] = client.wait(client.complete(uri, 2, len(text.split("\n")[2])))["result"]
    return str(item["insertText"])


def why(client: Client, uri: str) -> Any:
    return client.call("codegen/why", {"textDocument": {"uri": uri}})


def when_told(client: Client, uri: str, path: str) -> Any:
    """Type spaces, and rest, until completions are told of ``path``; return what why says."""
    deadline, version = time.monotonic() + SECONDS, 2
    while time.monotonic() < deadline:
        before = client.call("codegen/engineCounters", {})["requests"]
        typed(client, uri, CODE + " " * version + "\n", version)
        version += 1
        told = why(client, uri)
        if any(each["path"] == path for each in told["files"]):
            return told
        rested = time.monotonic() + 3
        while client.call("codegen/engineCounters", {})["requests"] < before + 2:
            if time.monotonic() > rested:
                break
            time.sleep(0.05)
    raise AssertionError(f"completions are never told of {path}")


def test_the_first_completion_waits_for_no_context(start: Start, folder: Path) -> None:
    client, uri = opened(start, folder)
    [item] = client.wait(client.complete(uri, 2, 17))["result"]
    assert item["insertText"] == "10)"
    assert why(client, uri)["files"] == []


def test_a_definition_of_another_file_is_told_once_it_was_read(start: Start, folder: Path) -> None:
    client, uri = opened(start, folder)
    told = when_told(client, uri, "shop.py")
    [file] = told["files"]
    assert file["source"] == "imported_definitions"
    assert file["text"] == "def discount(price, *, percent): ..."
    assert any("shop.py (imported definitions)" in line for line in told["explanation"])
    assert told["text"] == "10, percent=3)"
    assert client.quit() == 0


def test_the_index_is_kept_in_the_cache_folder_and_not_in_the_project(
    start: Start, folder: Path, tmp_path: Path
) -> None:
    before = sorted(path.name for path in folder.iterdir())
    client, uri = opened(start, folder)
    when_told(client, uri, "shop.py")
    assert client.quit() == 0
    assert list((tmp_path / "cache").rglob("*.sqlite3"))
    assert sorted(path.name for path in folder.iterdir()) == before


def test_it_can_be_switched_off(start: Start, folder: Path, tmp_path: Path) -> None:
    client, uri = opened(start, folder, completion={"context_tokens": -1})
    assert typed(client, uri, CODE + " \n", 2) == "10)"
    assert client.quit() == 0
    assert list((tmp_path / "cache").rglob("*.sqlite3")) == []


def test_a_client_that_can_watch_files_is_asked_to(start: Start, folder: Path) -> None:
    watching = {"didChangeWatchedFiles": {"dynamicRegistration": True}}
    client, uri = opened(start, folder, capabilities={"workspace": watching})
    asked = client.heard(lambda message: message["method"] == "client/registerCapability")
    client.answer(asked["id"], None)
    [registration] = asked["params"]["registrations"]
    assert registration["method"] == "workspace/didChangeWatchedFiles"
    globs = [each["globPattern"] for each in registration["registerOptions"]["watchers"]]
    assert "py" in json.dumps(globs)
    when_told(client, uri, "shop.py")


def test_the_first_suggestion_imports_nothing_that_is_not_there(start: Start, folder: Path) -> None:
    client = start('repeat = true\n[[answer]]\ntext = "nowhere_at_all"\n')
    client.initialize(folder)
    client.ready()
    uri = (folder / "b.py").as_uri()
    client.open(uri, "import \n")
    time.sleep(SETTLED_SECONDS)
    assert client.wait(client.complete(uri, 0, 7))["result"] == []
    assert "no module `nowhere_at_all`" in why(client, uri)["explanation"][0]
