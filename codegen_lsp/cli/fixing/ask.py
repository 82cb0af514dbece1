"""Putting a verified fix before the person at the terminal."""

import sys

from agent.report import Proposal
from agent.wording import tests_of, totals_of


def ask(proposal: Proposal) -> bool:
    """Show the diff and what was verified, and return whether it is to be applied.

    Everything goes to standard error: the answer is the only thing that standard input is for.
    """
    certificate = proposal.certificate
    print(plain(proposal.diff), file=sys.stderr)
    for case in certificate.fixed:
        print(f"  now passing     {plain(case)}", file=sys.stderr)
    print(f"  suite after     {totals_of(certificate.totals_after)}", file=sys.stderr)
    print(f"  tests           {tests_of(certificate)}", file=sys.stderr)
    print("Apply this change to your files? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def plain(text: str) -> str:
    """Return ``text`` with every control character shown, so that a terminal can hide nothing."""
    return "".join(
        mark if mark in "\n\t" or mark.isprintable() else ascii(mark)[1:-1] for mark in text
    )
