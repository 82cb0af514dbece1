"""Candidates side by side, each in a worktree and a sandbox of its own."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from agent.checks import TestRunner
from agent.graph import NODES
from agent.lanes import Lanes
from agent.limits import Limits
from agent.project import locate
from agent.results import CaseResult, SuiteRun, Verdict
from agent.run import ignore
from agent.runners import runner_for
from agent.sandbox import find_bubblewrap
from agent.scratch import scratch_copy
from agent.state import Candidate, FixState, Step
from agent.steps import verify as verifying
from agent.steps.verify import cases_beside, verify
from agent.tools import Tools
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import FixSettings
from codegen_lsp.model.backend import GREEDY
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedBackend

from .conftest import CALC, CALC_TEST, RunFix

MakeProject = Callable[..., Path]

RIGHT, WRONG = CALC.replace("result = 1", "result = 0"), CALC.replace("result = 1", "result = 7")
ENDLESS = CALC.replace("result = 1", "while True:\n        pass\n    result = 1")

needs_sandbox = pytest.mark.skipif(find_bubblewrap() is None, reason="needs bubblewrap")


@dataclass(frozen=True)
class Meeting(TestRunner):
    """Runs the failing tests when as many others want to as there are to be side by side."""

    __test__: ClassVar[bool] = False
    barrier: ClassVar[threading.Barrier]

    def run(self, changes: Mapping[str, str], **how: Any) -> SuiteRun:
        if how.get("only"):
            self.barrier.wait(30)
        if "raise SystemError" in "".join(changes.values()):
            raise SystemError
        return super().run(changes, **how)


@contextmanager
def beginning(
    project: Path, monkeypatch: pytest.MonkeyPatch, *texts: str, wide: int = 2
) -> Iterator[tuple[FixState, Tools]]:
    """Give the state in which files with ``texts`` are to be verified, ``wide`` at once."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(wide)), raising=False)
    monkeypatch.setattr(Meeting, "barrier", threading.Barrier(wide), raising=False)
    place, cancellation = locate(project), Cancellation()
    with scratch_copy(place.repository, cancellation) as scratch:
        runner = runner_for(place, None, scratch, cancellation)
        meeting = Meeting(**{each.name: getattr(runner, each.name) for each in fields(runner)})
        limits = Limits(FixSettings(test_seconds=60))
        model = InProcessModel(ScriptedBackend([]))
        tools = Tools(model, Lanes(runner, 4), limits, cancellation, ignore)
        state = FixState()
        for step in (Step.REPRODUCE, Step.LOCALISE):
            state = NODES[step](state, tools)
        batch = tuple(
            Candidate(number, "calc.py", "total", text, GREEDY)
            for number, text in enumerate(texts, 1)
        )
        yield replace(state, batch=batch), replace(tools, lanes=Lanes(meeting, 4))


@needs_sandbox
def test_candidates_are_run_at_the_same_time(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    with beginning(make_project(), monkeypatch, WRONG, RIGHT) as (state, tools):
        after = verify(state, tools)
        first, second = tools.lanes.take(2)
        assert first.scratch.tree != second.scratch.tree
    assert [fallen.number for fallen in after.fallen] == [1]
    assert [(each.candidate.number, each.attempt) for each in after.survivors] == [(2, 2)]
    assert (after.tries, after.batch, after.next) == (2, (), Step.PROPOSE)


@needs_sandbox
def test_more_candidates_than_places_wait(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = (WRONG, RIGHT, WRONG)
    with beginning(make_project(), monkeypatch, *texts) as (state, tools):
        after = verify(state, tools)
    assert [candidate.number for candidate in after.waiting] == [3]
    assert after.tries == 2


@needs_sandbox
def test_others_are_ended_when_one_breaks(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = CALC.replace("result = 1", "raise SystemError")
    with beginning(make_project(), monkeypatch, broken, ENDLESS) as (state, tools):
        started = time.monotonic()
        with pytest.raises(SystemError):
            verify(state, tools)
        assert time.monotonic() - started < 30
        assert not tools.cancellation.cancelled


def test_one_at_a_time_where_nothing_keeps_them_apart(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    with beginning(make_project(), monkeypatch) as (_, tools):
        runner = tools.runner
        bare = replace(runner, sandbox=replace(runner.sandbox, wrapper=None))
        assert len(Lanes(bare, 4)) == 1
        assert Lanes(bare, 4).take(3) == [bare]


@needs_sandbox
def test_ground_is_the_same_everywhere(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a worktree that was there before, and in one that is made afterwards."""
    with beginning(make_project(), monkeypatch, wide=3) as (_, tools):
        tools.lanes.take(2)
        tools.lanes.build_on({"calc.py": RIGHT})
        for runner in tools.lanes.take(3):
            runner.scratch.restore({"tests/test_calc.py": "changed"})
            runner.scratch.restore()
            assert (runner.scratch.tree / "calc.py").read_text("utf-8") == RIGHT
            assert (runner.scratch.tree / "tests" / "test_calc.py").read_text("utf-8") == CALC_TEST


def test_tests_of_the_same_file_come_before_the_others(
    make_project: MakeProject, run_fix: RunFix, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What breaks a test beside the failing one is refused without the slow rest."""
    monkeypatch.setattr(verifying, "QUICK_SECONDS", 0.0)
    files = {
        "calc.py": CALC,
        "tests/test_calc.py": (
            f"import calc\n{CALC_TEST}\n\ndef test_z_double():\n    assert calc.double(4) == 8\n"
        ),
        "tests/test_slow.py": "import time\n\n\ndef test_slow():\n    time.sleep(1)\n",
    }
    breaks = (
        "def total(numbers):\n    global double\n    double = lambda number: 0\n"
        "    return sum(numbers)\n"
    )
    report = run_fix(make_project(files), breaks)
    assert [fallen.stage for fallen in report.fallen][:1] == ["their files"]
    assert "test_z_double" in report.fallen[0].reason


def test_which_tests_are_worth_a_run_of_their_own() -> None:
    def case(path: str, verdict: Verdict, seconds: float) -> CaseResult:
        return CaseResult(f"{path}::{verdict}", verdict, path, seconds=seconds)

    bad, good = case("a.py", Verdict.FAILED, 1.0), case("a.py", Verdict.PASSED, 1.0)
    flaky, other = case("a.py", Verdict.FLAKY, 0.0), case("b.py", Verdict.PASSED, 5.0)
    baseline = SuiteRun("pytest", 1, 8.0, "", (bad, good, flaky, other))
    assert cases_beside(baseline, (bad,)) == (bad, good)
    assert cases_beside(replace(baseline, seconds=1.0), (bad,)) == ()
    quick = replace(baseline, cases=(bad, good, flaky, replace(other, seconds=1.0)))
    assert cases_beside(quick, (bad,)) == ()
