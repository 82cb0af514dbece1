"""``codegen fix --verify``: whether a certificate holds, here and now."""

import argparse
import json
import sys
from pathlib import Path

from agent.certificates import Finding, check, read_claim
from agent.checks import TestCommand
from codegen_lsp.cancellation import Cancellation
from codegen_lsp.config.settings import FixSettings

_EXIT = {Finding.HOLDS: 0, Finding.DIFFERS: 1, Finding.ELSEWHERE: 2}
_WORDS = {
    Finding.HOLDS: "the certificate holds: the tests were run again, and all is as it says",
    Finding.DIFFERS: "the certificate does not hold",
    Finding.ELSEWHERE: "the certificate cannot be checked here: it is about other files than these",
}


def verify(options: argparse.Namespace, settings: FixSettings) -> int:
    """Check the certificate in the file ``options.verify``; return 0 when it holds, 1 when not.

    2 when it was made for a tree that is not here.
    """
    claim = read_claim(options.verify)
    test = TestCommand.parse(options.test) if options.test is not None else None
    checked = check(
        claim,
        Path(options.path or "."),
        test,
        settings,
        Cancellation(),
        lambda text: print(f"codegen: {text}", file=sys.stderr),
    )
    if options.format == "json":
        print(json.dumps({"finding": checked.finding, "differences": checked.differences}))
    else:
        print(f"codegen: {_WORDS[checked.finding]}")
        for difference in checked.differences:
            print(f"  {difference}")
    return _EXIT[checked.finding]
