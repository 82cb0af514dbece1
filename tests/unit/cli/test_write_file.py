"""Exchanging a file's text, or leaving it alone."""

import os
from pathlib import Path

import pytest

from codegen_lsp.cli.write_file import write_file
from codegen_lsp.errors import UsageError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "m.py"
    path.write_bytes(b"old\r\n")
    return path


def test_the_text_is_written_with_its_line_ends(file: Path) -> None:
    write_file(file, before="old\r\n", after="new é\r\n")
    assert file.read_bytes() == "new é\r\n".encode()
    assert [path.name for path in file.parent.iterdir()] == ["m.py"]


def test_the_mode_is_kept(file: Path) -> None:
    file.chmod(0o750)
    write_file(file, before="old\r\n", after="new")
    assert file.stat().st_mode & 0o777 == 0o750


def test_a_link_stays_a_link(file: Path) -> None:
    link = file.parent / "link.py"
    link.symlink_to(file)
    write_file(link, before="old\r\n", after="new")
    assert link.is_symlink()
    assert file.read_text() == "new"


def test_a_file_that_changed_meanwhile_is_left_alone(file: Path) -> None:
    file.write_bytes(b"newer\r\n")
    with pytest.raises(UsageError, match="changed meanwhile: run it again"):
        write_file(file, before="old\r\n", after="new")
    assert file.read_bytes() == b"newer\r\n"


def test_a_file_that_is_gone_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.py cannot be written"):
        write_file(tmp_path / "gone.py", before="old", after="new")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_leaves_no_trace(file: Path) -> None:
    file.parent.chmod(0o500)
    try:
        with pytest.raises(UsageError, match="cannot be written"):
            write_file(file, before="old\r\n", after="new")
    finally:
        file.parent.chmod(0o700)
    assert file.read_bytes() == b"old\r\n"
    assert len(list(file.parent.iterdir())) == 1


def test_a_text_that_cannot_be_encoded_leaves_no_trace(file: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_file(file, before="old\r\n", after="\ud800")
    assert file.read_bytes() == b"old\r\n"
    assert len(list(file.parent.iterdir())) == 1
