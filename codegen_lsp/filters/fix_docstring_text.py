"""A text of the model becomes a sentence as documentation has it, and claims no wrong default."""

import re

_DEFAULT_CLAIM = re.compile(
    r"\s*[,;(.]\s*(?:(?:and|it|the|with|which|a)\s+)*"
    r"(?:by default\b|defaults?\s+(?:value\s+)?(?:to|is|of)\b|defaults?\s*[:=]|defaulting to\b)",
    re.IGNORECASE,
)
_RETURNS = re.compile(
    r"^(?:Return|Yield)s?\b(?: an? (?:generator|iterator) (?:of|over|that yields|yielding)\b)?"
)
_CLASS = re.compile(
    r"^(?:The|An?)\s+(?:\S+\s+)?class\s+(?:that\s+|which\s+)?"
    r"(?:represents?|representing|is|are|for(?!\s+\w+ing\b)|of|defines?|implements?)\s+"
)
_GETS = re.compile(r"^(?:Return|Get|Retrieve)s?\s+(?=(?:the|an?|all|each|how|whether)\s)")


def fix_sentence(text: str) -> str:
    """Return ``text`` on one line, with single spaces, a capital letter and a full stop."""
    sentence = " ".join(text.split()).rstrip(" ,;:-").removesuffix("...").rstrip()
    if not sentence:
        return ""
    if not sentence.endswith((".", "!", "?")):
        sentence += "."
    return sentence[0].upper() + sentence[1:]


def fix_verb(summary: str, *, yields: bool) -> str:
    """Let the summary of a generator say that it yields: it returns nothing a caller wants."""
    return _RETURNS.sub("Yield", summary, count=1) if yields else summary


def fix_class_summary(summary: str) -> str:
    """Let the summary of a class say what its objects are, not that it is a class."""
    thing = _CLASS.sub("", summary, count=1)
    return thing[:1].upper() + thing[1:]


def fix_property_summary(summary: str) -> str:
    """Let the summary of a property name what it is: it is read, not called (ruff D421)."""
    thing = _GETS.sub("", summary, count=1)
    return thing[:1].upper() + thing[1:]


def fix_default_claim(text: str, default: str | None) -> str:
    """Take out of ``text`` what it says of a default that is not ``default`` (source text or None).

    A claim goes on to the end of the text: that is where models and people put it.
    """
    claim = _DEFAULT_CLAIM.search(text)
    if claim is None:
        return text
    if default is not None and default.strip("\"'") in text[claim.start() :]:
        return text
    return text[: claim.start()]
