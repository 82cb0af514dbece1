"""The JSON a model answers with when it writes documentation: its form, its grammar, reading it.

The keys are literals taken from the signature, in order, so an answer cannot leave a parameter out
or make one up. What the texts say is checked in ``filters/``.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

SUMMARY_CODE_POINTS = 120
"""The most a summary may have; what does not fit on a line is shortened or dropped later."""

TEXT_CODE_POINTS = 160
"""The most any other text may have: two lines of a docstring."""

_TEXT_RULES = rf"""
summary ::= "\"" first char{{3,{SUMMARY_CODE_POINTS - 1}}} "\""
thing   ::= "\"" ("A " | "An " | "The ") char{{3,{SUMMARY_CODE_POINTS - 2}}} "\""
text    ::= "\"" first char{{3,{TEXT_CODE_POINTS - 1}}} "\""
if      ::= "\"If " char{{3,{TEXT_CODE_POINTS - 3}}} "\""
"""
_ASCII_CHARS = r"""first   ::= [A-Z]
char    ::= [ !#-\x5B\x5D-z|~] | "\\\""
"""
_ANY_CHARS = r"""first   ::= [A-Z\u00C0-\uFFFD]
char    ::= [^"\\{}\x00-\x1F\x7F-\x9F] | "\\\""
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a model is to write: names are without stars, in the order of the signature.

    ``of_class`` asks for a summary of what a thing is instead of what it does. ``ascii_only`` keeps
    the texts to ASCII: right wherever the code itself does.
    """

    summary: bool = False
    parameters: tuple[str, ...] = ()
    returns: bool = False
    yields: bool = False
    raises: tuple[str, ...] = ()
    of_class: bool = False
    ascii_only: bool = True

    @property
    def count(self) -> int:
        """How many texts that are."""
        values = self.summary + self.returns + self.yields
        return values + len(self.parameters) + len(self.raises)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The texts a model wrote, unchecked; empty or None where nothing was asked."""

    summary: str | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    returns: str | None = None
    yields: str | None = None
    raises: dict[str, str] = field(default_factory=dict)


def answer_form(wanted: Wanted) -> str:
    """Name the members of the answer, to tell a model what is asked."""
    return ", ".join(
        f'"{name}"' + (f" ({', '.join(keys)})" if keys else "") for name, keys in _members(wanted)
    )


def answer_grammar(wanted: Wanted) -> str:
    """Return the GBNF of an answer: only the texts are free, and each is bounded.

    A text begins with a capital letter and holds no braces, so that a small model cannot fill it
    with dots or with more JSON; one about an exception begins with ``If``, the summary of a class
    with an article.
    """
    rules = {"summary": "thing" if wanted.of_class else "summary", "raises": "if"}
    comma = f" {_literal(', ')} "
    members = []
    for name, keys in _members(wanted):
        rule = rules.get(name, "text")
        if keys:
            inner = comma.join(f"{_literal(_key(key))} {rule}" for key in keys)
            members.append(f'{_literal(_key(name) + "{")} {inner} "}}"')
        else:
            members.append(f"{_literal(_key(name))} {rule}")
    root = f'root    ::= "{{" {comma.join(members)} "}}"'
    return root + _TEXT_RULES + (_ASCII_CHARS if wanted.ascii_only else _ANY_CHARS)


def read_answer(text: str, wanted: Wanted) -> Answer | None:
    """Read an answer; None when it was cut off or is not of the form that was asked."""
    try:
        said = json.loads(text)
    except ValueError:
        return None
    if not isinstance(said, dict) or not _has_form(said, wanted):
        return None
    return Answer(
        summary=said.get("summary"),
        parameters=said.get("parameters", {}),
        returns=said.get("returns"),
        yields=said.get("yields"),
        raises=said.get("raises", {}),
    )


def _members(wanted: Wanted) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the name of each member, with its keys when it is an object."""
    if wanted.summary:
        yield "summary", ()
    if wanted.parameters:
        yield "parameters", wanted.parameters
    if wanted.returns:
        yield "returns", ()
    if wanted.yields:
        yield "yields", ()
    if wanted.raises:
        yield "raises", wanted.raises


def _key(name: str) -> str:
    return f'"{name}": '


def _literal(piece: str) -> str:
    escaped = piece.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _has_form(said: dict[str, object], wanted: Wanted) -> bool:
    """Say whether an answer has the members asked for, no others, and texts in them."""
    texts: list[object] = []
    for name in ("summary", "returns", "yields"):
        if (name in said) is not getattr(wanted, name):
            return False
        texts += [said[name]] if name in said else []
    for name, keys in (("parameters", wanted.parameters), ("raises", wanted.raises)):
        members = said.get(name, {})
        if not isinstance(members, dict) or set(members) != set(keys):
            return False
        texts += members.values()
    return all(isinstance(text, str) for text in texts)
