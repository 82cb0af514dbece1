"""The steps as a graph: nodes and edges, and nothing else.

The only importer of LangGraph, which takes a second to import and would offer to send what it sees
to a tracing service: it is told not to, whatever the user's environment says. What the steps do is
in ``steps/``; which edge is taken is said by the state they return.
"""

import os
from collections.abc import Callable
from importlib.util import find_spec
from typing import Protocol, TypedDict

from agent.limits import most_steps
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
    Step.PROPOSE: (Step.SCREEN, Step.PROPOSE, Step.DELIVER),
    Step.SCREEN: (Step.VERIFY, Step.PROPOSE),
    Step.VERIFY: (Step.CHOOSE, Step.PROPOSE),
    Step.CHOOSE: (Step.CERTIFY,),
    Step.CERTIFY: (Step.APPROVAL,),
    Step.APPROVAL: (Step.DELIVER,),
}

_TRACING = tuple(
    f"{vendor}_{switch}"
    for vendor in ("LANGSMITH", "LANGCHAIN")
    for switch in ("TRACING", "TRACING_V2")
)


class _Channel(TypedDict):
    state: FixState


class _Node(Protocol):
    def __call__(self, state: _Channel) -> _Channel: ...


def require_langgraph() -> None:
    """Raise :class:`~codegen_lsp.errors.MissingTool` unless LangGraph is installed."""
    if find_spec("langgraph") is None:
        raise MissingTool("LangGraph is not installed", advice="pip install 'codegen-lsp[agent]'")


def run_graph(start: FixState, tools: Tools, settings: FixSettings) -> FixState:
    """Take the steps from ``start`` to the end; return the last state, raise what they raise."""
    require_langgraph()
    os.environ.update(dict.fromkeys(_TRACING, "false"))
    from langgraph.graph import END, START, StateGraph

    graph = StateGraph(_Channel)
    for name, step in NODES.items():
        graph.add_node(name.value, _node(step, tools))
    graph.add_edge(START, start.next.value)
    for name, following in EDGES.items():
        graph.add_conditional_edges(name.value, _next, [each.value for each in following])
    graph.add_edge(Step.DELIVER.value, END)
    ended = graph.compile().invoke(
        {"state": start}, {"recursion_limit": most_steps(settings), "callbacks": []}
    )
    last: FixState = ended["state"]
    return last


def _node(step: Callable[[FixState, Tools], FixState], tools: Tools) -> _Node:
    def node(state: _Channel) -> _Channel:
        tools.cancellation.raise_if_cancelled()
        return {"state": step(state["state"], tools)}

    return node


def _next(channel: _Channel) -> str:
    return channel["state"].next.value
