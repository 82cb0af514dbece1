from pathlib import Path

import pytest

from codegen_lsp.document.language import comment_marker, language_of_id, language_of_path


@pytest.mark.parametrize(
    ("name", "language"),
    [("a.py", "python"), ("B.TS", "typescript"), ("c.h", "c"), ("d.hpp", "cpp"), ("e.txt", None)],
)
def test_the_suffix_names_the_language(name: str, language: str | None) -> None:
    assert language_of_path(Path(name)) == language


def test_react_dialects_are_folded_into_their_grammars() -> None:
    assert language_of_id("typescriptreact") == "tsx"
    assert language_of_id("javascriptreact") == "javascript"
    assert language_of_id("python") == "python"


def test_comments_begin_as_the_language_has_it() -> None:
    assert comment_marker("python") == "#"
    assert comment_marker("rust") == "//"
