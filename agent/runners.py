"""What the tests of a project are run with in its copy, and what they may reach there."""

import os
import sys
from dataclasses import replace
from pathlib import Path

from agent import coverage, trial
from agent.checks import PLUGIN, TestCommand, TestRunner, runner_for_command
from agent.confinement import confined
from agent.environment import reduced_environment
from agent.interpreter import find_interpreter
from agent.project import Project
from agent.sandbox import Sandbox, find_bubblewrap
from agent.scratch import Scratch
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import Isolation
from codegen_lsp.errors import MissingTool

_PLUGIN_FILES = {
    PLUGIN: "pytest_plugin.py",
    coverage.PLUGIN: "trace_plugin.py",
    trial.PLUGIN: "trial_plugin.py",
}
"""What the user's pytest may load, by the name it is loaded under."""


def runner_for(
    project: Project,
    test: TestCommand | None,
    scratch: Scratch,
    cancellation: Cancellation,
    isolation: Isolation = "auto",
) -> TestRunner:
    """Return what runs the tests of ``project`` in its copy: ``test``, or pytest if it is None.

    Raises :class:`~codegen_lsp.errors.MissingTool` when no Python here has pytest, or when the
    ``isolation`` that is required is not to be had, and :class:`~codegen_lsp.errors.UsageError`
    for a command that does not exist.
    """
    sandbox = _sandbox(project, scratch, _wrapper(isolation))
    if test is not None:
        return runner_for_command(test, scratch, sandbox, project)
    folder = project.top / project.folder
    python = find_interpreter(folder, sandbox, scratch.home, cancellation)
    command = (python.path, "-m", "pytest")
    return TestRunner(scratch, sandbox, project, command, python.folders)


def runner_beside(runner: TestRunner, number: int) -> TestRunner:
    """Return what runs the same tests in a further worktree, kept in as ``runner`` is."""
    scratch = runner.scratch.beside(number)
    sandbox = _sandbox(runner.project, scratch, runner.sandbox.wrapper)
    return replace(runner, scratch=scratch, sandbox=sandbox)


def _sandbox(project: Project, scratch: Scratch, wrapper: str | None) -> Sandbox:
    for name, file in _PLUGIN_FILES.items():
        scratch.add_file(f"{name}.py", Path(__file__).with_name(file).read_text("utf-8"))
    folder = scratch.tree / project.folder
    environment = reduced_environment(
        os.environ,
        home=scratch.home,
        temporary=scratch.temporary,
        path=[folder, folder / "src", scratch.given],
        original=project.top,
    )
    return confined(
        environment,
        programs=[*os.get_exec_path(), *_further_programs(project)],
        writable=(scratch.tree, scratch.home, scratch.temporary, scratch.results),
        readable=(scratch.root,),
        wrapper=wrapper,
        held=(scratch.lock,),
    )


def _wrapper(isolation: Isolation) -> str | None:
    """Return the path of bubblewrap, None where it is not to be used or may be done without."""
    found = find_bubblewrap() if isolation != "off" else None
    if found is None and isolation == "required":
        raise MissingTool(
            "bubblewrap is not installed or not allowed here, and a sandbox is required",
            advice="install bubblewrap, or say --sandbox auto to run with reduced rights",
        )
    return found


def _further_programs(project: Project) -> list[str]:
    """Return where a test program may be that is not on the user's path: looked at last."""
    folder = project.top / project.folder
    places = [folder / ".venv" / "bin", folder / "venv" / "bin", Path(sys.executable).parent]
    return [str(place) for place in places if place.is_dir()]
