"""Each step is one line, there when the step is over, and readable after any crash."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.state import FixState, Step
from agent.tools import Event
from agent.trajectory import Exchange, KeepingModel, Trajectory, read_trajectory
from codegen_lsp.model.backend import GenerationRequest, Sampling, collect_all
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend
from codegen_lsp.prompt.prompt import ChatPrompt, Message


@pytest.fixture
def trajectory(tmp_path: Path) -> Trajectory:
    return Trajectory(tmp_path / "trajectory.jsonl")


def state(steps: int, following: Step = Step.LOCALISE) -> FixState:
    return replace(FixState(), steps=steps, next=following, seconds=1.5, tries=2)


def test_a_step_tells_what_was_said_in_it(trajectory: Trajectory) -> None:
    trajectory.hear(Event(Step.REPRODUCE, "running the tests", 0, 0.1))
    trajectory.add(Step.REPRODUCE, state(1), 0.5)
    trajectory.add(Step.LOCALISE, state(2, Step.PROPOSE), 0.25)
    first, second = read_trajectory(trajectory.path)
    assert (first.step, first.next, first.said) == (
        Step.REPRODUCE,
        Step.LOCALISE,
        ("running the tests",),
    )
    assert (first.took, first.seconds, first.tries) == (0.5, 1.5, 2)
    assert (second.number, second.said) == (2, ())


def test_a_step_that_was_repeated_counts_once(trajectory: Trajectory) -> None:
    for text in ("first", "again"):
        trajectory.hear(Event(Step.REPRODUCE, text, 0, 0.1))
        trajectory.add(Step.REPRODUCE, state(1), 0.5)
    assert [line.said for line in read_trajectory(trajectory.path)] == [("again",)]


def test_a_torn_line_costs_itself_only(trajectory: Trajectory) -> None:
    trajectory.add(Step.REPRODUCE, state(1), 0.5)
    with trajectory.path.open("a") as file:
        file.write('{"number": 2, "step": "loc')
    trajectory.add(Step.LOCALISE, state(2, Step.PROPOSE), 0.5)
    assert [line.number for line in read_trajectory(trajectory.path)] == [1, 2]


def test_without_a_file_nothing_was_done(tmp_path: Path) -> None:
    assert read_trajectory(tmp_path / "none.jsonl") == []


def test_prompts_and_answers_are_kept_where_that_was_asked_for(trajectory: Trajectory) -> None:
    backend = ScriptedBackend([ScriptedAnswer("one"), ScriptedAnswer("two")])
    model = KeepingModel(InProcessModel(backend), trajectory)
    prompt = ChatPrompt((Message("user", "Why?"),), answer_start="```")
    request = GenerationRequest(prompt, max_tokens=9, siblings=(Sampling(0.5),))
    assert [answer.text for answer in collect_all(model, request)] == ["one", "two"]
    trajectory.add(Step.PROPOSE, state(1), 0.5)
    [line] = read_trajectory(trajectory.path)
    assert line.exchanges == (Exchange("[user]\nWhy?\n\n[assistant]\n```", ("one", "two")),)
