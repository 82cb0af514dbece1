"""The hub as a source, against a server on 127.0.0.1 that speaks as it does."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from codegen_lsp.errors import SourceFailed
from codegen_lsp.model.hub_source import HubFile
from codegen_lsp.model.source import Arrival, UnderWay

REPOSITORY, FILE = "someone/small-GGUF", "small.gguf"


def source(hub: Any, **changes: Any) -> HubFile:
    return HubFile(repository=REPOSITORY, file=FILE, endpoint=hub.endpoint, **changes)


def joined(arrivals: list[Arrival]) -> bytes:
    return b"".join(arrival for arrival in arrivals if isinstance(arrival, bytes))


def test_the_whole_file_arrives(hub: Any, data: bytes, tmp_path: Path) -> None:
    """The redirect to where the bytes really lie is followed."""
    assert joined(list(source(hub).stream(0, len(data), tmp_path))) == data


def test_the_rest_of_a_file_is_asked_for_as_a_range(hub: Any, data: bytes, tmp_path: Path) -> None:
    assert joined(list(source(hub).stream(1000, len(data), tmp_path))) == data[1000:]
    assert hub.offsets == [1000]


def test_a_server_that_ignores_ranges_gives_the_same_rest(
    hub: Any, data: bytes, tmp_path: Path
) -> None:
    hub.honours_ranges = False
    offset = 100_001
    assert joined(list(source(hub).stream(offset, len(data), tmp_path))) == data[offset:]


def test_a_complete_file_needs_no_connection(hub: Any, data: bytes, tmp_path: Path) -> None:
    assert list(source(hub).stream(len(data), len(data), tmp_path)) == []
    assert hub.seen == []


@pytest.mark.parametrize("status", [401, 404, 500])
def test_an_error_answer_is_the_reason(status: int, hub: Any, tmp_path: Path) -> None:
    hub.status = status
    with pytest.raises(SourceFailed, match=f"^it answered {status}$"):
        list(source(hub).stream(0, 10, tmp_path))


def test_a_refused_connection_is_told_at_once(hub: Any, tmp_path: Path) -> None:
    """The next source must not have to wait."""
    hub.close()
    started = time.monotonic()
    with pytest.raises(SourceFailed, match="refused"):
        list(source(hub).stream(0, 10, tmp_path))
    assert time.monotonic() - started < 5


def test_a_silent_server_is_given_up(hub: Any, tmp_path: Path) -> None:
    hub.silence = 20
    with pytest.raises(SourceFailed, match="no answer within 1 seconds"):
        list(source(hub, patience=1).stream(0, 10, tmp_path))


def test_a_line_that_breaks_has_given_what_it_bore(hub: Any, data: bytes, tmp_path: Path) -> None:
    hub.cut_after = 70_000
    arrived: list[Arrival] = []
    with pytest.raises(SourceFailed):
        arrived.extend(source(hub).stream(0, len(data), tmp_path))
    assert joined(arrived)
    assert data.startswith(joined(arrived))


def test_a_reason_carries_no_address(hub: Any, data: bytes, tmp_path: Path) -> None:
    """An address of the hub's storage has a signature in it."""
    hub.cut_after = 10
    with pytest.raises(SourceFailed) as caught:
        list(source(hub).stream(0, len(data), tmp_path))
    assert "secret" not in caught.value.message
    assert "://" not in caught.value.message


def test_nothing_but_the_file_is_asked_for_and_nobody_is_named(
    hub: Any, data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No token, no telemetry, no look-up of versions, whatever the user's environment says."""
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_user")
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "0")
    list(source(hub).stream(0, len(data), tmp_path))
    assert [path.partition("?")[0] for path, _ in hub.seen] == [
        f"/{REPOSITORY}/resolve/main/{FILE}",
        "/blobs/1",
    ]
    for _, headers in hub.seen:
        assert "authorization" not in headers
        assert headers["user-agent"] == "codegen-lsp"
        assert "hf_of_the_user" not in str(headers)


def test_hub_offline_mode_is_respected(
    hub: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(SourceFailed, match="Offline"):
        list(source(hub).stream(0, 10, tmp_path))
    assert hub.seen == []


def test_waiting_gives_the_caller_a_turn(hub: Any, data: bytes, tmp_path: Path) -> None:
    """So that a pull can be stopped while the hub thinks."""
    hub.silence = 1
    arrivals = source(hub).stream(0, len(data), tmp_path)
    started = time.monotonic()
    assert next(arrivals) == UnderWay(0)
    assert time.monotonic() - started < 0.8
    arrivals.close()


def test_closing_the_stream_ends_the_child(hub: Any, data: bytes, tmp_path: Path) -> None:
    hub.bytes_per_second = 50_000
    before = children()
    arrivals = source(hub).stream(0, len(data), tmp_path)
    next(arrival for arrival in arrivals if isinstance(arrival, bytes))
    assert children() - before
    arrivals.close()
    assert children() == before


def children() -> set[str]:
    listed = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text("ascii")
    return set(listed.split())


def test_the_current_folder_is_not_imported_from(
    hub: Any, data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pull may be started in any repository, and must not run what lies there."""
    (tmp_path / "huggingface_hub.py").write_text("raise SystemExit('imported')\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert joined(list(source(hub).stream(0, len(data), tmp_path))) == data
