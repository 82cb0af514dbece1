"""The handle and a real engine process on scripted answers."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import Cancelled, CodegenError, EngineDied, ModelUnavailable
from codegen_lsp.model.backend import (
    Finished,
    FinishReason,
    GenerationRequest,
    ModelDescription,
    Piece,
    Priority,
    Sampling,
    collect,
    collect_all,
)
from codegen_lsp.model.client import EngineClient
from codegen_lsp.model.counters import Counters
from codegen_lsp.model.worker import NICENESS
from codegen_lsp.prompt.prompt import FimPrompt

REQUEST = GenerationRequest(FimPrompt("x", ""), 99)


class Events:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def engine_loading(self) -> None:
        self.heard.append("loading")

    def engine_ready(self, description: ModelDescription) -> None:
        self.heard.append(f"ready {description.name}")

    def engine_died(self, *, restarting: bool, reason: str) -> None:
        self.heard.append(f"died of {reason}, restarting: {restarting}")

    def engine_failed(self, error: CodegenError) -> None:
        self.heard.append(f"failed: {error.message}")


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def client(tmp_path: Path, events: Events) -> Iterator[EngineClient]:
    script = tmp_path / "script.toml"
    script.write_text(
        'repeat = true\n[[answer]]\nwhen = "slow"\ntext = "late"\nread_ms = 30000\n'
        '[[answer]]\ntext = "one two three"\n',
        "utf-8",
    )
    client = EngineClient(["--script", str(script)], events=events)
    yield client
    client.close()


def test_text_streams_in_pieces_and_ends_once(client: EngineClient, events: Events) -> None:
    steps = list(client.stream(REQUEST))
    assert [step.text for step in steps if isinstance(step, Piece)] == ["one", " two", " three"]
    assert [isinstance(step, Finished) for step in steps] == [False, False, False, True]
    assert events.heard == ["loading", "ready scripted"]


@pytest.mark.skipif(not hasattr(os, "nice"), reason="there is no niceness here")
def test_the_engine_stands_back_behind_the_server_and_the_editor(client: EngineClient) -> None:
    collect(client, REQUEST)
    assert client.process_id is not None
    niceness = os.getpriority(os.PRIO_PROCESS, client.process_id)
    assert niceness == min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)


def test_several_threads_share_one_engine(client: EngineClient) -> None:
    texts: list[str] = []
    threads = [
        threading.Thread(target=lambda: texts.append(collect(client, REQUEST).text))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert texts == ["one two three"] * 8


def test_cancelling_returns_at_once_and_frees_the_engine(client: EngineClient) -> None:
    client.describe()
    cancellation = Cancellation()
    threading.Timer(0.2, cancellation.cancel).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        collect(client, GenerationRequest(FimPrompt("slow", ""), 9), cancellation)
    assert collect(client, REQUEST).text == "one two three"
    assert time.monotonic() - began < 5


def test_a_stream_that_is_closed_frees_the_engine(client: EngineClient) -> None:
    stream = client.stream(REQUEST)
    next(stream)
    stream.close()  # type: ignore[attr-defined]  # it is a generator
    assert collect(client, REQUEST).text == "one two three"


def test_a_killed_engine_is_answered_for_and_started_again_once(
    client: EngineClient, events: Events
) -> None:
    client.describe()
    threading.Timer(0.2, lambda: _kill(client)).start()
    with pytest.raises(EngineDied, match="signal 9"):
        collect(client, GenerationRequest(FimPrompt("slow", ""), 9))
    assert collect(client, REQUEST).text == "one two three"
    assert "died of signal 9, restarting: True" in events.heard


def test_an_engine_that_dies_again_before_it_answered_stays_down(
    client: EngineClient, events: Events
) -> None:
    for _ in range(2):
        client.describe()
        _kill(client)
        _wait_until(lambda: "died" in events.heard[-1] or "loading" in events.heard[-1])
        if events.heard[-1].endswith("False"):
            break
        _wait_until(lambda: events.heard[-1] == "ready scripted" or "False" in events.heard[-1])
    _wait_until(lambda: "died of signal 9, restarting: False" in events.heard)
    with pytest.raises(EngineDied, match="ended twice"):
        collect(client, REQUEST)


def test_a_model_that_cannot_be_loaded_is_an_error_with_its_reason(
    tmp_path: Path, events: Events
) -> None:
    client = EngineClient(["--script", str(tmp_path / "none.toml")], events=events)
    with pytest.raises(ModelUnavailable, match=r"none.toml cannot be used"):
        client.describe()
    client.close()
    assert [word.split(":")[0] for word in events.heard] == ["loading", "failed"]


def test_the_current_folder_is_not_imported_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repository may hold modules named like ours or like the standard library's."""
    for name in ("json.py", "codegen_lsp.py", "tomllib.py"):
        (tmp_path / name).write_text("raise SystemExit(66)", "utf-8")
    script = tmp_path / "script.toml"
    script.write_text('[[answer]]\ntext = "fine"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    client = EngineClient(["--script", str(script)])
    assert collect(client, REQUEST).text == "fine"
    client.close()


def test_a_generation_goes_on_though_nobody_listens(client: EngineClient) -> None:
    generation = client.submit(REQUEST)
    _wait_until(lambda: generation.end is not None)
    assert generation.text == "one two three"
    assert isinstance(generation.end, Finished)


def test_several_samples_come_back_apart(client: EngineClient) -> None:
    request = GenerationRequest(FimPrompt("x", ""), 2, siblings=(Sampling(seed=1),))
    answers = collect_all(client, request)
    assert [answer.text for answer in answers] == ["one two", "one two"]
    assert {answer.finished.reason for answer in answers} == {FinishReason.LENGTH}


def test_a_generation_can_be_put_behind_other_work_and_before_it(client: EngineClient) -> None:
    """The slow one is put behind, the other answered; cancelled, it lets go of the engine."""
    slow = client.submit(GenerationRequest(FimPrompt("slow", ""), 9, priority=Priority.COMPLETION))
    idle = client.submit(GenerationRequest(FimPrompt("x", ""), 9, priority=Priority.IDLE))
    time.sleep(0.2)
    assert idle.end is None
    idle.prioritise(Priority.COMPLETION)
    slow.prioritise(Priority.IDLE)
    _wait_until(lambda: idle.end is not None)
    assert slow.end is None
    slow.cancel()
    assert slow.end == Finished(FinishReason.CANCELLED)
    assert collect(client, REQUEST).text == "one two three"


def test_the_engine_counts_what_it_did(client: EngineClient) -> None:
    assert client.counters() == Counters(), "no process is started to be asked"
    assert client.process_id is None
    ended = [collect(client, REQUEST).finished for _ in range(3)]
    counted = client.counters()
    assert replace(counted, milliseconds=0.0) == Counters(
        requests=3,
        tokens_read=sum(finished.tokens_read for finished in ended),
        tokens_written=9,
    )
    assert counted.milliseconds >= sum(finished.milliseconds for finished in ended)


def test_the_engine_counts_while_it_works(client: EngineClient) -> None:
    generation = client.submit(GenerationRequest(FimPrompt("slow", ""), 9))
    _wait_until(lambda: client.counters().requests == 1)
    assert generation.end is None
    generation.cancel()


def test_counting_ends_when_the_engine_does(client: EngineClient) -> None:
    """Whoever asks just then gets an answer, if only of what was known before."""
    client.describe()
    threading.Timer(0.05, lambda: _kill(client)).start()
    deadline = time.monotonic() + 10
    while client.ready:
        client.counters()
        assert time.monotonic() < deadline
    client.close()
    _wait_until(lambda: client.counters() == Counters())


def test_an_engine_that_measured_nothing_has_no_speed(client: EngineClient) -> None:
    client.describe()
    assert client.speed is None


def test_a_closed_client_says_so(client: EngineClient) -> None:
    client.describe()
    client.close()
    _wait_until(lambda: not client.ready)
    with pytest.raises(EngineDied):
        collect(client, REQUEST)


def _kill(client: EngineClient) -> None:
    assert client.process_id is not None
    os.kill(client.process_id, signal.SIGKILL)


def _wait_until(done: object, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not done():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)
