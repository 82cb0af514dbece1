from pathlib import Path

import pytest

from codegen_lsp.document.changes import changes_from_diff, selected_lines
from codegen_lsp.document.diff import unified_diff
from codegen_lsp.document.text import Document
from codegen_lsp.errors import GitError


def test_a_diff_becomes_the_files_it_led_to(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\ny = 3\n")
    changes = changes_from_diff(
        unified_diff("x = 1\ny = 2\n", "x = 1\ny = 3\n", "a.py"), tmp_path, title="t"
    )
    (file,) = changes.files
    assert file.added == {2}
    assert file.document.path == tmp_path / "a.py"
    assert file.document.language == "python"


def test_a_diff_that_does_not_apply_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\ny = 4\n")
    diff = unified_diff("x = 1\ny = 2\n", "x = 1\ny = 3\n", "a.py")
    with pytest.raises(GitError, match=r"does not apply: a\.py, line 2"):
        changes_from_diff(diff, tmp_path, title="t")


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GitError, match=r"there is no file a\.py"):
        changes_from_diff(unified_diff("", "x\n", "a.py"), tmp_path, title="t")


@pytest.mark.parametrize("path", ["../outside.py", "/etc/passwd", "link/outside.py"])
def test_nothing_outside_the_root_is_read(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "outside.py").write_text("secret = 1\n")
    (root / "link").symlink_to(tmp_path)
    with pytest.raises(GitError, match="outside"):
        changes_from_diff(
            f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+secret = 1\n", root, title="t"
        )


def test_a_file_that_is_not_utf8_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x = '\xe4'\n")
    changes = changes_from_diff(unified_diff("", "x = 'a'\n", "a.py"), tmp_path, title="t")
    assert changes.files == ()
    assert changes.skipped[0].path == "a.py"
    assert "UTF-8" in changes.skipped[0].reason


def test_selected_lines_count_as_added() -> None:
    document = Document("a\nb\nc\n")
    file = selected_lines("x.py", document, range(1, 3))
    assert file.added == {2, 3}
    assert file.hunks[0].lines == {2: "b", 3: "c"}
