"""Answers on disk, and what a kill leaves behind."""

from pathlib import Path

import pytest

from codegen_lsp.errors import UnreadableFile, UsageError
from tests.evals.records import append_record, read_records, resume_records

MADE_BY = {"model": "m", "raw": False}
ONE = {"id": "a", "output": "x\u2028", **MADE_BY}


def test_what_is_appended_is_read(tmp_path: Path) -> None:
    append_record(tmp_path / "out", ONE)
    append_record(tmp_path / "out", {**ONE, "id": "b"})
    assert list(read_records(tmp_path / "out")) == ["a", "b"]
    assert read_records(tmp_path / "out")["a"] == ONE


def test_a_line_that_was_being_written_is_written_again(tmp_path: Path) -> None:
    out = tmp_path / "out"
    append_record(out, ONE)
    with out.open("ab") as file:
        file.write('{"id": "b", "output": "é'.encode()[:-1])
    assert list(resume_records(out, MADE_BY)) == ["a"]
    append_record(out, {**ONE, "id": "b"})
    assert list(read_records(out)) == ["a", "b"]


def test_nothing_is_lost_of_a_file_that_was_not_torn(tmp_path: Path) -> None:
    append_record(tmp_path / "out", ONE)
    before = (tmp_path / "out").read_bytes()
    resume_records(tmp_path / "out", MADE_BY)
    assert (tmp_path / "out").read_bytes() == before


@pytest.mark.parametrize("other", [{"model": "n"}, {"raw": True}])
def test_answers_of_another_model_are_not_gone_on_with(
    tmp_path: Path, other: dict[str, object]
) -> None:
    append_record(tmp_path / "out", ONE)
    with pytest.raises(UsageError, match="has answers of"):
        resume_records(tmp_path / "out", {**MADE_BY, **other})


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a story\n")
    with pytest.raises(UnreadableFile, match="line 1"):
        resume_records(tmp_path / "out", MADE_BY)
    assert (tmp_path / "out").read_text() == "a story\n"
