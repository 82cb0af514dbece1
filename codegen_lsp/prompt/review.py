"""Asking a model to review a passage, and reading its answer.

Two questions, of which the second goes on from the first, so that the engine reads the code once:
is it right, and if that is doubtful, what is wrong. The second answer is JSON under a grammar;
whether what it claims holds is decided in ``filters/``.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

from codegen_lsp.context.changed_code import LINE_CODE_POINTS, Passage
from codegen_lsp.prompt.prompt import ChatPrompt, Message
from codegen_lsp.prompt.template import render, render_chat

MAX_ANSWER_TOKENS = 320
"""Room for three findings of usual length; the grammar bounds each string besides."""

ANSWER_START = "["

YES = "Yes"

_MOST_REMOVED = 20


@dataclass(frozen=True, slots=True)
class Claim:
    """What a model says of one added line, before anything is checked.

    It is not asked how grave that is: what stands behind a finding decides.
    ``replacement`` is what it would write instead of the quoted line; None when it did not say.
    """

    quote: str
    category: str
    message: str
    replacement: str | None = None


def verdict_prompt(passage: Passage) -> ChatPrompt:
    """Return the chat that asks whether the added lines of ``passage`` are right.

    The answer's first word is Yes or No, and how likely that word was is worth as much. The lines
    that are gone are not shown here: they make the model's view worse, not better.
    """
    where = f" (in {passage.name})" if passage.name else ""
    code = "\n".join(_marked_lines(passage))
    return ChatPrompt(render_chat("review", path=passage.file.path + where, code=code))


def findings_prompt(passage: Passage) -> ChatPrompt:
    """Return the chat that goes on from a doubtful verdict and asks what is wrong."""
    removed = [f"- {line[:LINE_CODE_POINTS]}" for line in passage.removed[:_MOST_REMOVED]]
    before = "\n".join(["These lines were there before:", *removed, "", ""])
    question = render("review_findings", removed=before if removed else "")
    asked = (*verdict_prompt(passage).messages, Message("assistant", "No"))
    return ChatPrompt((*asked, Message("user", question.strip())), answer_start=ANSWER_START)


def findings_grammar(passage: Passage) -> str:
    """Return the grammar of an answer about ``passage``, which goes on after its opening bracket.

    Only an added line of the passage can be quoted: a small model tends to quote what it would have
    written instead.
    """
    document = passage.file.document
    lines = (document.line(number - 1).strip() for number in sorted(passage.added))
    quotes = dict.fromkeys(line for line in lines if line and len(line) <= LINE_CODE_POINTS)
    literals = " | ".join(_literal(quote) for quote in quotes) or '""'
    return Template(_grammar()).substitute(quotes=literals)


@cache
def _grammar() -> str:
    return files("codegen_lsp.prompt.grammars").joinpath("review.gbnf").read_text("utf-8")


def _literal(text: str) -> str:
    """Write text as it stands in a JSON string, as a GBNF literal."""
    inner = json.dumps(text, ensure_ascii=False)[1:-1]
    escaped = inner.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def read_claims(answer: str) -> tuple[Claim, ...] | None:
    """Read an answer, which may have been cut off; None when it is no answer to the question.

    Claims that are complete are taken even when the answer ends in the middle of the next.
    """
    text = answer.strip()
    if not text.startswith(("{", "]")):
        return None
    decoder = json.JSONDecoder()
    claims: list[Claim] = []
    while text.startswith("{"):
        try:
            item, end = decoder.raw_decode(text)
        except ValueError:
            break
        claim = _claim(item)
        if claim is not None:
            claims.append(claim)
        text = text[end:].lstrip(", \t\r\n")
    return None if text.startswith("{") and not claims else tuple(claims)


def _claim(item: dict[str, object]) -> Claim | None:
    said = {name: item.get(name) for name in ("quote", "category", "message")}
    if not all(isinstance(value, str) for value in said.values()):
        return None
    replacement = item.get("replacement")
    return Claim(
        quote=str(said["quote"]),
        category=str(said["category"]),
        message=str(said["message"]),
        replacement=replacement if isinstance(replacement, str) else None,
    )


def _marked_lines(passage: Passage) -> Iterator[str]:
    """Yield the shown lines: new ones marked with a plus sign, the others with a blank."""
    document = passage.file.document
    for number, shown in enumerate(passage.shown):
        if number:
            yield "  ..."
        for line in shown:
            mark = "+" if line in passage.file.added else " "
            yield f"{mark} {document.line(line - 1)[:LINE_CODE_POINTS]}".rstrip()
