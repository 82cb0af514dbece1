"""``codegen fix``: a verified change that makes a failing test pass, or an honest no.

The diff alone goes to standard output, so that ``codegen fix > fix.diff && git apply fix.diff``
works; progress and the certificate go to standard error. With ``--format json`` one object with all
of it goes to standard output, with ``markdown`` the text for a pull request. The agent never writes
to the user's tree: ``--apply`` is done in ``fixing/apply.py``.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codegen_lsp.cli.options import add_verb, settings_from
from codegen_lsp.errors import UsageError

if TYPE_CHECKING:
    from codegen_lsp.config.settings import Settings

_DESCRIPTION = """\
Works on a throw-away copy; your files are changed only with --apply or --ask, and test files never.
Prints the change as a diff that git apply takes, and on standard error what was verified."""

_LIMITS = {
    "max_tries": "the most candidates to test",
    "max_seconds": "the most seconds for the whole run",
    "max_tokens": "the most tokens for the model to write",
    "test_seconds": "seconds for one run of the tests",
}
_CHANGES = ("apply", "ask")
_NEW = ("test", "focus", "sandbox", *_LIMITS)


def add_parser(verbs: Any) -> None:
    """Add this verb."""
    parser = add_verb(verbs, "fix", run=run, summary="make a failing test pass, verified")
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("path", nargs="?", metavar="PATH", help="the project, or tests in it (.)")
    parser.add_argument(
        "--test",
        metavar="CMD",
        help="a program that runs the tests (default: the project's pytest)",
    )
    parser.add_argument(
        "--focus", metavar="PATH:SYMBOL", help="the function to suspect, whatever the evidence says"
    )
    parser.add_argument("--each", action="store_true", help="one run for each failing test file")
    parser.add_argument("--apply", action="store_true", help="make the change in your files")
    parser.add_argument("--ask", action="store_true", help="show the change; apply it on a yes")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the run as a page as well")
    parser.add_argument(
        "--sandbox",
        choices=("auto", "required", "off"),
        help="bubblewrap where it works (auto), refuse without it, or never",
    )
    for name, what in _LIMITS.items():
        flag = f"--{name.replace('_', '-')}"
        parser.add_argument(flag, type=_positive, metavar="N", help=what)
    kept = parser.add_argument_group("runs that are kept")
    kept.add_argument("--keep-prompts", action="store_true", help="keep prompts and answers")
    kept.add_argument("--list", action="store_true", help="list them")
    kept.add_argument("--show", metavar="ID", help="what one did, step by step")
    kept.add_argument("--resume", metavar="ID", help="go on with one that was ended")
    kept.add_argument(
        "--verify", type=Path, metavar="FILE", help="check a certificate (of --format json) again"
    )


def run(options: argparse.Namespace) -> int:
    """Print the change and what was verified; return 1 when there is no verified fix."""
    settings = _with_flags(settings_from(options), options)
    if options.list:
        return _list(settings)
    if options.show is not None:
        return _show(settings, options.show)
    if options.verify is not None:
        return _verify(options, settings)
    if options.ask and not sys.stdin.isatty():
        raise UsageError("--ask needs a terminal", advice="look at the diff, then use --apply")
    if options.resume is not None:
        return _resume(options, settings)
    return _fix_each(options, settings) if options.each else _fix(options, settings)


def _fix(options: argparse.Namespace, settings: "Settings") -> int:
    from agent.checks import TestCommand
    from agent.graph import require_langgraph
    from agent.project import locate
    from agent.run import fix
    from codegen_lsp.cli.fixing.output import put_out
    from codegen_lsp.cli.fixing.session import session

    require_langgraph()
    path = Path(options.path or ".")
    locate(path)
    test = TestCommand.parse(options.test) if options.test is not None else None
    with session(
        settings, asks=options.ask, keep_prompts=options.keep_prompts, focus=options.focus
    ) as opened:
        report = fix(
            path,
            test,
            opened.model,
            settings.fix,
            opened.cancellation,
            opened.show,
            opened.frame,
        )
    return put_out(options, report, opened.run)


def _resume(options: argparse.Namespace, settings: "Settings") -> int:
    """Go on with a run as it was asked for; one that is over is only shown again."""
    import dataclasses

    from agent.run import resume
    from agent.runs import find
    from codegen_lsp.cli.fixing.output import put_out
    from codegen_lsp.cli.fixing.session import session

    _refuse(options, "--resume", ("path", "each", "keep_prompts", *_NEW))
    kept = find(settings.fix.runs_folder, options.resume)
    request, report = kept.request(), kept.report()
    if report is None:
        name = options.model or request.model or settings.model.name
        model = dataclasses.replace(settings.model, name=name)
        settings = dataclasses.replace(settings, model=model)
        options.ask = options.ask or (request.asks and not options.apply and sys.stdin.isatty())
        keep_prompts = request.keeps_prompts
        with session(settings, asks=options.ask, keep_prompts=keep_prompts) as opened:
            opened.run = kept
            report = resume(kept, opened.model, opened.cancellation, opened.show, opened.frame)
    return put_out(options, report, kept)


def _fix_each(options: argparse.Namespace, settings: "Settings") -> int:
    from codegen_lsp.cli.fixing.each import fix_each

    _refuse(options, "--each", ("html",))
    return fix_each(options, settings)


def _verify(options: argparse.Namespace, settings: "Settings") -> int:
    from codegen_lsp.cli.fixing.verify import verify

    _refuse(options, "--verify", ("each", "html", "keep_prompts", "resume", *_CHANGES))
    return verify(options, settings.fix)


def _list(settings: "Settings") -> int:
    from agent.runs import runs_in
    from codegen_lsp.cli.fixing.kept import listed

    runs = runs_in(settings.fix.runs_folder)
    print("\n".join(map(listed, runs)) if runs else "No run is kept.")
    return 0


def _show(settings: "Settings", name: str) -> int:
    from agent.runs import find
    from codegen_lsp.cli.fixing.kept import shown
    from codegen_lsp.cli.fixing.text import told

    kept = find(settings.fix.runs_folder, name)
    report = kept.report()
    print(shown(kept))
    if report is not None:
        print(told(report, applied=False))
    return 0


def _refuse(options: argparse.Namespace, flag: str, names: tuple[str, ...]) -> None:
    """Raise UsageError when one of the options ``names``, which ``flag`` decides, was given."""
    for name in names:
        if getattr(options, name):
            shown = "PATH" if name == "path" else f"--{name.replace('_', '-')}"
            raise UsageError(f"{shown} cannot be given with {flag}")


def _with_flags(settings: "Settings", options: argparse.Namespace) -> "Settings":
    import dataclasses

    given = {name: getattr(options, name) for name in (*_LIMITS, "sandbox")}
    said = {name: value for name, value in given.items() if value is not None}
    return dataclasses.replace(settings, fix=dataclasses.replace(settings.fix, **said))


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value
