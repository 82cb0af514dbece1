"""The loop that answers items."""

from pathlib import Path

import pytest

from codegen_lsp.config.settings import Settings
from codegen_lsp.errors import ModelUnavailable, UsageError
from codegen_lsp.model.backend import GenerationRequest, collect
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from codegen_lsp.prompt.prompt import FimPrompt
from tests.evals.answering import answer_items
from tests.evals.kind import Answer, Fields, Kind, Parts, Scores
from tests.evals.records import read_records

ITEMS = [{"id": name} for name in "abc"]


def parts() -> Parts:
    backend = ScriptedBackend([ScriptedAnswer("two words")], repeat=True)
    return Parts(InProcessModel(backend), Settings())


def generated(item: Fields, given: Parts) -> Answer:
    request = GenerationRequest(FimPrompt(item["id"], ""), max_tokens=8)
    return Answer(collect(given.model, request).text, more={"seen": item["id"]})


def no_scores(_: Fields, __: Fields) -> Scores:
    return {}


KIND = Kind(needs=(), ours=generated, bare=None, score=no_scores)


def test_a_record_has_the_fields_that_are_promised(tmp_path: Path) -> None:
    [record] = answer_items(ITEMS[:1], KIND, parts(), output=tmp_path / "out")
    seconds = record["seconds"]
    assert seconds >= 0
    assert record == {
        "id": "a",
        "output": "two words",
        "dropped": None,
        "tokens_read": 1,
        "tokens_written": 2,
        "tries": 1,
        "seconds": seconds,
        "seen": "a",
        "model": Settings().model.name,
        "raw": False,
    }
    assert read_records(tmp_path / "out") == {"a": record}


def test_a_run_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    """What has an answer is not asked again, and the records come in the order of the items."""
    asked: list[str] = []

    def fails_at_b(item: Fields, given: Parts) -> Answer:
        asked.append(item["id"])
        if item["id"] == "b" and len(asked) == 2:
            raise ModelUnavailable("the engine ended")
        return generated(item, given)

    kind = Kind(needs=(), ours=fails_at_b, bare=None, score=no_scores)
    with pytest.raises(ModelUnavailable):
        answer_items(ITEMS, kind, parts(), output=tmp_path / "out")
    assert list(read_records(tmp_path / "out")) == ["a"]
    records = answer_items(ITEMS, kind, parts(), output=tmp_path / "out")
    assert asked == ["a", "b", "b", "c"]
    assert [record["id"] for record in records] == ["a", "b", "c"]


def test_what_the_model_cannot_be_asked_is_an_empty_answer(tmp_path: Path) -> None:
    def refuses(item: Fields, _: Parts) -> Answer:
        raise UsageError(f"{item['id']} is too long")

    kind = Kind(needs=(), ours=refuses, bare=None, score=no_scores)
    [record] = answer_items(ITEMS[:1], kind, parts(), output=tmp_path / "out")
    assert (record["output"], record["dropped"]) == ("", "a is too long")


def test_raw_asks_the_bare_model(tmp_path: Path) -> None:
    kind = Kind(needs=(), ours=generated, bare=lambda *_: Answer("bare"), score=no_scores)
    [record] = answer_items(ITEMS[:1], kind, parts(), output=tmp_path / "out", raw=True)
    assert (record["output"], record["raw"]) == ("bare", True)


def test_a_kind_without_a_bare_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no bare model"):
        answer_items(ITEMS, KIND, parts(), output=tmp_path / "out", raw=True)
    assert not (tmp_path / "out").exists()
