"""The graph has the edges that its picture shows, and sends nothing anywhere."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import agent
from agent.graph import EDGES, NODES
from agent.state import Step

README = Path(agent.__file__).with_name("README.md")


def test_every_step_is_a_node_and_all_but_the_last_lead_on() -> None:
    assert set(NODES) == set(Step)
    assert set(EDGES) == set(Step) - {Step.DELIVER}


def test_picture_in_the_readme_shows_the_edges() -> None:
    drawn = re.findall(
        r"^\s*(\w+) -->(?:\|[^|]*\|)? (\w+)$", README.read_text("utf-8"), re.MULTILINE
    )
    steps = {step.value for step in Step}
    edges = {(one, other) for one, other in drawn if one in steps and other in steps}
    assert edges == {(one.value, other.value) for one in EDGES for other in EDGES[one]}


RUN = """
import sys
from pathlib import Path
from agent.run import fix
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import FixSettings
from codegen_lsp.model.in_process import InProcessModel
from codegen_lsp.model.scripted_backend import ScriptedBackend

model = InProcessModel(ScriptedBackend([]))
settings = FixSettings(max_tries=1, mutants=False)
report = fix(Path(sys.argv[1]), None, model, settings, Cancellation())
print(report.outcome)
"""


def test_tracing_is_off_whatever_the_environment_says(make_project: Callable[..., Path]) -> None:
    """LangGraph's libraries would send every step to a service if these variables were heeded."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            seen.append(str(self.rfile.readline()))
            self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    wishes = {
        f"{vendor}_{name}": value
        for vendor in ("LANGSMITH", "LANGCHAIN")
        for name, value in (
            ("TRACING", "true"),
            ("TRACING_V2", "true"),
            ("ENDPOINT", address),
            ("API_KEY", "a-key"),
        )
    }
    try:
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(make_project())],
            env={**os.environ, **wishes},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    finally:
        server.shutdown()
        server.server_close()
    assert done.stdout.strip() == "no_fix"
    assert seen == []
