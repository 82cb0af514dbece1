"""The command ``codegen``: its verbs, and the one place where an error becomes a line and a code.

Each verb is a module of this package with ``add_parser`` and ``run``; what is heavy is imported in
``run``, so that ``--help`` is instant.
"""

import argparse
import os
import sys
from functools import partial
from typing import NoReturn

from codegen_lsp.cli import (
    complete,
    docstring,
    doctor,
    fix,
    models,
    replay,
    review,
    serve,
    stats,
    why,
)
from codegen_lsp.errors import CodegenError

VERBS = (serve, complete, review, docstring, fix, models, doctor, stats, why, replay)

EXIT_CODES = "Exit codes: 0 clean, 1 findings or no verified fix, 2 usage or git, 3 no model."


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message} (see {self.prog} --help)", file=sys.stderr)
        raise SystemExit(2)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser for all verbs."""
    parser = _Parser(
        prog="codegen",
        formatter_class=partial(argparse.HelpFormatter, max_help_position=16),
        description="A code assistant that runs on this machine and shows nothing unchecked.",
        epilog=EXIT_CODES,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    for verb in VERBS:
        verb.add_parser(verbs)
    return parser


class _Version(argparse.Action):
    """Print the version, looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        """Print and leave."""
        from importlib.metadata import version

        print(f"codegen {version('codegen-lsp')}")
        parser.exit()


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    return carry_out(build_parser().parse_args(arguments))


def carry_out(options: argparse.Namespace) -> int:
    """Run the verb of parsed ``options``; an error becomes a line on stderr and an exit code."""
    try:
        code: int = options.run(options)
    except CodegenError as error:
        if options.debug:
            raise
        print(f"codegen: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("codegen: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone: what is still buffered goes nowhere, without a word.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the edge of the program: a defect of ours, in one line
        if options.debug:
            raise
        print(
            f"codegen: internal error ({type(error).__name__}: {error}); "
            "run it again with --debug and report what it prints",
            file=sys.stderr,
        )
        return 70
    return code


if __name__ == "__main__":
    sys.exit(main())
