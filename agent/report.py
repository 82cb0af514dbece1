"""What a run hands back: the outcome, the change, and the certificate of what was verified.

Plain values for whoever asked; how they look on a terminal is decided there.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from codegen_lsp.document.diff import unified_diff
from codegen_lsp.model.backend import Sampling


class Outcome(StrEnum):
    """How a run ended."""

    FIXED = "fixed"
    NOTHING_FAILS = "nothing_fails"
    CANNOT_RUN = "cannot_run"  # there are no tests, or they cannot even be collected
    FLAKY = "flaky"  # what failed passed when it was run again
    NO_FIX = "no_fix"
    DECLINED = "declined"  # there is a fix, and the user did not want it


class Stage(StrEnum):
    """Where a candidate can fall, cheapest first."""

    ANSWER = "answer"  # it was no usable function, or nothing new
    PARSE = "parse"
    RUFF = "ruff"
    FAILING_TESTS = "failing tests"
    TEST_FILES = "their files"
    SUITE = "whole suite"
    TESTS_UNTOUCHED = "tests untouched"
    OVERFITTING = "special cases"  # it answers the test's own input and nothing else


@dataclass(frozen=True, slots=True)
class Fallen:
    """A candidate that was refused, where, and why. ``number`` is that of the model's answer."""

    number: int
    function: str
    stage: Stage
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """A file of the user's to change.

    ``path`` is relative to the top of the repository. ``before`` and ``after`` are whole texts; the
    change is for a file that still reads ``before``.
    """

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was verified of a fix, by running it.

    ``base`` is the git tree id of the user's state that the change is for, untracked files
    included. ``test`` is the user's own command, None for the project's pytest; ``only`` is the
    file or folder that was asked about. ``fixed`` failed before and pass now; ``still_failing``
    failed before and still do, and are not what this fix is about; ``flaky`` were set aside.
    ``tests_sha256`` is over names and contents of all ``test_files`` test files: equal before and
    after. ``sampling``, which has the seed, is how the model wrote the fix; ``model_sha256`` is of
    its file, empty when that is not known. ``mutation`` says what was changed in a fix that is a
    mutant, and ``by_model`` whether the model filled that in or a template did.
    """

    base: str
    test: tuple[str, ...] | None
    only: str | None
    function: str
    files: tuple[str, ...]
    fixed: tuple[str, ...]
    still_failing: tuple[str, ...]
    flaky: tuple[str, ...]
    totals_before: dict[str, int]
    totals_after: dict[str, int]
    new_ruff_errors: int
    test_files: int
    tests_sha256: str
    sampling: Sampling
    model_sha256: str
    mutation: str = ""
    by_model: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A verified fix that waits for the user's word."""

    diff: str
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run took: ``answers`` the model wrote, and candidates tested one by one, ``tries``.

    ``mutants`` were tried out together and are no tries; those that passed were tested like any
    candidate, and then are. ``first_good_try`` is the first that passed every check, None if none.
    """

    tries: int
    answers: int
    seconds: float
    model_seconds: float
    test_seconds: float
    tokens_read: int
    tokens_written: int
    mutants: int = 0
    first_good_try: int | None = None


@dataclass(frozen=True, slots=True)
class FixReport:
    """The result of one run.

    ``summary`` is one line, ``advice`` what to do about it. ``diff`` applies to the top folder of
    the user's repository, ``root``. ``failing`` are the tests that were to be mended;
    ``fallen`` the answers that were refused, by number. ``commands`` were run in the project's
    ``folder`` of the copy, under ``sandbox``.
    """

    outcome: Outcome
    summary: str
    advice: str | None
    root: str
    folder: str
    diff: str
    changes: tuple[Change, ...]
    certificate: Certificate | None
    failing: tuple[str, ...]
    fallen: tuple[Fallen, ...]
    cost: Cost
    model: str
    sandbox: str
    commands: tuple[str, ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values; the texts of changed files are left to the diff."""
        values = dataclasses.asdict(self)
        values["changes"] = [change.path for change in self.changes]
        return values


def diff_of(changes: Sequence[Change]) -> str:
    """Return changes as one unified diff, which git applies at the top of the repository."""
    return "".join(unified_diff(each.before, each.after, each.path) for each in changes)
