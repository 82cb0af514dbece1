"""The steps as a graph: nodes and edges, checkpoints between them, and where a person is asked.

LangGraph is known here and in ``checkpoints.py`` only. It takes a second to import and would offer
to send what it sees to a tracing service: it is told not to, whatever the user's environment says.
What the steps do is in ``steps/``; which edge is taken is said by the state they return.
"""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, TypedDict

from agent.limits import most_steps
from agent.plain import from_plain, to_plain
from agent.report import Proposal, diff_of
from agent.state import FixState, Step
from agent.steps.approval import approval
from agent.steps.certify import certify
from agent.steps.choose import choose
from agent.steps.deliver import deliver
from agent.steps.localise import localise
from agent.steps.propose import propose
from agent.steps.reproduce import reproduce
from agent.steps.screen import screen
from agent.steps.verify import verify
from agent.tools import Tools
from codegen_lsp.config.settings import FixSettings
from codegen_lsp.errors import MissingTool

NODES: dict[Step, Callable[[FixState, Tools], FixState]] = {
    Step.REPRODUCE: reproduce,
    Step.LOCALISE: localise,
    Step.PROPOSE: propose,
    Step.SCREEN: screen,
    Step.VERIFY: verify,
    Step.CHOOSE: choose,
    Step.CERTIFY: certify,
    Step.APPROVAL: approval,
    Step.DELIVER: deliver,
}

EDGES: dict[Step, tuple[Step, ...]] = {
    Step.REPRODUCE: (Step.LOCALISE, Step.DELIVER),
    Step.LOCALISE: (Step.PROPOSE, Step.DELIVER),
    Step.PROPOSE: (Step.SCREEN, Step.PROPOSE, Step.LOCALISE, Step.CHOOSE, Step.DELIVER),
    Step.SCREEN: (Step.VERIFY, Step.PROPOSE),
    Step.VERIFY: (Step.PROPOSE,),
    Step.CHOOSE: (Step.CERTIFY, Step.PROPOSE),
    Step.CERTIFY: (Step.APPROVAL,),
    Step.APPROVAL: (Step.DELIVER,),
}

_TRACING = tuple(
    f"{vendor}_{switch}"
    for vendor in ("LANGSMITH", "LANGCHAIN")
    for switch in ("TRACING", "TRACING_V2")
)
_SWITCHES = {**dict.fromkeys(_TRACING, "false"), "LANGGRAPH_STRICT_MSGPACK": "true"}


class _Channel(TypedDict):
    """What is checkpointed: a :class:`FixState` as plain data, and the steps it took."""

    state: dict[str, Any]


class _Node(Protocol):
    def __call__(self, state: _Channel) -> _Channel: ...


def require_langgraph() -> None:
    """Raise :class:`~codegen_lsp.errors.MissingTool` unless LangGraph is installed."""
    if find_spec("langgraph") is None or find_spec("langgraph.checkpoint.sqlite") is None:
        raise MissingTool("LangGraph is not installed", advice="pip install 'codegen-lsp[agent]'")


def run_graph(
    start: FixState, tools: Tools, settings: FixSettings, checkpoints: Path | None = None
) -> FixState:
    """Take the steps to the end; return the last state, raise what they raise.

    Where the file ``checkpoints`` has a state, the run goes on from it, otherwise from ``start``.
    A step that was not over when the run was ended is taken again from its beginning.
    """
    require_langgraph()
    os.environ.update(_SWITCHES)
    from langgraph.types import Command

    from agent.checkpoints import opened

    config = {
        "recursion_limit": most_steps(settings),
        "callbacks": [],
        "configurable": {"thread_id": "run"},
    }
    with opened(checkpoints) as saver:
        graph = _compiled(start.next, tools, saver)
        known = graph.get_state(config).created_at is not None
        given: Any = None if known else {"state": to_plain(start)}
        while True:
            ended = graph.invoke(given, config, durability="sync")
            asked = ended.get("__interrupt__")
            if not asked:
                return from_plain(ended["state"], FixState)
            if tools.ask is None:
                raise LookupError("the run waits for an answer, and nobody can be asked")
            given = Command(resume=tools.ask(from_plain(asked[0].value, Proposal)))


def last_state(checkpoints: Path) -> FixState | None:
    """Return the state that the file ``checkpoints`` holds, None when there is none yet."""
    require_langgraph()
    os.environ.update(_SWITCHES)
    from agent.checkpoints import opened

    if not checkpoints.exists():
        return None
    with opened(checkpoints) as saver:
        found = saver.get({"configurable": {"thread_id": "run"}})
    held = found["channel_values"].get("state") if found else None
    return from_plain(held, FixState) if held is not None else None


def _compiled(first: Step, tools: Tools, saver: Any) -> Any:
    from langgraph.graph import END, START, StateGraph

    graph = StateGraph(_Channel)
    for name, step in NODES.items():
        graph.add_node(name.value, _node(name, step, tools))
    graph.add_edge(START, first.value)
    for name, following in EDGES.items():
        graph.add_conditional_edges(name.value, _next, [each.value for each in following])
    graph.add_edge(Step.DELIVER.value, END)
    return graph.compile(checkpointer=saver)


def _node(name: Step, step: Callable[[FixState, Tools], FixState], tools: Tools) -> _Node:
    def node(state: _Channel) -> _Channel:
        tools.cancellation.raise_if_cancelled()
        began = time.monotonic()
        before = from_plain(state["state"], FixState)
        if name is Step.APPROVAL and tools.ask is not None:
            from langgraph.types import interrupt

            before = replace(before, approved=bool(interrupt(to_plain(_proposal(before)))))
        after = step(before, tools)
        after = replace(after, steps=before.steps + 1, seconds=tools.limits.seconds)
        tools.on_step(name, after, time.monotonic() - began)
        return {"state": to_plain(after)}

    return node


def _proposal(state: FixState) -> Proposal:
    if state.certificate is None:
        raise LookupError("there is no certificate to ask about")
    return Proposal(diff_of(state.changes), state.certificate)


def _next(channel: _Channel) -> str:
    following: str = channel["state"]["next"]
    return following
