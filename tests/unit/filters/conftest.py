"""A passage and a claim about it, which the review filters are tried on."""

from collections.abc import Callable

import pytest

from codegen_lsp.context.changed_code import Passage
from codegen_lsp.document.changes import ChangedFile
from codegen_lsp.document.diff import Hunk
from codegen_lsp.document.text import Document
from codegen_lsp.prompt.review import Claim

TEXT = """\
def total(items):
    count = 0
    for item in items:
        count += item.price * item.number
    if count: return count
    return total(
        items)
"""


@pytest.fixture
def passage() -> Callable[..., Passage]:
    """Makes a passage of ``text`` in which the lines ``added`` are new."""

    def make(
        text: str = TEXT, added: tuple[int, ...] = (3, 4, 5, 6, 7), language: str | None = "python"
    ) -> Passage:
        lines = dict(enumerate(text.split("\n"), 1))
        file = ChangedFile("a", Document(text, language), (Hunk(lines, frozenset(added), {}),))
        return Passage(file, "total", (range(1, len(lines)),), frozenset(added))

    return make


@pytest.fixture
def claim() -> Callable[..., Claim]:
    """Makes a claim; what is not given is something that no filter minds."""

    def make(
        quote: str = "for item in items:",
        message: str = "It fails when there are no items at all.",
        replacement: str | None = None,
    ) -> Claim:
        return Claim(quote, "bug", message, replacement)

    return make
