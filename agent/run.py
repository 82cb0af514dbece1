"""The public entry of the agent: a project with failing tests in, a report out.

Writes nothing to the user's tree and reads nothing from the network; see README.md for what it may
touch. The command line and the server show the report and, if asked to, apply its changes.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from agent.checks import TestCommand, TestRunner
from agent.graph import last_state, require_langgraph, run_graph
from agent.lanes import Lanes
from agent.limits import Limits
from agent.project import locate
from agent.report import FixReport, Proposal
from agent.runners import runner_for
from agent.runs import MOST_RUNS, Request, Run, begin, prune
from agent.scratch import scratch_copy
from agent.state import FixState
from agent.tools import NO_AIM, Aim, Event, Tools, without_hash
from agent.trajectory import KeepingModel, Trajectory
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import FixSettings
from codegen_lsp.errors import UsageError
from codegen_lsp.model.backend import Model


def ignore(_: Event) -> None:
    """Take no notice of progress."""


def forget(_: Run) -> None:
    """Take no notice of where a run is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What whoever starts a run may want beside the fix.

    ``runs`` is the folder in which the run is kept, so that it can be resumed, with the latest
    ``most_runs`` others; None keeps nothing. ``on_run`` hears where, before the first step.
    ``keep_prompts`` keeps what the model is asked and answers as well. ``model`` is the name that
    gives the same model again. ``aim``, ``ask`` and ``model_sha256`` are as in
    :class:`~agent.tools.Tools`.
    """

    runs: Path | None = None
    most_runs: int = MOST_RUNS
    on_run: Callable[[Run], None] = forget
    keep_prompts: bool = False
    model: str = ""
    aim: Aim = NO_AIM
    ask: Callable[[Proposal], bool] | None = None
    model_sha256: Callable[[], str] = without_hash


NO_FRAME = Frame()


def fix(
    project: Path,
    test: TestCommand | None,
    model: Model,
    settings: FixSettings,
    cancellation: Cancellation,
    on_event: Callable[[Event], None] = ignore,
    frame: Frame = NO_FRAME,
) -> FixReport:
    """Find a verified fix for the failing tests of a project.

    ``project`` is its folder, or a test file or folder in it to look at only. ``test`` runs the
    tests; None means pytest with the project's own interpreter. The user's files are not changed.

    Raises :class:`~codegen_lsp.errors.MissingTool`, :class:`~codegen_lsp.errors.UsageError`,
    :class:`~codegen_lsp.errors.GitError` when it cannot begin, what the model raises, and
    :class:`~codegen_lsp.errors.Cancelled`; commands are ended and the copy is gone by then. A run
    that is kept can be resumed after any of them.
    """
    require_langgraph()
    limits = Limits(settings)
    with _runner(project, test, settings, cancellation) as runner, ExitStack() as stack:
        run = None
        if frame.runs is not None:
            prune(frame.runs, frame.most_runs)
            run = begin(frame.runs, _request(project, test, settings, runner, frame))
            stack.enter_context(run.held())
            frame.on_run(run)
        lanes = Lanes(runner, settings.parallel)
        tools = Tools(model, lanes, limits, cancellation, on_event, aim=frame.aim)
        return _run(tools, settings, run, frame)


def resume(
    run: Run,
    model: Model,
    cancellation: Cancellation,
    on_event: Callable[[Event], None] = ignore,
    frame: Frame = NO_FRAME,
) -> FixReport:
    """Go on with a run after its last whole step; one that is over gives its report again.

    Raises what :func:`fix` raises, and :class:`~codegen_lsp.errors.UsageError` when the user's tree
    is no longer what the run is about.
    """
    require_langgraph()
    with run.held():
        request, report = run.request(), run.report()
        if report is not None:
            return report
        test = TestCommand(request.test) if request.test is not None else None
        with _runner(Path(request.project), test, request.settings, cancellation) as runner:
            if runner.scratch.base != request.base:
                raise UsageError(
                    f"the files were changed since run {run.id} began, so it cannot go on",
                    advice="run codegen fix again",
                )
            reached = last_state(run.checkpoints) or FixState()
            limits = Limits(request.settings, spent=reached.seconds)
            lanes = Lanes(runner, request.settings.parallel)
            if reached.ground:
                lanes.build_on({change.path: change.after for change in reached.ground})
            tools = Tools(model, lanes, limits, cancellation, on_event, aim=request.aim)
            return _run(tools, request.settings, run, frame)


def failing_files(
    project: Path, test: TestCommand | None, settings: FixSettings, cancellation: Cancellation
) -> tuple[Path, ...]:
    """Return the test files in ``project`` of which a test fails, in the order they ran.

    Raises what :func:`fix` raises when it cannot begin, and
    :class:`~codegen_lsp.errors.UsageError` when the tests are not run by pytest.
    """
    with _runner(project, test, settings, cancellation) as runner:
        place = runner.project
        within = place.only if runner.own_choice else None
        seconds = float(settings.test_seconds)
        run = runner.run({}, seconds=seconds, cancellation=cancellation, within=within)
        if not run.per_test:
            raise UsageError(
                "one run for each failing test file needs tests that pytest runs",
                advice="codegen fix without --each takes any command",
            )
        asked = place.folder / (place.only or "")
        names = dict.fromkeys(case.path for case in run.failing)
        found = [name for name in names if PurePosixPath(name).is_relative_to(asked)]
        return tuple(place.top / name for name in found if name in runner.scratch.paths)


def _request(
    project: Path,
    test: TestCommand | None,
    settings: FixSettings,
    runner: TestRunner,
    frame: Frame,
) -> Request:
    return Request(
        project=str(project.resolve()),
        test=test.arguments if test is not None else None,
        settings=settings,
        model=frame.model,
        base=runner.scratch.base,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        aim=frame.aim,
        asks=frame.ask is not None,
        keeps_prompts=frame.keep_prompts,
    )


def _run(tools: Tools, settings: FixSettings, run: Run | None, frame: Frame) -> FixReport:
    """Take the steps that are left, and note each of them where the run is kept."""
    tools = replace(tools, ask=frame.ask, model_sha256=frame.model_sha256)
    if run is not None:
        trajectory, told = Trajectory(run.trajectory), tools.on_event

        def hear(event: Event) -> None:
            trajectory.hear(event)
            told(event)

        tools = replace(tools, on_event=hear, on_step=trajectory.add)
        if frame.keep_prompts:
            tools = replace(tools, model=KeepingModel(tools.model, trajectory))
    report = run_graph(FixState(), tools, settings, run.checkpoints if run else None).report
    if report is None:
        raise LookupError("the graph ended without a report")
    if run is not None:
        run.finish(report)
    return report


@contextmanager
def _runner(
    project: Path, test: TestCommand | None, settings: FixSettings, cancellation: Cancellation
) -> Iterator[TestRunner]:
    place = locate(project)
    with scratch_copy(place.repository, cancellation) as scratch:
        yield runner_for(place, test, scratch, cancellation, settings.sandbox)
