"""Loading and picking items."""

import hashlib
import json
from pathlib import Path

import pytest

from codegen_lsp.errors import UnreadableFile, UsageError
from tests.evals.items import load_items


def written(path: Path, names: str) -> Path:
    path.write_text("".join(f"{json.dumps({'id': name, 'text': name})}\n" for name in names))
    return path


def test_the_order_is_that_of_the_hashed_ids_whatever_the_file_has(tmp_path: Path) -> None:
    one = load_items(written(tmp_path / "one", "abcdef"), ("text",))
    other = load_items(written(tmp_path / "other", "fedcba"), ("text",))
    hashes = [hashlib.sha256(item["id"].encode()).hexdigest() for item in one]
    assert one == other
    assert hashes == sorted(hashes)
    assert {item["id"] for item in one} == set("abcdef")


def test_an_item_of_another_kind_is_refused_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"one:1 .* no prompt, suffix"):
        load_items(written(tmp_path / "one", "a"), ("prompt", "suffix"))


def test_a_line_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one").write_text('{"id": "a"}\n{"id"\n')
    with pytest.raises(UsageError, match="one:2 is no JSON"):
        load_items(tmp_path / "one", ())


def test_two_items_with_one_id_are_refused(tmp_path: Path) -> None:
    """Their answers could not be told apart."""
    with pytest.raises(UsageError, match="two items"):
        load_items(written(tmp_path / "one", "aa"), ())


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        load_items(tmp_path / "none", ())


def test_an_unusual_line_end_inside_a_text_ends_no_item(tmp_path: Path) -> None:
    (tmp_path / "one").write_text('{"id": "a", "text": "x\u2028y"}\n', "utf-8")
    assert [item["text"] for item in load_items(tmp_path / "one", ())] == ["x\u2028y"]
