"""Asking a model to document a function or class.

The instructions come first and are the same for every function, so that the engine reads them once.
Code is shown without the indentation it has in the file, and cut in its middle when it is long; a
class is shown without the bodies of its methods.
"""

import textwrap
from collections.abc import Sequence

from codegen_lsp.document.docstring_outline import outline
from codegen_lsp.document.docstring_quote import source_lines
from codegen_lsp.prompt.docstring_answer import Wanted, answer_form
from codegen_lsp.prompt.prompt import ChatPrompt
from codegen_lsp.prompt.template import render_chat
from codegen_lsp.syntax.definitions import Kind
from codegen_lsp.syntax.signature import Signature

CODE_CODE_POINTS = 3_000
"""The most code a prompt shows: about 900 tokens, nine seconds of reading on two cores."""

LINE_CODE_POINTS = 240
"""Longer lines are cut when they are shown: they are data or generated."""

_HEAD_SHARE = 0.6
_MOST_SIBLINGS = 12


def docstring_prompt(
    text: str,
    signature: Signature,
    every: Sequence[Signature],
    wanted: Wanted,
    *,
    file_name: str,
    dropped: str | None = None,
) -> ChatPrompt:
    """Return the chat that asks for ``wanted`` about one definition of the file ``text``.

    ``every`` are all signatures of the file: the class around a method and its other methods are
    named. ``dropped`` says why an earlier answer was not taken.
    """
    return ChatPrompt(
        render_chat(
            "docstring",
            path=file_name,
            context=_context(text, signature, every),
            code=shown_code(text, signature, every),
            form=answer_form(wanted),
            note=f" An earlier answer was not good: {dropped}." if dropped else "",
        )
    )


def shown_code(text: str, signature: Signature, every: Sequence[Signature]) -> str:
    """Return the code of a definition as a prompt shows it, with LF line ends.

    Of its docstring only the summary is shown: what it says besides may be what is wrong.
    """
    place, index = signature.place, signature.header_end
    header = text[signature.start : index]
    if place.literal is not None:
        index = place.end
        header = text[signature.start : place.start] + place.before + _summary(place.literal)
    if signature.kind is Kind.CLASS:
        body = _without_method_bodies(text, signature, every, index)
    else:
        body = text[index : signature.end]
    code = (header + body).replace("\r\n", "\n")
    lines = textwrap.dedent(code).strip("\n").split("\n")
    return "\n".join(_head_and_tail([line[:LINE_CODE_POINTS] for line in lines]))


def _summary(literal: str) -> str:
    return f'"""{outline(source_lines(literal)).summary}"""'


def _without_method_bodies(
    text: str, signature: Signature, every: Sequence[Signature], start: int
) -> str:
    """Return a class's body from ``start``; of its methods only the constructor keeps its code."""
    pieces, index = [], start
    for method in every:
        inside = method.start >= index and method.end <= signature.end
        if method.kind is Kind.FUNCTION and inside:
            shown_to = method.end if method.name == "__init__" else method.header_end
            pieces.append(text[index:shown_to] + ("" if shown_to == method.end else " ..."))
            index = method.end
    return "".join([*pieces, text[index : signature.end]])


def _head_and_tail(lines: list[str]) -> list[str]:
    """Keep the first and last lines within the budget, with a marker for what is left out."""
    if sum(len(line) + 1 for line in lines) <= CODE_CODE_POINTS:
        return lines
    head = _fitting(lines, int(CODE_CODE_POINTS * _HEAD_SHARE))
    tail = _fitting(lines[: head - 1 : -1], int(CODE_CODE_POINTS * (1 - _HEAD_SHARE)))
    left_out = len(lines) - head - tail
    return [*lines[:head], f"    # ... {left_out} lines ...", *lines[len(lines) - tail :]]


def _fitting(lines: list[str], budget: int) -> int:
    """Return how many of ``lines`` fit, one at least."""
    for count, line in enumerate(lines):
        budget -= len(line) + 1
        if budget < 0:
            return max(count, 1)
    return len(lines)


def _context(text: str, signature: Signature, every: Sequence[Signature]) -> str:
    owner_name = signature.qualified_name.rpartition(".")[0]
    owner = next((other for other in every if other.qualified_name == owner_name), None)
    if owner is None or not signature.is_method:
        return ""
    header = text[: owner.header_end].rpartition("\n")[2].strip()
    siblings = [
        other.name
        for other in every
        if other.qualified_name == f"{owner_name}.{other.name}" and other.name != signature.name
    ]
    named = ", ".join(dict.fromkeys(siblings[:_MOST_SIBLINGS]))
    return f"A method of: {header}\n" + (f"Other methods: {named}\n" if named else "")
