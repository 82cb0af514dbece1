"""Wording lives in ``templates/*.md``; this reads it.

A template is ``string.Template`` text (``$name``); a line ``---`` alone separates the system
message from the user message.
"""

from functools import cache
from importlib.resources import files
from string import Template

from codegen_lsp.prompt.prompt import Message


@cache
def _source(package: str, name: str) -> str:
    return files(package).joinpath(f"{name}.md").read_text("utf-8")


def render(name: str, *, package: str = "codegen_lsp.prompt.templates", **values: str) -> str:
    """Fill in template ``name``; every ``$field`` in it must be given, and only those."""
    return Template(_source(package, name)).substitute(values)


def render_chat(
    name: str, *, package: str = "codegen_lsp.prompt.templates", **values: str
) -> tuple[Message, ...]:
    """Fill in template ``name`` and split it at its ``---`` line into system and user messages.

    Values are filled in after the split, so that nothing in them can move a boundary.
    """
    system, _, user = _source(package, name).partition("\n---\n")
    return (
        Message("system", Template(system.strip()).substitute(values)),
        Message("user", Template(user.strip()).substitute(values)),
    )
