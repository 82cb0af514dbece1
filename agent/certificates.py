"""Checking a certificate again: the same change on the same tree, and the tests run once more.

Nothing in the certificate is believed but what it claims, which is then compared; no command is
taken from it. The diff is data for git, applied in a copy.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from agent.checks import TestCommand, TestRunner, new_ruff_errors
from agent.plain import from_plain
from agent.project import locate
from agent.report import Certificate
from agent.results import SuiteRun, newly_failing, still_failing
from agent.runners import runner_for
from agent.scratch import scratch_copy
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import FixSettings
from codegen_lsp.errors import UsageError

_MOST_BYTES = 16 * 1024**2


class Finding(StrEnum):
    """What came of checking."""

    HOLDS = "holds"
    DIFFERS = "differs"  # it was run, and something is not as claimed
    ELSEWHERE = "another tree"  # it was made for files other than these


@dataclass(frozen=True, slots=True)
class Checked:
    """The result: what differs, one line each, empty where the certificate holds."""

    finding: Finding
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What a certificate says: ``diff`` makes what ``certificate`` states true."""

    diff: str
    certificate: Certificate


def read_claim(path: Path) -> Claim:
    """Read the file of a certificate, which is the output of ``codegen fix --format json``.

    Raises :class:`~codegen_lsp.errors.UsageError` when it is none.
    """
    try:
        with path.open("rb") as file:
            data = json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read as JSON ({type(error).__name__})") from error
    if not isinstance(data, dict) or not isinstance(data.get("certificate"), dict):
        raise UsageError(
            f"{path} holds no certificate", advice="codegen fix --format json makes one"
        )
    return Claim(str(data.get("diff", "")), from_plain(data["certificate"], Certificate))


def check(
    claim: Claim,
    project: Path,
    test: TestCommand | None,
    settings: FixSettings,
    cancellation: Cancellation,
    on_event: Callable[[str], None],
) -> Checked:
    """Apply the change of ``claim`` to a copy of the tree around ``project`` and run the tests.

    Works where the files are as they were before the change, and where it was made. Raises
    :class:`~codegen_lsp.errors.UsageError` when the certificate was made with a test command of
    the user's and ``test`` is not that, and what :func:`agent.run.fix` raises when it cannot begin.
    """
    place, certificate = locate(project), claim.certificate
    if certificate.test != (test.arguments if test is not None else None):
        raise _other_command(certificate)
    with scratch_copy(place.repository, cancellation) as scratch:
        texts = scratch.texts_around(claim.diff, certificate.base)
        if texts is None:
            return Checked(Finding.ELSEWHERE, (f"it was made for tree {certificate.base}",))
        before, after = texts
        runner = runner_for(place, test, scratch, cancellation, settings.sandbox)
        on_event("running the tests without the change")
        seconds = float(settings.test_seconds)
        first = runner.run(before, seconds=seconds, cancellation=cancellation)
        hash_before = runner.tests_hash()
        on_event("running the tests with the change")
        second = runner.run(after, seconds=seconds, cancellation=cancellation)
        differences = [
            *_differences(certificate, first, second),
            *_tests_changed(certificate, runner, hash_before),
            *_lint(before, after, runner),
        ]
    return Checked(Finding.DIFFERS if differences else Finding.HOLDS, tuple(differences))


def _differences(certificate: Certificate, before: SuiteRun, after: SuiteRun) -> list[str]:
    found = []
    failed = set(still_failing(before, certificate.fixed))
    found += [f"{case} does not fail before" for case in certificate.fixed if case not in failed]
    found += [f"{case} does not pass after" for case in still_failing(after, certificate.fixed)]
    flaky = set(certificate.flaky)
    lost = [case for case in newly_failing(before, after) if case not in flaky]
    found += [f"{case} no longer passes" for case in lost if case not in certificate.fixed]
    if not flaky:
        for name, claimed, run in (
            ("before", certificate.totals_before, before),
            ("after", certificate.totals_after, after),
        ):
            if run.totals() != claimed:
                found.append(f"the suite {name} has {run.totals()}, not {claimed}")
    return found


def _tests_changed(certificate: Certificate, runner: TestRunner, before: str) -> list[str]:
    hashes = {before, runner.tests_hash()}
    return [] if hashes == {certificate.tests_sha256} else ["the test files are not the same"]


def _lint(before: dict[str, str], after: dict[str, str], runner: TestRunner) -> list[str]:
    tree = runner.scratch.tree
    return [
        f"new ruff error in {path}: {error}"
        for path, text in after.items()
        if path.endswith(".py")
        for error in new_ruff_errors(
            before.get(path, ""), text, filename=tree / path, cwd=runner.folder
        )
    ]


def _other_command(certificate: Certificate) -> UsageError:
    if certificate.test is None:
        return UsageError("the certificate was made with the project's pytest, without --test")
    command = " ".join(certificate.test)
    return UsageError(
        "the certificate was made with a test command of its own, which is not run unasked",
        advice=f"if you trust it, add --test {command!r}",
    )
