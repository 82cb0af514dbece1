"""A claim that only says what the code says is none."""

import re

from codegen_lsp.context.changed_code import Passage
from codegen_lsp.filters.place import Dropped
from codegen_lsp.prompt.review import Claim

_FEWEST_WORDS = 3
_MOST_RESTATED = 0.8
"""The share of a message's words that may occur in the code it quotes."""

_PRAISE = re.compile(
    r"\b((is|looks|seems)\s+(already\s+)?(correct|right|fine|valid)\b(?!\s+(only|if|when|for))"
    r"|no\s+(need|defects?|bugs?|issues?|problems?|changes?|errors?)\b"
    r"|(nothing|not)\s+(is\s+)?(wrong|incorrect))",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")


def drop_empty_claim(claim: Claim, _passage: Passage) -> Claim | Dropped:
    """Drop a claim whose message is a word or two, repeats the quoted code, or finds it right."""
    words = [word.lower() for word in _WORD.findall(claim.message)]
    if len(words) < _FEWEST_WORDS:
        return Dropped("its message says nothing")
    if _PRAISE.search(claim.message):
        return Dropped("its message finds the line right")
    quoted = {word.lower() for word in _WORD.findall(claim.quote)}
    if sum(word in quoted for word in words) >= _MOST_RESTATED * len(words):
        return Dropped("its message repeats the code")
    return claim
