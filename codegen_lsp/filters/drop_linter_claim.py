"""What a parser or a linter decides is not for a model to guess."""

import re

from codegen_lsp.context.changed_code import Passage
from codegen_lsp.filters.place import Dropped
from codegen_lsp.prompt.review import Claim

_TASTE = re.compile(
    r"""\b(
        syntax\s+error | invalid\s+syntax | indent\w* | white\s*space | semicolons?
      | doc\s*strings? | doc\s+comments? | type\s+(hints?|annotations?) | line\s+(is\s+)?too\s+long
      | naming\s+convention\w* | pep\s*8 | code\s+style | not\s+formatted
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NAMES = re.compile(
    r"""\b(
        unused\s+(import|variable|argument)s? | (imported|assigned)\s+but\s+(never\s+)?(un)?used
      | undefined\s+(name|variable|function)s? | missing\s+imports?
      | (is|are|was|were)\s+(not|never)\s+(defined|imported|declared)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def drop_linter_claim(claim: Claim, passage: Passage) -> Claim | Dropped:
    """Drop claims about syntax and form in any language, and about names where ruff knows."""
    if _TASTE.search(claim.message):
        return Dropped("a parser or linter decides that")
    if passage.file.document.language == "python" and _NAMES.search(claim.message):
        return Dropped("ruff decides whether a name is used or defined, and did not say so")
    return claim
