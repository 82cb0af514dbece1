"""The one public entry of the agent: a project with failing tests in, a report out.

Writes nothing to the user's tree and reads nothing from the network; see README.md for what it may
touch. The command line and the server show the report and, if asked to, apply its changes.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from agent.checks import PLUGIN, TestCommand, TestRunner, runner_for_command
from agent.environment import reduced_environment
from agent.graph import require_langgraph, run_graph
from agent.interpreter import find_interpreter, is_below
from agent.limits import Limits
from agent.project import Project, locate
from agent.report import FixReport
from agent.sandbox import Sandbox
from agent.scratch import Scratch, scratch_copy
from agent.state import FixState
from agent.tools import Event, Tools
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import FixSettings
from codegen_lsp.model.backend import Model

_PLUGIN_FILE = Path(__file__).with_name("pytest_plugin.py")


def ignore(_: Event) -> None:
    """Take no notice of progress."""


def fix(
    project: Path,
    test: TestCommand | None,
    model: Model,
    settings: FixSettings,
    cancellation: Cancellation,
    on_event: Callable[[Event], None] = ignore,
) -> FixReport:
    """Find a verified fix for the failing tests of a project.

    ``project`` is its folder, or a test file or folder in it to look at only. ``test`` runs the
    tests; None means pytest with the project's own interpreter. The user's files are not changed.

    Raises :class:`~codegen_lsp.errors.MissingTool`, :class:`~codegen_lsp.errors.UsageError`,
    :class:`~codegen_lsp.errors.GitError` when it cannot begin, what the model raises, and
    :class:`~codegen_lsp.errors.Cancelled`; commands are ended and the copy is gone by then.
    """
    require_langgraph()
    limits = Limits(settings)
    place = locate(project)
    with scratch_copy(place.repository, cancellation) as scratch:
        runner = runner_for(place, test, scratch, cancellation)
        tools = Tools(model, runner, limits, cancellation, on_event)
        report = run_graph(FixState(), tools, settings).report
    if report is None:
        raise LookupError("the graph ended without a report")
    return report


def runner_for(
    project: Project, test: TestCommand | None, scratch: Scratch, cancellation: Cancellation
) -> TestRunner:
    """Return what runs the tests of ``project`` in its copy: ``test``, or pytest if it is None.

    Raises :class:`~codegen_lsp.errors.MissingTool` when no Python here has pytest, and
    :class:`~codegen_lsp.errors.UsageError` for a command that does not exist.
    """
    sandbox = _sandbox(project, scratch)
    if test is not None:
        return runner_for_command(test, scratch, sandbox, project)
    folder = project.top / project.folder
    python = find_interpreter(folder, sandbox, scratch.home, cancellation)
    command = (python.path, "-m", "pytest")
    return TestRunner(scratch, sandbox, project, command, python.folders)


def _sandbox(project: Project, scratch: Scratch) -> Sandbox:
    plugin = scratch.add_file(f"{PLUGIN}.py", _PLUGIN_FILE.read_text("utf-8"))
    folder = scratch.tree / project.folder
    environment = reduced_environment(
        os.environ,
        home=scratch.home,
        temporary=scratch.temporary,
        path=[folder, folder / "src", plugin.parent],
        original=project.top,
    )
    programs = [*os.get_exec_path(), *_further_programs(project)]
    places = [Path.home(), Path(tempfile.gettempdir()), Path("/run")]
    hidden = [place for place in places if place.is_dir() and place != Path("/")]
    wanted = [Path.home() / ".local" / "lib", *map(Path, programs)]
    return Sandbox(
        environment={**environment, "PATH": os.pathsep.join(programs)},
        writable=(scratch.tree, scratch.home, scratch.temporary, scratch.results),
        readable=(
            *(path for path in wanted if path.is_dir() and is_below(path, hidden)),
            scratch.root,
        ),
        hidden=tuple(hidden),
    )


def _further_programs(project: Project) -> list[str]:
    """Return where a test program may be that is not on the user's path: looked at last."""
    folder = project.top / project.folder
    places = [folder / ".venv" / "bin", folder / "venv" / "bin", Path(sys.executable).parent]
    return [str(place) for place in places if place.is_dir()]
