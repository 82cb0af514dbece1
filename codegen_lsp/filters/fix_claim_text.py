"""A claim's words go to a terminal and to other programs: they are made plain text first."""

import dataclasses
import unicodedata

from codegen_lsp.context.changed_code import Passage
from codegen_lsp.filters.place import Dropped
from codegen_lsp.prompt.review import Claim

_MESSAGE_CODE_POINTS = 300


def fix_claim_text(claim: Claim, _passage: Passage) -> Claim | Dropped:
    """Take control and formatting characters out of a claim, and make its message one line.

    A message over 300 code points is cut. The quote and the replacement are code and keep their
    tabs; of several lines of either, only the first is meant.
    """
    message = " ".join(plain_text(claim.message).split())
    if len(message) > _MESSAGE_CODE_POINTS:
        message = message[: _MESSAGE_CODE_POINTS - 1].rstrip() + "…"
    replacement = claim.replacement
    return dataclasses.replace(
        claim,
        message=message,
        quote=_first_line(claim.quote),
        replacement=None if replacement is None else _first_line(replacement),
    )


def plain_text(text: str) -> str:
    """Return ``text`` with a space for each control, formatting or separator character but tabs."""
    return "".join(character if _is_plain(character) else " " for character in text)


def _is_plain(character: str) -> bool:
    return character == "\t" or unicodedata.category(character) not in {
        "Cc",
        "Cf",
        "Cs",
        "Zl",
        "Zp",
    }


def _first_line(code: str) -> str:
    lines = [line for line in code.splitlines() if line.strip()]
    return plain_text(lines[0]) if lines else ""
