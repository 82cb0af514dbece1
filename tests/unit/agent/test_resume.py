"""A run that was broken off goes on after its last whole step, on the same files or not at all."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.checks import TestCommand
from agent.graph import last_state
from agent.report import FixReport, Outcome, Proposal
from agent.run import NO_FRAME, Frame, fix, resume
from agent.runs import Run, runs_in
from agent.state import Step
from agent.tools import Event
from agent.trajectory import read_trajectory
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import FixSettings
from codegen_lsp.errors import UsageError
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedAnswer, ScriptedBackend

from .conftest import CALC, RIGHT, WRONG, everything_in

MakeProject = Callable[..., Path]
SETTINGS = FixSettings(max_tries=4, test_seconds=30, mutants=False)


class Broken(Exception):  # noqa: N818 - an end from outside, no error of ours
    """What ends a run from outside."""


def backend_of(*answers: str) -> ScriptedBackend:
    return ScriptedBackend([ScriptedAnswer(f"{answer}\n```\n") for answer in answers])


def break_at(step: Step, text: str = "") -> Callable[[Event], None]:
    def hear(event: Event) -> None:
        if event.step is step and event.text.startswith(text):
            raise Broken

    return hear


def broken_run(
    project: Path, runs: Path, hear: Callable[[Event], None], *answers: str, frame: Frame = NO_FRAME
) -> Run:
    """Begin a run that is ended by ``hear``."""
    model = InProcessModel(backend_of(*answers))
    with pytest.raises(Broken):
        fix(project, None, model, SETTINGS, Cancellation(), hear, replace(frame, runs=runs))
    [run] = runs_in(runs)
    return run


def gone_on(run: Run, *answers: str, frame: Frame = NO_FRAME) -> tuple[FixReport, list[str]]:
    """Resume a run and return its report, and the steps that were told of."""
    events: list[Event] = []
    report = resume(run, InProcessModel(backend_of(*answers)), Cancellation(), events.append, frame)
    return report, list(dict.fromkeys(event.step.value for event in events))


def test_finished_steps_are_not_repeated(make_project: MakeProject, tmp_path: Path) -> None:
    """Broken off while the first candidate is tested; tests are reproduced and asked about once."""
    project = make_project()
    before = everything_in(project)
    run = broken_run(project, tmp_path / "runs", break_at(Step.VERIFY), WRONG)
    reached = last_state(run.checkpoints)
    assert reached is not None
    assert (reached.next, reached.steps, reached.answers) == (Step.VERIFY, 4, 1)
    report, steps = gone_on(run, RIGHT)
    assert report.outcome is Outcome.FIXED
    assert steps == ["verify", "propose", "deliver"]
    assert (report.cost.tries, report.cost.answers) == (2, 5)
    assert [line.number for line in read_trajectory(run.trajectory)] == list(range(1, 14))
    assert everything_in(project) == before
    assert not run.checkpoints.exists()


@pytest.mark.parametrize("step", [Step.REPRODUCE, Step.LOCALISE, Step.PROPOSE, Step.DELIVER])
def test_it_goes_on_wherever_it_was_ended(
    make_project: MakeProject, tmp_path: Path, step: Step
) -> None:
    run = broken_run(make_project(), tmp_path / "runs", break_at(step), RIGHT)
    report, steps = gone_on(run, RIGHT)
    assert report.outcome is Outcome.FIXED
    assert steps[0] == step.value


def test_time_that_was_spent_counts(make_project: MakeProject, tmp_path: Path) -> None:
    run = broken_run(make_project(), tmp_path / "runs", break_at(Step.PROPOSE), RIGHT)
    reached = last_state(run.checkpoints)
    assert reached is not None
    assert reached.seconds > 0
    assert gone_on(run, RIGHT)[0].cost.seconds > reached.seconds


def test_changed_files_are_a_reason_to_refuse(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project()
    run = broken_run(project, tmp_path / "runs", break_at(Step.VERIFY), RIGHT)
    (project / "calc.py").write_text(CALC + "\n# more\n")
    with pytest.raises(UsageError, match="the files were changed since run"):
        gone_on(run, RIGHT)


def test_a_run_that_is_over_gives_its_report_again(
    make_project: MakeProject, tmp_path: Path
) -> None:
    frame = Frame(runs=tmp_path / "runs", model_sha256=lambda: "abc")
    model = InProcessModel(backend_of(RIGHT))
    report = fix(make_project(), None, model, SETTINGS, Cancellation(), frame=frame)
    [run] = runs_in(tmp_path / "runs")
    assert gone_on(run) == (report, [])
    assert report.certificate is not None
    assert report.certificate.model_sha256 == "abc"


def test_own_command_is_kept(make_project: MakeProject, tmp_path: Path) -> None:
    test = TestCommand(("no-such-program",))
    frame = Frame(runs=tmp_path / "runs")
    with pytest.raises(UsageError, match="cannot be found"):
        fix(
            make_project(),
            test,
            InProcessModel(backend_of()),
            SETTINGS,
            Cancellation(),
            frame=frame,
        )
    assert runs_in(tmp_path / "runs") == []


@pytest.mark.parametrize("outcome", [Outcome.FIXED, Outcome.DECLINED])
def test_the_user_is_asked_before_it_is_delivered(
    make_project: MakeProject, tmp_path: Path, outcome: Outcome
) -> None:
    asked: list[Proposal] = []

    def ask(proposal: Proposal) -> bool:
        asked.append(proposal)
        return outcome is Outcome.FIXED

    frame = Frame(runs=tmp_path / "runs", ask=ask)
    model = InProcessModel(backend_of(RIGHT))
    report = fix(make_project(), None, model, SETTINGS, Cancellation(), frame=frame)
    assert report.outcome is outcome
    assert [each.diff for each in asked] == [report.diff]
    assert asked[0].certificate == report.certificate


def test_a_run_that_was_ended_at_the_question_asks_again(
    make_project: MakeProject, tmp_path: Path
) -> None:
    """Nothing but the question is repeated."""

    def leave(_: Proposal) -> bool:
        raise Broken

    runs = tmp_path / "runs"
    frame = Frame(ask=leave)
    run = broken_run(make_project(), runs, lambda _: None, RIGHT, frame=frame)
    report, steps = gone_on(run, frame=Frame(ask=lambda _: True))
    assert (report.outcome, steps) == (Outcome.FIXED, ["deliver"])


def test_prompts_are_kept_only_when_asked_for(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project()
    for keeps in (False, True):
        frame = Frame(runs=tmp_path / str(keeps), keep_prompts=keeps)
        model = InProcessModel(backend_of(RIGHT))
        fix(project, None, model, SETTINGS, Cancellation(), frame=frame)
        [run] = runs_in(tmp_path / str(keeps))
        kept = [text for line in read_trajectory(run.trajectory) for text in line.exchanges]
        assert (len(kept) > 0) is keeps
        assert ("def total" in run.trajectory.read_text()) is keeps
