"""The index on disk: reading while it is written, damage, other versions, and that it is data."""

import ast
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from codegen_lsp.project import stored_index
from codegen_lsp.project.ignored import SourceFile
from codegen_lsp.project.stored_index import (
    FORMAT,
    MOST_INDEXES,
    FileFacts,
    Found,
    IndexReader,
    IndexWriter,
    Size,
    path_of,
)
from codegen_lsp.syntax.imports import Import
from codegen_lsp.syntax.outline import ItemKind, OutlineItem

ITEM = OutlineItem(ItemKind.FUNCTION, "add", "Sum.add", 2, 4, "def add(self):", "Add.")
FACTS = FileFacts(
    SourceFile("p/a.py", "python", 12, 34),
    5,
    (ITEM,),
    (Import("os", "os", None), Import("b", ".c", "d")),
    frozenset({"add", "Sum"}),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.sqlite3"


def put(path: Path, *facts: FileFacts) -> None:
    with closing(IndexWriter(path)) as writer:
        writer.put(facts or [FACTS])


def test_what_was_put_is_found(path: Path) -> None:
    put(path)
    with closing(IndexReader(path)) as reader:
        assert reader.size() == Size(1, 5)
        assert reader.stamp("p/a.py") == (12, 34)
        assert reader.outline("p/a.py") == [ITEM]
        assert reader.imports("p/a.py") == list(FACTS.imports)
        assert reader.definitions("add") == [Found("p/a.py", ITEM)]
        assert reader.files_with("Sum", most=3) == ["p/a.py"]


def test_what_is_not_there_is_not_found(path: Path) -> None:
    put(path)
    with closing(IndexReader(path)) as reader:
        assert reader.stamp("b.py") is None
        assert reader.outline("b.py") == []
        assert reader.definitions("'; DROP TABLE files; --") == []


def test_a_reader_sees_what_is_written_after_it_began(path: Path) -> None:
    with closing(IndexReader(path)) as reader:
        assert reader.size() == Size()
        put(path)
        assert reader.size() == Size(1, 5)


@pytest.mark.parametrize("damage", [b"not a database", b"", b"SQLite format 3\0" + b"x" * 5000])
def test_a_damaged_index_is_made_anew(path: Path, damage: bytes) -> None:
    path.write_bytes(damage)
    with closing(IndexReader(path)) as reader:
        assert reader.size() == Size()
    put(path)
    with closing(IndexReader(path)) as reader:
        assert reader.size() == Size(1, 5)


def test_a_page_that_was_overwritten_costs_the_index_and_no_more(path: Path) -> None:
    put(path, *(FileFacts(SourceFile(f"{n}.py", "python", 1, 1), 1, (ITEM,)) for n in range(500)))
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 8192)
    with closing(IndexReader(path)) as reader:
        reader.definitions("add")
    put(path)
    with closing(IndexReader(path)) as reader:
        assert reader.size() == Size(1, 5)


def test_an_index_of_another_version_is_made_anew(path: Path) -> None:
    put(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    with closing(IndexReader(path)) as reader:
        assert reader.size() == Size()
    with closing(IndexWriter(path)) as writer:
        assert writer.stamps() == {}


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        IndexWriter(tmp_path / "file" / "index.sqlite3")


def test_each_root_has_an_index_of_its_own(tmp_path: Path) -> None:
    one, other = path_of(tmp_path / "a", tmp_path), path_of(tmp_path / "b", tmp_path)
    assert one != other
    assert one == path_of(tmp_path / "c" / ".." / "a", tmp_path)


def test_indexes_that_were_not_used_for_long_are_removed(tmp_path: Path) -> None:
    for number in range(MOST_INDEXES + 3):
        old = tmp_path / f"{number}.sqlite3"
        old.write_bytes(b"")
        os.utime(old, (number, number))
    put(tmp_path / "new.sqlite3")
    left = {path.name for path in tmp_path.glob("*.sqlite3")}
    assert len(left) == MOST_INDEXES
    assert "new.sqlite3" in left
    assert "0.sqlite3" not in left


def test_nothing_that_runs_code_when_it_is_read_is_used() -> None:
    tree = ast.parse(Path(stored_index.__file__).read_text("utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None), *(alias.name for alias in node.names)]
    }
    assert not imported & {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}
