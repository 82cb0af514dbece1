"""``codegen fix``: a verified change that makes a failing test pass, or an honest no.

The diff alone goes to standard output, so that ``codegen fix > fix.diff && git apply fix.diff``
works; progress and the certificate go to standard error. With ``--format json`` one object with all
of it goes to standard output. The agent never writes to the user's tree: ``--apply`` is done here.
"""

import argparse
import json
import signal
import sys
from typing import TYPE_CHECKING, Any

from codegen_lsp.cli.options import add_verb, settings_from
from codegen_lsp.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from agent.report import Certificate, Change, FixReport
    from agent.tools import Event
    from codegen_lsp.config.settings import FixSettings, Settings

_DESCRIPTION = """\
Works on a throw-away copy; your files are changed only with --apply, and test files never.
Prints the change as a diff that git apply takes, and on standard error what was verified."""

_MOST_SHOWN = 5


def add_parser(verbs: Any) -> None:
    """Add this verb."""
    parser = add_verb(verbs, "fix", run=run, summary="make a failing test pass, verified")
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="the project, or tests in it"
    )
    parser.add_argument(
        "--test",
        metavar="CMD",
        help="a program that runs the tests (default: the project's pytest)",
    )
    parser.add_argument("--apply", action="store_true", help="make the change in your files")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    limits = (
        ("tries", "candidates to test"),
        ("seconds", "seconds for the whole run"),
        ("tokens", "tokens for the model to write"),
    )
    for name, what in limits:
        parser.add_argument(f"--max-{name}", type=_positive, metavar="N", help=f"the most {what}")
    parser.add_argument(
        "--test-seconds", type=_positive, metavar="N", help="seconds for one run of the tests"
    )


def run(options: argparse.Namespace) -> int:
    """Print the change and what was verified; return 1 when there is no verified fix."""
    settings = settings_from(options)
    report = _report(options, settings, _limits(settings.fix, options))
    if options.apply:
        _apply(report)
    if options.format == "json":
        print(json.dumps({**report.as_json(), "applied": options.apply and bool(report.changes)}))
    else:
        sys.stdout.write(report.diff)
        sys.stdout.flush()
        print(_told(report, applied=options.apply), file=sys.stderr)
    return 0 if report.outcome in {"fixed", "nothing_fails"} else 1


def _report(
    options: argparse.Namespace, settings: "Settings", limits: "FixSettings"
) -> "FixReport":
    """Run the agent; a second Ctrl-C is not needed, and an end by signal cleans up as well."""
    from pathlib import Path

    from agent.checks import TestCommand
    from agent.graph import require_langgraph
    from agent.project import locate
    from agent.run import fix
    from codegen_lsp.cancellation import Cancellation
    from codegen_lsp.cli.first_use import ensure_model
    from codegen_lsp.engine import Engine

    require_langgraph()
    path = Path(options.path)
    locate(path)
    test = TestCommand.parse(options.test) if options.test is not None else None
    ensure_model(settings)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    engine = Engine(settings)
    try:
        return fix(path, test, engine.model(), limits, Cancellation(), _show)
    finally:
        engine.close()


def _show(event: "Event") -> None:
    print(f"codegen: {event.seconds:6.1f} s  {event.step:<10} {event.text}", file=sys.stderr)


def _limits(settings: "FixSettings", options: argparse.Namespace) -> "FixSettings":
    import dataclasses

    names = ("max_tries", "max_seconds", "max_tokens", "test_seconds")
    given = {name: getattr(options, name) for name in names}
    return dataclasses.replace(
        settings, **{name: value for name, value in given.items() if value is not None}
    )


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _apply(report: "FixReport") -> None:
    """Make the changes in the user's files, all or none.

    Raises UsageError when a file no longer reads as it did when the copy was made.
    """
    from pathlib import Path

    from codegen_lsp.cli.write_file import write_file

    root = Path(report.root)
    for change in report.changes:
        _refuse_changed(root / change.path, change)
    for change in report.changes:
        write_file(root / change.path, before=change.before, after=change.after)


def _refuse_changed(path: "Path", change: "Change") -> None:
    try:
        same = not path.is_symlink() and path.read_bytes() == change.before.encode("utf-8")
    except OSError:
        same = False
    if not same:
        raise UsageError(
            f"{change.path} was changed meanwhile, so nothing is applied",
            advice="run codegen fix again",
        )


def _told(report: "FixReport", *, applied: bool) -> str:
    lines = [f"codegen: {report.summary}"]
    if report.certificate is not None:
        lines += _certificate(report.certificate, report)
        done = "applied to your files" if applied else "apply it with --apply, or with git apply"
        lines.append(f"  next            {done}")
    elif report.advice is not None:
        lines.append(f"  next            {report.advice}")
    lines += [
        f"  refused         answer {each.number}, {each.function}, at {each.stage}: {each.reason}"
        for each in report.fallen
        if report.certificate is None
    ]
    if report.cost.answers:
        lines.append(f"  cost            {_cost(report)}")
        lines.append(f"  sandbox         {report.sandbox}")
    lines += [f"  note            {note}" for note in report.notes]
    return "\n".join(lines)


def _certificate(certificate: "Certificate", report: "FixReport") -> list[str]:
    hash_start = certificate.tests_sha256[:12]
    lines = [f"  now passing     {case}" for case in certificate.fixed[:_MOST_SHOWN]]
    if len(certificate.fixed) > _MOST_SHOWN:
        lines.append(f"  now passing     and {len(certificate.fixed) - _MOST_SHOWN} more")
    lines += [f"  still failing   {case}" for case in certificate.still_failing[:_MOST_SHOWN]]
    lines += [
        f"  suite before    {_totals(certificate.totals_before)}",
        f"  suite after     {_totals(certificate.totals_after)}, nothing newly failing",
        f"  files changed   {', '.join(certificate.files)}",
        f"  tests           {certificate.test_files} files untouched (sha256 {hash_start})",
        "  ruff            no new errors",
        f"  written by      {report.model}, {_sampling(certificate)}",
    ]
    return lines + [f"  ran             {command}" for command in report.commands[:_MOST_SHOWN]]


def _sampling(certificate: "Certificate") -> str:
    sampling = certificate.sampling
    if sampling.temperature == 0:
        return "greedily"
    return f"temperature {sampling.temperature}, seed {sampling.seed}"


def _totals(totals: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in totals.items())


def _cost(report: "FixReport") -> str:
    cost = report.cost
    return (
        f"{cost.tries} tries of {cost.answers} answers, {cost.seconds:.1f} s "
        f"(model {cost.model_seconds:.1f}, tests {cost.test_seconds:.1f}), "
        f"{cost.tokens_written} tokens written"
    )
