"""Repair: a project whose tests fail, and the diff that makes them pass.

Visible tests must pass and test files stay as they are; where an item has hidden tests, those must
pass as well. A diff is applied and tested again here, whatever its certificate says.
"""

import dataclasses
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from agent.checks import TestCommand
from agent.project import is_test_file
from agent.run import fix
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.document.diff import parse_diff
from tests.evals.agreement import agreement
from tests.evals.kind import Answer, Fields, Kind, Parts, Scores
from tests.evals.programs import project_folder, run_tests
from tests.evals.repair_projects import hidden_tests, project_of

TEST_SECONDS = 120.0
"""Seconds that a project's tests may take when an answer is scored."""

_GIT = ("git", "-c", "user.name=Evals", "-c", "user.email=evals@localhost")
_SOURCES = (".py", ".js")


def ours(item: Fields, parts: Parts) -> Answer:
    """Let the agent fix the project in a repository of its own."""
    project = project_of(item)
    test = TestCommand(project.command) if project.command is not None else None
    with project_folder(project.files) as folder:
        for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "As it was")):
            _git(arguments, folder)
        report = fix(folder, test, parts.model, parts.settings.fix, Cancellation())
    certificate = report.certificate
    return Answer(
        report.diff,
        None if report.diff else report.summary,
        tries=report.cost.tries,
        more={
            "diff": report.diff,
            "certificate": dataclasses.asdict(certificate) if certificate is not None else None,
            "outcome": report.outcome,
            "cost": dataclasses.asdict(report.cost),
            "fallen": [dataclasses.asdict(each) for each in report.fallen],
            "notes": report.notes,
        },
    )


def score(item: Fields, record: Fields) -> Scores:
    """Apply the diff to the project and run its tests; no diff repairs nothing."""
    diff = record["diff"]
    repaired = bool(diff) and touches_sources_alone(diff) and _pass(item, diff, {})
    scores: Scores = {"visible tests pass": (int(repaired), 1)}
    hidden = hidden_tests(item)
    if hidden:
        repaired = repaired and _pass(item, diff, hidden)
        scores["hidden tests pass"] = (int(repaired), 1)
    scores["repaired"] = (int(repaired), 1)
    if "correct" in item and repaired:
        agreeing, compared = agreement(item, _repaired_module(item, diff))
        if compared:
            scores["agrees with the correct program"] = (int(agreeing == compared), 1)
    scores["repaired at the first try"] = (int(repaired and record["tries"] == 1), 1)
    scores["shown, but does not repair"] = (int(bool(diff) and not repaired), int(bool(diff)))
    return scores


def touches_sources_alone(diff: str) -> bool:
    """Say whether a diff changes sources that are there, and neither tests nor their settings."""
    return not any(
        file.is_new or is_test_file(PurePosixPath(file.path)) or not file.path.endswith(_SOURCES)
        for file in parse_diff(diff)
    )


def _repaired_module(item: Fields, diff: str) -> str:
    with project_folder(project_of(item).files) as folder:
        _git(("apply", "-"), folder, diff)
        return (folder / item["module"]).read_text("utf-8")


def _pass(item: Fields, diff: str, more: Mapping[str, str]) -> bool:
    project = project_of(item)
    with project_folder({**project.files, **more}) as folder:
        if _git(("apply", "-"), folder, diff) != 0:
            return False
        return run_tests(folder, TEST_SECONDS, project.command).exit_code == 0


def _git(arguments: tuple[str, ...], folder: Path, text: str | None = None) -> int:
    """Run git without the user's own settings; return its exit code."""
    done = subprocess.run(
        [*_GIT, *arguments],
        cwd=folder,
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CEILING_DIRECTORIES": str(folder.parent),
        },
        input=text,
        text=True,
        capture_output=True,
        check=False,
    )
    return done.returncode


KIND = Kind(needs=("entry_point",), ours=ours, bare=None, score=score)
