"""The test of the function that is edited, or the function that the edited test is about."""

import re
from pathlib import Path, PurePosixPath

from codegen_lsp.context.chunk import ContextChunk
from codegen_lsp.context.edit_place import EditPlace
from codegen_lsp.context.rendering import definition_text
from codegen_lsp.document.language import language_of_path
from codegen_lsp.document.read import read_document
from codegen_lsp.document.text import with_lf
from codegen_lsp.errors import UnreadableFile
from codegen_lsp.project.project import Project
from codegen_lsp.syntax.outline import ItemKind, OutlineItem

_TEST_FILE = re.compile(r"(^|/)(test_[^/]*|[^/]*(_test|\.test|\.spec|Test|Tests)|conftest)\.\w+$")
_TEST_NAME = re.compile(r"^(?:test_?|Test)(?P<about>\w+)$")

MOST_LINES = 10
"""Lines of a test that are told."""

_TEST = 0.9
_TESTED = 1.6
_MOST_FILES = 12
_MOST_BYTES = 256 * 1024


def related_tests(place: EditPlace, project: Project) -> list[ContextChunk]:
    """Return a test of the function around the place; in a test, what it seems to test."""
    function = next(
        (each for each in reversed(place.enclosing) if each.kind is ItemKind.FUNCTION), None
    )
    if function is None or place.path is None:
        return []
    if _TEST_FILE.search(place.path.as_posix()):
        return _tested(place, project, function)
    return _tests(place, project, function)


def _tested(place: EditPlace, project: Project, test: OutlineItem) -> list[ContextChunk]:
    """Return the definition whose name begins the test's, the longest such name first."""
    match = _TEST_NAME.match(test.name)
    parts = match["about"].split("_") if match else []
    for length in range(len(parts), 0, -1):
        name = "_".join(parts[:length])
        found = [
            each for each in project.index.definitions(name) if not _TEST_FILE.search(each.path)
        ]
        if len(found) == 1 and found[0].item.kind is not ItemKind.FIELD:
            path = found[0].path
            text = definition_text(
                [found[0].item], language_of_path(PurePosixPath(path)), place.near
            )
            return [ContextChunk(path, text, "related_tests", _TESTED)]
    return []


def _tests(place: EditPlace, project: Project, function: OutlineItem) -> list[ContextChunk]:
    """Return the first lines of a test that is named after the function."""
    for path in sorted(project.index.files_with(function.name, most=_MOST_FILES)):
        if not _TEST_FILE.search(path) or project.root / path == place.path:
            continue
        for item in project.index.outline(path):
            match = _TEST_NAME.match(item.name)
            if match and match["about"].lower().startswith(function.name.strip("_").lower()):
                text = _lines(project.root / path, item)
                return [ContextChunk(path, text, "related_tests", _TEST)] if text else []
    return []


def _lines(path: Path, item: OutlineItem) -> str:
    try:
        text = with_lf(read_document(path, max_bytes=_MOST_BYTES).text)
    except UnreadableFile:
        return ""
    last = min(item.last_line, item.first_line + MOST_LINES - 1)
    return "\n".join(text.split("\n")[item.first_line : last + 1])
