import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.document.diff import first_mismatch, parse_diff, unified_diff, whole_file_hunk
from codegen_lsp.errors import GitError

MODIFIED = """\
diff --git a/pkg/stack.py b/pkg/stack.py
--- a/pkg/stack.py
+++ b/pkg/stack.py
@@ -1,4 +1,5 @@
 class Stack:
-    def push(self, x):
-        self.items.append(x)
+    def push(self, item):
+        self.items.append(item)
+        return item
     # end
"""


def test_line_numbers_are_those_of_the_new_file() -> None:
    (file,) = parse_diff(MODIFIED)
    (hunk,) = file.hunks
    assert file.path == "pkg/stack.py"
    assert hunk.added == {2, 3, 4}
    assert hunk.lines[1] == "class Stack:"
    assert hunk.lines[4] == "        return item"


def test_removed_lines_are_kept_where_they_stood() -> None:
    (hunk,) = parse_diff(MODIFIED)[0].hunks
    assert hunk.removed == {2: ("    def push(self, x):", "        self.items.append(x)")}


def test_a_hunk_that_only_removes_has_its_lines_before_the_line_that_follows() -> None:
    text = "--- a/x\n+++ b/x\n@@ -2,2 +1,0 @@\n-two\n-three\n"
    (hunk,) = parse_diff(text)[0].hunks
    assert hunk.added == frozenset()
    assert hunk.removed == {2: ("two", "three")}


def test_a_deleted_file_is_left_out() -> None:
    text = "--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n"
    assert parse_diff(text) == []


def test_a_new_file_says_so() -> None:
    (file,) = parse_diff("--- /dev/null\n+++ b/x y.py\n@@ -0,0 +1 @@\n+one\n")
    assert file.is_new
    assert file.path == "x y.py"


def test_a_rename_goes_by_its_new_name() -> None:
    text = (
        "diff --git a/old.py b/new.py\nsimilarity index 90%\nrename from old.py\nrename to new.py\n"
        "--- a/old.py\n+++ b/new.py\n@@ -1 +1 @@\n-a\n+b\n"
    )
    assert [file.path for file in parse_diff(text)] == ["new.py"]


@pytest.mark.parametrize(
    ("quoted", "path"),
    [
        (r'"b/\303\244 \360\237\220\215.py"', "ä 🐍.py"),
        (r'"b/tab\there.py"', "tab\there.py"),
        (r'"b/say \"hi\" \\ now.py"', 'say "hi" \\ now.py'),
    ],
)
def test_gits_quoting_of_names_is_undone(quoted: str, path: str) -> None:
    (file,) = parse_diff(f"--- /dev/null\n+++ {quoted}\n@@ -0,0 +1 @@\n+one\n")
    assert file.path == path


def test_links_submodules_and_binary_files_are_no_text() -> None:
    text = (
        "diff --git a/link b/link\nnew file mode 120000\n--- /dev/null\n+++ b/link\n"
        "@@ -0,0 +1 @@\n+target\n\\ No newline at end of file\n"
        "diff --git a/image.png b/image.png\nnew file mode 100644\n"
        "Binary files /dev/null and b/image.png differ\n"
    )
    assert [(file.path, file.is_text, file.hunks) for file in parse_diff(text)] == [
        ("link", False, ()),
        ("image.png", False, ()),
    ]


def test_a_diff_saved_with_crlf_is_read() -> None:
    (file,) = parse_diff(MODIFIED.replace("\n", "\r\n"))
    assert file.path == "pkg/stack.py"
    assert file.hunks[0].lines[4] == "        return item"


def test_form_feeds_and_unusual_separators_end_no_line() -> None:
    """LF alone counts for git; Python's ``splitlines`` would count more."""
    text = "--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@\n+one\x0cstill\u2028one\x85\n+two\n"
    assert parse_diff(text)[0].hunks[0].lines == {1: "one\x0cstill\u2028one\x85", 2: "two"}


@pytest.mark.parametrize(
    "text",
    [
        "hello\n",
        "@@ -1 +1 @@\n-a\n+b\n",
        "--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n-a\n",
        "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n*b\n",
    ],
)
def test_what_is_no_diff_is_an_error(text: str) -> None:
    with pytest.raises(GitError, match="the diff cannot be read"):
        parse_diff(text)


def test_an_empty_diff_changes_nothing() -> None:
    assert parse_diff("") == []


def test_a_text_that_is_the_new_side_has_no_mismatch() -> None:
    text = (
        "class Stack:\r\n    def push(self, item):\r\n        self.items.append(item)\r\n"
        "        return item\r\n    # end\r\n"
    )
    assert first_mismatch(parse_diff(MODIFIED)[0].hunks, text) is None


@pytest.mark.parametrize(("text", "line"), [("", 1), ("class Stack:\n", 2), ("class Heap:\n", 1)])
def test_the_first_line_that_differs_is_named(text: str, line: int) -> None:
    assert first_mismatch(parse_diff(MODIFIED)[0].hunks, text) == line


TEXTS = st.text(st.sampled_from("ab é\t\r\x0c\u2028\n\n\n"), max_size=60)


@given(TEXTS, TEXTS)
def test_what_is_written_can_be_read_back(before: str, after: str) -> None:
    diff = unified_diff(before, after, "some file.py")
    for file in parse_diff(diff):
        assert file.path == "some file.py"
        assert first_mismatch(file.hunks, after) is None


@given(TEXTS)
def test_a_whole_file_is_one_hunk_of_new_lines(text: str) -> None:
    hunk = whole_file_hunk(text)
    assert hunk.added == frozenset(range(1, len(hunk.lines) + 1))
    assert first_mismatch((hunk,), text) is None


def test_a_broken_diff_is_one_line_of_complaint() -> None:
    with pytest.raises(GitError, match="cannot be read") as caught:
        parse_diff("+++ b/y\n@@ -1 +1 @@\n-a\n+b\n")
    assert "\n" not in str(caught.value)
