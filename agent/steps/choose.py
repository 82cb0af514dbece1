"""Sixth step: which of the candidates that survived every check is the fix."""

from dataclasses import replace

from agent.state import FixState, Step
from agent.tools import Tools


def choose(state: FixState, _: Tools) -> FixState:
    """Return ``state`` with the survivor to deliver: the first."""
    return replace(state, next=Step.CERTIFY, chosen=state.survivors[0])
