"""The real process that indexes: it is told of changes, and ends with whoever started it."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from codegen_lsp.project.background import BackgroundIndexer
from codegen_lsp.project.stored_index import IndexReader

SECONDS = 120


class Indexed:
    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.root.mkdir()
        (self.root / "a.py").write_text("def first(): pass\n")
        self.indexer = BackgroundIndexer(self.root, folder / "index.sqlite3")
        self.reader = IndexReader(folder / "index.sqlite3")

    def names(self, file: str = "a.py") -> list[str]:
        assert self.indexer.wait(SECONDS)
        return [item.name for item in self.reader.outline(file)]


@pytest.fixture
def indexed(tmp_path: Path) -> Iterator[Indexed]:
    found = Indexed(tmp_path)
    with closing(found.indexer), closing(found.reader):
        found.indexer.start()
        yield found


def test_files_are_indexed_and_read_again_when_they_change(indexed: Indexed) -> None:
    assert indexed.names() == ["first"]
    (indexed.root / "a.py").write_text("def second(): pass\n")
    indexed.indexer.changed(indexed.root / "a.py")
    assert indexed.names() == ["second"]
    (indexed.root / "b.py").write_text("def third(): pass\n")
    indexed.indexer.rescan()
    assert indexed.names("b.py") == ["third"]
    assert indexed.indexer.is_done


def test_starting_twice_starts_one_process(indexed: Indexed) -> None:
    before = indexed.indexer.process_id
    indexed.indexer.start()
    assert indexed.indexer.process_id == before


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="needs priorities")
def test_it_runs_at_the_lowest_priority(indexed: Indexed) -> None:
    indexed.names()
    assert indexed.indexer.process_id is not None
    assert os.getpriority(os.PRIO_PROCESS, indexed.indexer.process_id) == 19


def test_after_the_end_nothing_is_waited_for(indexed: Indexed) -> None:
    indexed.indexer.close()
    indexed.indexer.start()
    indexed.indexer.changed(indexed.root / "a.py")
    assert indexed.indexer.process_id is None
    indexed.indexer.wait(0.1)


def test_a_place_that_cannot_be_written_ends_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with closing(BackgroundIndexer(tmp_path, tmp_path / "file" / "x.sqlite3")) as indexer:
        indexer.start()
        assert not indexer.wait(SECONDS)
