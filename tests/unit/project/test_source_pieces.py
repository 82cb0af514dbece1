"""Source is read piece by piece, and comes to the same as read at once."""

import ast
import sysconfig
from pathlib import Path

import pytest

from codegen_lsp.project.source_pieces import pieces_of

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
LONG = "x = 1\n" * 400


@pytest.mark.parametrize("name", ["argparse", "typing", "_pydecimal", "this", "antigravity"])
def test_the_pieces_are_the_module(name: str) -> None:
    source = (LIBRARY / f"{name}.py").read_text("utf-8")
    statements, text = [], ""
    for piece in pieces_of(source):
        assert piece.first_line == text.count("\n")
        assert piece.tree is not None
        statements += [ast.dump(statement) for statement in piece.tree.body]
        text += piece.text
    assert text == source
    assert statements == [ast.dump(statement) for statement in ast.parse(source).body]


def test_a_long_module_comes_in_many_pieces_of_whole_definitions() -> None:
    source = (LIBRARY / "argparse.py").read_text("utf-8")
    definitions = [
        statement.end_lineno - statement.lineno + 1
        for statement in ast.parse(source).body
        if statement.end_lineno is not None
    ]
    lengths = [piece.text.count("\n") for piece in pieces_of(source)]
    assert len(lengths) > 10
    assert max(lengths) < max(definitions) + 100


@pytest.mark.parametrize(
    "middle",
    [
        '"""\ndef f\n' + "text\n" * 500 + 'class\n"""\n',
        "y = (\n" + LONG.replace("x = 1", "1,") + ")\n",
        "@decorate\n",
    ],
    ids=["string", "brackets", "decorator"],
)
def test_what_only_looks_like_a_definition_is_no_border(middle: str) -> None:
    source = f"{LONG}{middle}def g(): ...\n{LONG}def h(): ...\n"
    pieces = list(pieces_of(source))
    assert "".join(piece.text for piece in pieces) == source
    read = [statement for piece in pieces if piece.tree for statement in piece.tree.body]
    assert [ast.dump(each) for each in read] == [ast.dump(each) for each in ast.parse(source).body]


def test_nothing_comes_after_what_cannot_be_read() -> None:
    source = f"{LONG}def f(): ...\n{LONG}def g(:\n{LONG}def h(): ...\n"
    *read, last = pieces_of(source)
    assert [piece.tree is None for piece in read] == [False, False]
    assert last.tree is None
    assert last.text.endswith("def h(): ...\n")


def test_lines_are_those_of_the_piece() -> None:
    *_, last = pieces_of(f"{LONG}def f():\n    return 1\n")
    assert last.first_line == 400
    assert last.lines(1, 2) == "def f():\n    return 1"
