"""A state of a run survives being written down; what is no state is refused."""

import json
from dataclasses import replace
from typing import Any

import pytest

from agent.plain import from_plain, to_plain
from agent.report import Change, Fallen, Outcome, Stage
from agent.results import CaseResult, Failure, Frame, SuiteRun, Verdict
from agent.state import Candidate, FixState, Step, Suspect, Verified
from codegen_lsp.config.settings import FixSettings
from codegen_lsp.errors import UsageError
from codegen_lsp.model.backend import Sampling

FAILURE = Failure("KeyError", "'x'", (Frame("a.py", 3, "f"),), (("n", "1"),), "text")
CASE = CaseResult("test_a.py::test_f[1]", Verdict.FAILED, "test_a.py", 7, "test_f", FAILURE)
RUN = SuiteRun("pytest", None, 1.25, "out", (CASE,), (), per_test=True)
CANDIDATE = Candidate(3, "a.py", "f", "def f():\r\n    return 'ü'\n", Sampling(0.6, 0.95, 17))
STATE = FixState(
    next=Step.VERIFY,
    outcome=Outcome.NO_FIX,
    advice=None,
    baseline=RUN,
    targets=(CASE,),
    suspects=(Suspect("a.py", "f", "raised at line 3", 8.0),),
    batch=(CANDIDATE,),
    waiting=(CANDIDATE,),
    survivors=(Verified(CANDIDATE, RUN, 2),),
    changes=(Change("a.py", "before", "after"),),
    fallen=(Fallen(1, "f", Stage.ANSWER, "it was cut off"),),
    seen=frozenset({"a.py:f\none", "a.py:f\ntwo"}),
    approved=False,
    steps=4,
)


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(to_plain(value)))


def test_a_state_comes_back_as_it_was() -> None:
    assert from_plain(through_json(STATE), FixState) == STATE
    assert from_plain(through_json(FixState()), FixState) == FixState()


def test_settings_come_back_as_they_were() -> None:
    settings = FixSettings(max_tries=3, sandbox="off")
    assert from_plain(through_json(settings), FixSettings) == settings


@pytest.mark.parametrize(
    "data",
    [None, [], "text", {"next": "no such step"}, {"unknown": 1}, {"targets": [{"case": []}]}],
)
def test_what_is_no_state_is_refused(data: Any) -> None:
    with pytest.raises(UsageError, match="no FixState of this version"):
        from_plain(data, FixState)


def test_a_later_version_with_more_fields_is_refused() -> None:
    data = through_json(replace(STATE, report=None))
    with pytest.raises(UsageError):
        from_plain({**data, "a_new_field": 1}, FixState)
