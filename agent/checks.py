"""What a candidate is checked with: the project's tests, and ruff.

Decides what is run and what its outcome means test by test; how it is run is the business of
``sandbox.py``. Every run starts from the user's state plus the candidate's changes, so no run can
see what an earlier one left behind.
"""

import json
import os
import re
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from shutil import which
from typing import ClassVar

from agent.interpreter import folders_of
from agent.project import Project, is_test_file
from agent.pytest_results import read_results
from agent.results import CaseResult, Failure, Frame, SuiteRun, Verdict
from agent.sandbox import Ended, Sandbox
from agent.scratch import Scratch
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.errors import UsageError
from codegen_lsp.lint import lint_python

RUFF_ERRORS = ("E9", "F")
TOLERATED = frozenset({"F401", "F841"})
"""An import or a variable that a fix leaves unused is untidy, but breaks nothing."""

PLUGIN = "codegen_fix_pytest"
"""The name under which the user's pytest loads our plugin."""

_MAX_FAILURE_TEXT = 8000
_TRACEBACK_LINE = re.compile(
    r'^\s*File "(?P<path>[^"]+)", line (?P<line>\d+), in (?P<name>\S+)', re.MULTILINE
)
_STACK_LINE = re.compile(
    r"^\s*at (?:(?P<name>\S+) .*?\(?)?(?:file://)?(?P<path>/[^\s():]+):(?P<line>\d+):\d+\)?\s*$",
    re.MULTILINE,
)
"""A frame as V8 prints it, innermost first."""


@dataclass(frozen=True, slots=True)
class TestCommand:
    """A program and its arguments that run the tests; they see no shell."""

    __test__: ClassVar[bool] = False  # the name would make pytest collect it

    arguments: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "TestCommand":
        """Split ``text`` as a shell would; raises :class:`~codegen_lsp.errors.UsageError`."""
        try:
            arguments = shlex.split(text)
        except ValueError as error:
            raise UsageError(f"the test command cannot be read ({error})") from error
        if not arguments:
            raise UsageError("the test command is empty")
        return cls(tuple(arguments))


@dataclass(frozen=True, slots=True)
class Probe:
    """A further plugin of ours that one run of pytest loads, and the variables it reads."""

    plugin: str
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TestRunner:
    """Runs the tests of one scratch copy.

    ``command`` is the user's, or pytest as we found it; the latter (``own_choice``) takes test
    files as further arguments, and is judged by its tests alone, not by its exit code.
    """

    __test__: ClassVar[bool] = False  # the name would make pytest collect it

    scratch: Scratch
    sandbox: Sandbox
    project: Project
    command: tuple[str, ...]
    readable: tuple[Path, ...] = ()
    own_choice: bool = True

    def run(
        self,
        changes: Mapping[str, str],
        *,
        seconds: float,
        cancellation: Cancellation,
        only: Sequence[CaseResult] = (),
        within: PurePosixPath | None = None,
        probe: Probe | None = None,
    ) -> SuiteRun:
        """Run the tests on the user's state plus ``changes`` (path to text), at most ``seconds``.

        ``only`` names the tests to run, up to the first that fails; ``within`` a file or folder,
        relative to the project. What ``probe`` writes is in the scratch's results until the next
        run. Raises :class:`~codegen_lsp.errors.Cancelled`.
        """
        self.scratch.restore(changes)
        variables = self._variables(probe)
        if only:
            names = json.dumps([case.case for case in only])
            variables["CODEGEN_FIX_ONLY"] = str(self.scratch.add_file("only.json", names))
            variables["CODEGEN_FIX_FIRST_FAILURE"] = "1"
        command = [*self.command, *self._files(only, within)]
        ended = self.sandbox.run(
            command,
            cwd=self.folder,
            seconds=seconds,
            cancellation=cancellation,
            variables=variables,
            also_readable=self.readable,
        )
        return self._judged(ended, command)

    @property
    def folder(self) -> Path:
        """Where the tests are run: the project's folder in the copy."""
        return self.scratch.tree / self.project.folder

    @property
    def test_files(self) -> list[str]:
        """The test files of the project, relative to the top of the tree."""
        folder = self.project.folder
        paths = [PurePosixPath(path) for path in self.scratch.paths]
        own = [path for path in paths if path.is_relative_to(folder)]
        return [str(path) for path in own if is_test_file(path.relative_to(folder))]

    def tests_hash(self) -> str:
        """Return the SHA-256 over the test files as they are in the tree now."""
        return self.scratch.fingerprint(self.test_files)

    def _variables(self, probe: Probe | None) -> dict[str, str]:
        options = f"{os.environ.get('PYTEST_ADDOPTS', '')} -p {PLUGIN}"
        if probe is not None:
            options += f" -p {probe.plugin}"
        return {
            **(probe.variables if probe is not None else {}),
            "PYTEST_ADDOPTS": options.strip(),
            "CODEGEN_FIX_RESULTS": str(self.scratch.results),
            "CODEGEN_FIX_ORIGINAL": str(self.project.top),
            "CODEGEN_FIX_TREE": str(self.scratch.tree),
        }

    def _files(self, only: Sequence[CaseResult], within: PurePosixPath | None) -> list[str]:
        if not self.own_choice:
            return []
        if within is not None:
            return [str(within)]
        named = [case.case.partition("::")[0] for case in only]
        return [name for name in dict.fromkeys(named) if (self.folder / name).is_file()]

    def _judged(self, ended: Ended, command: Sequence[str]) -> SuiteRun:
        shown = shlex.join(command)
        found = read_results(self.scratch.results, self.scratch.tree, self.project.top)
        whole = self._whole(ended, shown)
        unread = SuiteRun(
            shown,
            ended.exit_code,
            ended.seconds,
            ended.output,
            (whole,),
            per_test=False,
            stopped=ended.stopped,
        )
        if found is None:
            return unread
        cases, uncollected = found
        if ended.exit_code is not None:
            cases = tuple(map(_broken_off, cases))
        run = replace(unread, cases=cases, uncollected=uncollected, per_test=True)
        told = run.failing or run.uncollected
        if self.own_choice or told or whole.verdict is Verdict.PASSED:
            return run
        return replace(run, cases=(*cases, whole))

    def _whole(self, ended: Ended, shown: str) -> CaseResult:
        """Return the command itself as one test, for want of better or because it alone failed."""
        verdict = {None: Verdict.HUNG, 0: Verdict.PASSED}.get(ended.exit_code, Verdict.FAILED)
        text = ended.output[-_MAX_FAILURE_TEXT:]
        top = f"{self.scratch.tree}/"
        matches = [
            *_TRACEBACK_LINE.finditer(text),
            *reversed(list(_STACK_LINE.finditer(text))),
        ]
        frames = tuple(
            Frame(match["path"].removeprefix(top), int(match["line"]), match["name"] or "")
            for match in matches
        )
        return CaseResult(shown, verdict, failure=Failure(text=text, frames=frames))


def runner_for_command(
    test: TestCommand, scratch: Scratch, sandbox: Sandbox, project: Project
) -> TestRunner:
    """Return a runner of the user's own command.

    Raises :class:`~codegen_lsp.errors.UsageError` when its program does not exist.
    """
    program = test.arguments[0]
    folder = scratch.tree / project.folder
    path = sandbox.environment.get("PATH", os.defpath)
    found = which(str(folder / program) if "/" in program else program, path=path)
    if found is None:
        raise UsageError(
            f"the test command {program} cannot be found",
            advice="--test takes one program and its arguments, without a shell",
        )
    readable = folders_of(found, sandbox.hidden)
    return TestRunner(scratch, sandbox, project, test.arguments, readable, own_choice=False)


def new_ruff_errors(before: str, after: str, *, filename: Path, cwd: Path) -> list[str]:
    """Return ruff's errors in ``after`` that ``before`` does not have, one line each."""
    return sorted((_errors(after, filename, cwd) - _errors(before, filename, cwd)).elements())


def _errors(text: str, filename: Path, cwd: Path) -> Counter[str]:
    findings = lint_python(text, filename=filename, cwd=cwd, select=RUFF_ERRORS)
    return Counter(
        f"{finding.rule} {finding.message}" for finding in findings if finding.rule not in TOLERATED
    )


def _broken_off(case: CaseResult) -> CaseResult:
    """A test without an end in a run that ended by itself took the whole process with it."""
    if case.verdict is not Verdict.HUNG:
        return case
    return replace(
        case, verdict=Verdict.ERROR, failure=Failure(message="the process ended during this test")
    )
