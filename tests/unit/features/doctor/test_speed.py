"""Measuring a model whose speed is known, and saying what is wrong with one that is not right."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import Settings
from codegen_lsp.errors import Cancelled, EngineDied
from codegen_lsp.features.doctor.check import State
from codegen_lsp.features.doctor.speed import latency, measure, speed, threads
from codegen_lsp.model.backend import Finished, GenerationRequest, ModelDescription, Piece
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from codegen_lsp.model.speed import Speed
from codegen_lsp.prompt.prompt import ChatPrompt, FimPrompt


def scripted(read_ms: float, token_ms: float) -> InProcessModel:
    """Give a model that answers what comes first at once: it is not measured."""
    answer = ScriptedAnswer("1 " * 100, read_ms=read_ms, token_ms=token_ms)
    return InProcessModel(ScriptedBackend([ScriptedAnswer("1"), answer]))


@dataclass
class Described:
    """A model that only says what it is, or fails to."""

    details: dict[str, str] = field(default_factory=dict)
    has_chat_template: bool = True
    error: EngineDied | None = None
    asked: list[GenerationRequest] = field(default_factory=list)

    def describe(self) -> ModelDescription:
        if self.error is not None:
            raise self.error
        return ModelDescription(
            "described", 1024, True, self.has_chat_template, tuple(self.details.items())
        )

    def stream(
        self, request: GenerationRequest, cancellation: Cancellation | None = None
    ) -> Iterator[Piece | Finished]:
        del cancellation
        self.asked.append(request)
        return iter(())

    def close(self) -> None:
        """Nothing to end."""


def test_both_rates_are_measured() -> None:
    """About 110 words in 200 ms, then 48 words of which 47 took 10 ms each."""
    measured = measure(scripted(read_ms=200, token_ms=10))
    assert 300 < measured.reading < 600
    assert 50 < measured.writing <= 101


def test_reading_is_told_from_writing() -> None:
    slow_reader, slow_writer = measure(scripted(600, 1)), measure(scripted(50, 20))
    assert slow_reader.reading < slow_writer.reading
    assert slow_reader.writing > slow_writer.writing


def test_a_slow_model_is_a_warning_with_advice() -> None:
    check, _ = speed(Settings(), lambda: scripted(read_ms=3000, token_ms=1))
    assert check.state is State.WARNING
    assert "slow" in check.found
    assert "smaller model" in str(check.mend)


def test_a_fast_model_is_fine() -> None:
    check, _ = speed(Settings(), lambda: scripted(read_ms=10, token_ms=1))
    assert check.state is State.OK
    assert "reads" in check.found
    assert "writes" in check.found


def test_what_a_completion_may_cost_is_told_with_the_reasons() -> None:
    check = latency(Speed(reading=105, token_ms=33, move_ms=10), Settings())
    assert check.state is State.OK
    for fact in ("after a keystroke", "target of 400 ms", "384 tokens before", "in 4.9 s"):
        assert fact in check.found


def test_a_model_that_cannot_keep_up_is_a_warning_that_names_a_quicker_one() -> None:
    check = latency(Speed(reading=30, token_ms=120, move_ms=40), Settings())
    assert check.state is State.WARNING
    assert "qwen2.5-coder-0.5b" in str(check.mend)


def test_a_model_that_writes_nothing_has_no_speed() -> None:
    measured = measure(Described())
    assert (measured.reading, measured.writing) == (0.0, 0.0)


@pytest.mark.parametrize(("template", "prompt"), [(True, ChatPrompt), (False, FimPrompt)])
def test_a_model_without_a_chat_template_is_measured_too(template: bool, prompt: type) -> None:  # noqa: FBT001 - a parameter of a case
    model = Described(has_chat_template=template)
    measure(model)
    assert {type(request.prompt) for request in model.asked} == {prompt}


def test_measuring_can_be_cancelled() -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled):
        list(speed(Settings(), lambda: scripted(10, 1), cancellation))


def test_an_engine_that_dies_is_a_problem_and_not_an_exception() -> None:
    def dead() -> Described:
        return Described(error=EngineDied("the engine process ended", advice="look"))

    for check in (threads(Settings(), dead), *speed(Settings(), dead)):
        assert check.state is State.PROBLEM
        assert check.found == "the engine process ended"
        assert check.mend == "look"
        assert check.blocks_model


@pytest.mark.parametrize(
    ("cores", "used", "state"),
    [("4", "4", State.OK), ("4", "2", State.OK), ("4", "8", State.WARNING)],
)
def test_more_threads_than_cores_are_a_warning(cores: str, used: str, state: State) -> None:
    check = threads(Settings(), lambda: Described({"cores": cores, "threads": used}))
    assert check.state is state
    assert f"{used} for the model, on {cores} physical cores" in check.found


def test_a_model_that_does_not_tell_its_threads_is_fine() -> None:
    assert threads(Settings(), Described).state is State.OK
