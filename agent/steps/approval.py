"""Eighth step: whether the person at the terminal wants the fix, where they asked to be asked.

How an answer gets here is the business of ``graph.py``, which may stop the run at this step and go
on much later, in another process.
"""

from dataclasses import replace

from agent.report import Outcome
from agent.state import FixState, Step
from agent.tools import Tools


def approval(state: FixState, _: Tools) -> FixState:
    """Return ``state`` at its end: fixed, unless the user declined."""
    if state.approved is False:
        return replace(
            state,
            next=Step.DELIVER,
            outcome=Outcome.DECLINED,
            reason="the verified fix was declined; nothing is changed",
        )
    return replace(state, next=Step.DELIVER, outcome=Outcome.FIXED)
