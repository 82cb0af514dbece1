r"""Between a docstring's source and its text: taking the quotes off, and putting them on.

Text that goes in comes out again unchanged when Python reads the literal. Only plain and raw string
literals exist here; what the text says is of no concern.
"""

import ast
import re

_TRIPLE = re.compile(
    r"(?P<prefix>[rRuU]?)(?P<quotes>\"{3}|'{3})(?P<inside>.*)(?P=quotes)", re.DOTALL
)
_LINE_END = re.compile(r"\r\n|\n|\r")


def quoted(lines: list[str], line_end: str) -> str:
    r"""Return the literal that holds ``lines``: triple-quoted, raw if that spares escapes.

    The lines come with their indentation, except the first. Quotes are escaped where they would end
    the literal, and backslashes are doubled where it cannot be raw.
    """
    text = line_end.join(lines)
    if "\\" in text and '"""' not in text and not text.endswith(("\\", '"')):
        return f'r"""{text}"""'
    last = '\\"' if text.endswith('"') else ""
    text = text.removesuffix('"') if last else text
    text = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""{text}{last}"""'


def text_of(literal: str) -> str | None:
    """Return the text Python reads from ``literal``, or None when it is no string."""
    try:
        value = ast.literal_eval(literal)
    except (SyntaxError, ValueError):
        return None
    return value if isinstance(value, str) else None


def source_lines(literal: str) -> list[str]:
    """Return the lines between the quotes of ``literal``, or of its text if it is not one literal.

    Either way they can be read for sections; escapes may still stand in them.
    """
    return inside_lines(literal) or _LINE_END.split(text_of(literal) or "")


def inside_lines(literal: str) -> list[str] | None:
    """Return the source lines between the quotes of a single triple-quoted literal, else None.

    Escapes stay as they are written, so that the lines can go back with :func:`requoted`.
    """
    match = _TRIPLE.fullmatch(literal)
    if match is None or _ends_early(match["inside"], match["quotes"]):
        return None
    return _LINE_END.split(match["inside"])


def requoted(literal: str, lines: list[str], line_end: str) -> str:
    """Return ``literal`` with other source lines between its quotes."""
    match = _TRIPLE.fullmatch(literal)
    if match is None:
        raise ValueError(f"no triple-quoted literal: {literal[:20]}")
    quotes = match["quotes"]
    return f"{match['prefix']}{quotes}{line_end.join(lines)}{quotes}"


def escaped_for(literal: str, text: str) -> str:
    """Return ``text`` as it is written between the quotes of ``literal``, a triple-quoted one."""
    harmless = text.replace('"""', "...").replace("'''", "...")
    return harmless if literal[:1] in "rR" else harmless.replace("\\", "\\\\")


def _ends_early(inside: str, quotes: str) -> bool:
    """Say whether the quotes close before the end: then these are several literals in a row."""
    return quotes in re.sub(r"\\.", "", inside, flags=re.DOTALL)
