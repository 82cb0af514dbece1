"""What other open documents add."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from codegen_lsp.context.edit_place import OpenDocument
from codegen_lsp.context.open_documents import LINES_AROUND, open_documents
from codegen_lsp.document.text import Document

At = Callable[..., Any]


def other(place: Any, text: str, **more: Any) -> OpenDocument:
    return OpenDocument(Document(text, "python", place.path.with_name("b.py")), **more)


def test_where_another_document_was_edited_is_told(at: At) -> None:
    place, project = at({"a.py": "¦\n"})
    lines = [f"line{number} = {number}" for number in range(100)]
    place = replace(place, others=[other(place, "\n".join(lines), edited_line=50)])
    [chunk] = open_documents(place, project)
    assert chunk.path == "b.py"
    assert chunk.text.split("\n") == lines[50 - LINES_AROUND : 50 + LINES_AROUND + 1]


def test_what_it_defines_and_is_used_here_is_told_as_it_is_in_the_editor(at: At) -> None:
    """Not as it was when it was saved."""
    place, project = at({"b.py": "def add(a): pass\n", "a.py": "add(¦\n"})
    place = replace(place, others=[other(place, "def add(a, b): pass\ndef more(): pass\n")])
    [chunk] = open_documents(place, project)
    assert chunk.text == "def add(a, b): ..."


def test_what_was_touched_long_ago_counts_for_less(at: At) -> None:
    place, project = at({"a.py": "add(¦\n"})
    scores = []
    for age in (0, 3):
        aged = replace(place, others=[other(place, "def add(a): pass\n", age=age)])
        scores += [chunk.score for chunk in open_documents(aged, project)]
    assert scores[0] > scores[1]


def test_the_document_itself_and_untitled_ones_are_left_out(at: At) -> None:
    place, project = at({"a.py": "add(¦\n"})
    itself = OpenDocument(replace(place.document, text="def add(a): pass\n"), edited_line=0)
    untitled = OpenDocument(Document("def add(a): pass\n", "python"), edited_line=0)
    assert open_documents(replace(place, others=[itself, untitled]), project) == []


def test_another_language_tells_only_where_it_was_edited(at: At) -> None:
    place, project = at({"a.py": "add(¦\n"})
    script = Document("function add(a) { return a }\n", "javascript", Path("/x/b.js"))
    assert open_documents(replace(place, others=[OpenDocument(script)]), project) == []
