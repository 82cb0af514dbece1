from pathlib import Path

import pytest

from codegen_lsp.errors import ModelUnavailable
from codegen_lsp.model.backend import (
    Answer,
    FinishReason,
    GenerationRequest,
    Sampling,
    collect,
    collect_all,
)
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from codegen_lsp.prompt.prompt import ChatPrompt, FimPrompt, Message


def ask(backend: ScriptedBackend, prompt: str = "x", **options: object) -> Answer:
    request = GenerationRequest(FimPrompt(prompt, ""), **{"max_tokens": 99, **options})  # type: ignore[arg-type]
    return collect(InProcessModel(backend), request)


def test_answers_are_given_once_in_order_and_then_nothing() -> None:
    backend = ScriptedBackend([ScriptedAnswer("a"), ScriptedAnswer("b")])
    assert [ask(backend).text for _ in range(3)] == ["a", "b", ""]


def test_an_answer_may_wait_for_its_prompt() -> None:
    backend = ScriptedBackend([ScriptedAnswer("a", when="alpha"), ScriptedAnswer("b")], repeat=True)
    assert ask(backend, "beta").text == "b"
    assert ask(backend, "alpha").text == "a"
    assert ask(backend, "alpha").text == "a"


def test_length_and_stop_strings_are_kept() -> None:
    answer = ask(ScriptedBackend([ScriptedAnswer("one two three")]), max_tokens=2)
    assert (answer.text, answer.finished.reason) == ("one two", FinishReason.LENGTH)
    assert ask(ScriptedBackend([ScriptedAnswer("one ``` two")]), stop=("```",)).text == "one "


def test_chats_are_matched_by_their_messages() -> None:
    backend = ScriptedBackend([ScriptedAnswer("hi", when="hello")])
    prompt = ChatPrompt((Message("user", "well hello"),))
    assert collect(InProcessModel(backend), GenerationRequest(prompt, 9)).text == "hi"


def test_each_sample_takes_an_answer_and_ends_for_a_reason_of_its_own() -> None:
    answers = [ScriptedAnswer("one"), ScriptedAnswer("two and more"), ScriptedAnswer("three ``` x")]
    request = GenerationRequest(
        FimPrompt("x", ""), 2, stop=("```",), siblings=(Sampling(seed=1), Sampling(seed=2))
    )
    first, second, third = collect_all(InProcessModel(ScriptedBackend(answers)), request)
    assert [answer.text for answer in (first, second, third)] == ["one", "two and", "three "]
    reasons = [answer.finished.reason for answer in (first, second, third)]
    assert reasons == [FinishReason.END, FinishReason.LENGTH, FinishReason.END]
    assert first.finished.tokens_written == len(["one", "two", " and", "three", " "])


def test_counters_add_up_over_requests_and_samples() -> None:
    backend = ScriptedBackend([ScriptedAnswer("one two")], repeat=True)
    ended = [ask(backend, "a b"), ask(backend, "a b", siblings=(Sampling(),))]
    counters = backend.counters()
    assert counters.requests == 2
    assert counters.tokens_read == sum(answer.finished.tokens_read for answer in ended)
    assert counters.tokens_written == sum(answer.finished.tokens_written for answer in ended) == 6


def test_what_was_written_before_a_cancellation_counts() -> None:
    backend = ScriptedBackend([ScriptedAnswer("one two three")])
    steps = backend.generate(GenerationRequest(FimPrompt("x", ""), 9))
    next(steps)
    steps.close()
    assert backend.counters().tokens_written == 1


def test_there_is_nothing_to_do_in_idle_time() -> None:
    assert list(ScriptedBackend([]).idle()) == []


@pytest.mark.parametrize("script", ["x =", '[[answer]]\nsay = "x"\n'])
def test_a_script_that_cannot_be_read_is_named(tmp_path: Path, script: str) -> None:
    file = tmp_path / "script.toml"
    file.write_text(script, "utf-8")
    with pytest.raises(ModelUnavailable, match=r"script\.toml cannot be used"):
        ScriptedBackend.from_file(file)
