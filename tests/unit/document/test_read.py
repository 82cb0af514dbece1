from pathlib import Path

import pytest

from codegen_lsp.document.read import MAX_BYTES, read_document
from codegen_lsp.errors import UnreadableFile


def test_text_keeps_its_line_ends_and_gets_its_language(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes("é = 1\r\n".encode())
    document = read_document(file)
    assert document.text == "é = 1\r\n"
    assert document.language == "python"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x7fELF\0\0", "is a binary file"),
        ("é = 1".encode("latin-1"), r"is not UTF-8 \(byte 0\): convert it to UTF-8 first"),
        (b"#" * (MAX_BYTES + 1), "is too large"),
    ],
)
def test_what_is_no_source_text_is_refused_in_one_line(
    tmp_path: Path, data: bytes, words: str
) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(data)
    with pytest.raises(UnreadableFile, match=words) as caught:
        read_document(file)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_directory_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="does not exist"):
        read_document(tmp_path / "none.py")
    with pytest.raises(UnreadableFile, match="is a directory: name a file in it"):
        read_document(tmp_path)
