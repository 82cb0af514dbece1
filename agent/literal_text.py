"""Literals in running text: where one ends is not said there."""

import ast
import re

_GOES_ON = re.compile(r"\s*[-+*/%@&|^<>=]")
"""Behind a number, this makes it a part of a longer formula."""


def is_literal(node: ast.expr) -> bool:
    """Say whether ``node`` is a literal, as :func:`ast.literal_eval` has it."""
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def literal_at(text: str) -> str | None:
    """Return the longest beginning of ``text`` that is a literal, if that is all that is meant."""
    for end in range(len(text), 0, -1):
        if text[end - 1].isalnum() and text[end : end + 1].isalnum():
            continue
        beginning = text[:end].strip()
        if beginning.endswith(","):
            continue
        try:
            ast.literal_eval(beginning)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            continue
        return None if _GOES_ON.match(text, end) else beginning
    return None
