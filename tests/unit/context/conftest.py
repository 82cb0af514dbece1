"""Small projects on disk with a cursor drawn in one file: ``¦``."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from codegen_lsp.context.edit_place import EditPlace
from codegen_lsp.context.window import window_around
from codegen_lsp.document.read import read_document
from codegen_lsp.project.index import update_all
from codegen_lsp.project.project import Project
from codegen_lsp.project.stored_index import IndexWriter, path_of

CURSOR = "¦"

At = Callable[..., tuple[EditPlace, Project]]


@pytest.fixture
def at(tmp_path: Path) -> Iterator[At]:
    """Return a function that writes files, indexes them, and returns the place of the cursor."""
    with ExitStack() as stack:

        def make(
            files: Mapping[str, str], *, before_tokens: int = 60, after_tokens: int = 40
        ) -> tuple[EditPlace, Project]:
            root = tmp_path / "project"
            [(edited, drawn)] = [each for each in files.items() if CURSOR in each[1]]
            for name, text in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text.replace(CURSOR, ""))
            with closing(IndexWriter(path_of(root, tmp_path / "cache"))) as writer:
                update_all(root, writer)
            project = stack.enter_context(closing(Project(root, tmp_path / "cache")))
            document = read_document(project.root / edited)
            position = document.position(drawn.index(CURSOR))
            window = window_around(
                document, position, before_tokens=before_tokens, after_tokens=after_tokens
            )
            return EditPlace(document, position, window), project

        yield make
