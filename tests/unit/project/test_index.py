"""Bringing an index up to date: what is read, what is not read again, what is forgotten."""

import os
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from codegen_lsp.project.index import MOST_WORDS, Report, update_all, update_file, words_of
from codegen_lsp.project.stored_index import IndexReader, IndexWriter, Size


class Tree:
    """A folder with sources, and its index."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.root.mkdir()
        self.path = folder / "index.sqlite3"

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            (self.root / name).write_text(text)

    def update(self) -> Report:
        with closing(IndexWriter(self.path)) as writer:
            return update_all(self.root, writer)

    def update_file(self, name: str) -> None:
        with closing(IndexWriter(self.path)) as writer:
            update_file(self.root, self.root / name, writer)

    def names(self, file: str) -> list[str]:
        with closing(IndexReader(self.path)) as reader:
            return [item.name for item in reader.outline(file)]


def test_every_language_is_indexed(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.write({"a.py": "def a(): pass\n", "b.js": "function b() {}\n", "c.go": "func c() {}\n"})
    assert tree.update() == Report(files=3, read=3, lines=6)
    assert [tree.names(file) for file in ("a.py", "b.js", "c.go")] == [["a"], ["b"], ["c"]]


def test_only_what_has_changed_is_read_again(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.write({"a.py": "def a(): pass\n", "b.py": "def b(): pass\n"})
    tree.update()
    tree.write({"b.py": "def b(): pass\ndef c(): pass\n"})
    os.utime(tree.root / "b.py", ns=(1, 1))
    assert tree.update() == Report(files=2, read=1, lines=3)
    assert tree.names("b.py") == ["b", "c"]


def test_what_is_gone_is_forgotten(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.write({"a.py": "def a(): pass\n"})
    tree.update()
    (tree.root / "a.py").unlink()
    assert tree.update() == Report(gone=1)
    assert tree.names("a.py") == []


def test_one_saved_file_is_read_by_itself(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.write({"a.py": "def a(): pass\n"})
    tree.update_file("a.py")
    assert tree.names("a.py") == ["a"]
    tree.write({"a.py": "def changed(): pass\n"})
    tree.update_file("a.py")
    assert tree.names("a.py") == ["changed"]
    (tree.root / "a.py").unlink()
    tree.update_file("a.py")
    assert tree.names("a.py") == []


def test_a_saved_file_that_git_ignores_is_not_indexed(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.write({".gitignore": "a.py\n", "a.py": "def a(): pass\n"})
    tree.update_file("a.py")
    assert tree.names("a.py") == []


def test_what_cannot_be_read_is_kept_without_contents(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    (tree.root / "binary.py").write_bytes(b"\0\1")
    (tree.root / "latin.py").write_bytes(b"x = '\xe9'\n")
    assert tree.update() == Report(files=2, read=2)
    assert tree.update().read == 0
    with closing(IndexReader(tree.path)) as reader:
        assert reader.size() == Size(files=2, lines=0)


def test_words_are_identifiers_and_bounded() -> None:
    assert words_of("for x in range(größe): ab = 'text'") == {"for", "range", "größe", "text"}
    assert (
        len(words_of(" ".join(f"word{number}" for number in range(2 * MOST_WORDS)))) == MOST_WORDS
    )
    assert words_of("x" * 1000) == frozenset()
