"""Documents as the client changes them; the session holds the only copy."""

import asyncio
from typing import Any

import pytest

from codegen_lsp.config.settings import Settings
from codegen_lsp.server.app import build_session
from codegen_lsp.server.session import Session

URI = "file:///somewhere/sums.py"


class Nowhere:
    """A writer for a server whose answers nobody reads."""

    def write(self, data: bytes) -> None:
        pass

    def close(self) -> None:
        pass


def received(*messages: tuple[str, dict[str, Any]]) -> Session:
    """Return a session after it has been sent these notifications."""

    async def receive() -> Session:
        session = build_session(Settings())
        protocol = session.server.protocol
        protocol.set_writer(Nowhere())
        hello = {"processId": None, "rootUri": None, "capabilities": {}}
        protocol.handle_message(
            {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
        )
        for method, params in messages:
            protocol.handle_message({"jsonrpc": "2.0", "method": method, "params": params})
        session.close()
        return session

    return asyncio.run(receive())


def opened(text: str) -> tuple[str, dict[str, Any]]:
    item = {"uri": URI, "languageId": "python", "version": 1, "text": text}
    return "textDocument/didOpen", {"textDocument": item}


def changed(*changes: dict[str, Any], version: int = 2) -> tuple[str, dict[str, Any]]:
    identifier = {"uri": URI, "version": version}
    return "textDocument/didChange", {"textDocument": identifier, "contentChanges": list(changes)}


def edit(line: int, start: int, end: int, text: str) -> dict[str, Any]:
    span = {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
    return {"range": span, "text": text}


def text_of(session: Session) -> str:
    document = session.snapshot(URI)
    assert document is not None
    return document.text


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ([edit(1, 0, 1, "c")], "a\r\nc\n"),
        ([edit(0, 0, 1, ""), edit(0, 0, 0, "x\ny")], "x\ny\r\nb\n"),
        ([{"text": "z"}, edit(0, 1, 1, "!")], "z!"),
        ([edit(0, 0, 1, "\N{GRINNING FACE}"), edit(0, 2, 2, "!")], "\N{GRINNING FACE}!\r\nb\n"),
        ([edit(9, 9, 9, "end")], "a\r\nb\nend"),
    ],
)
def test_changes_are_applied_in_order(changes: list[dict[str, Any]], text: str) -> None:
    assert text_of(received(opened("a\r\nb\n"), changed(*changes))) == text


def test_a_changed_document_has_its_new_version_and_language() -> None:
    session = received(opened("a\n"), changed(edit(0, 0, 1, "b"), version=7))
    document = session.snapshot(URI)
    assert document is not None
    assert (document.language, document.version) == ("python", 7)


def test_pygls_keeps_no_copy_of_a_document() -> None:
    """It would split the whole text into lines at each key."""
    session = received(opened("a\n"), changed(edit(0, 0, 1, "b")))
    assert dict(session.server.workspace.text_documents) == {}
