"""The two translators: any position of any text, in all three units."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as t

from codegen_lsp.document.text import Document, Position
from codegen_lsp.server.from_lsp import document_of, path_of, position_of
from codegen_lsp.server.to_lsp import position_to

UNITS = [
    t.PositionEncodingKind.Utf8,
    t.PositionEncodingKind.Utf16,
    t.PositionEncodingKind.Utf32,
]


@given(
    text=st.text(alphabet="a\té\N{CJK UNIFIED IDEOGRAPH-4E00}\N{GRINNING FACE}\r\n", max_size=30),
    index=st.integers(0, 30),
    unit=st.sampled_from(UNITS),
)
def test_a_position_goes_out_and_comes_back(text: str, index: int, unit: str) -> None:
    document = Document(text)
    position = document.position(index)
    position = Position(position.line, min(position.column, len(document.line(position.line))))
    assert position_of(document, position_to(document, position, unit), unit) == position


@pytest.mark.parametrize(("unit", "character"), list(zip(UNITS, [4, 2, 1], strict=True)))
def test_an_astral_character_has_the_width_of_its_unit(unit: str, character: int) -> None:
    document = Document("\N{GRINNING FACE}x")
    assert position_to(document, Position(0, 1), unit) == t.Position(line=0, character=character)


def test_a_place_outside_is_clamped_as_lsp_wants_it() -> None:
    document = Document("ab\ncd")
    unit = t.PositionEncodingKind.Utf16
    assert position_of(document, t.Position(line=0, character=99), unit) == Position(0, 2)
    assert position_of(document, t.Position(line=99, character=0), unit) == Position(1, 2)


def test_file_uris_become_paths() -> None:
    assert path_of("file:///a%20b/c.py") == Path("/a b/c.py")
    assert path_of("untitled:Untitled-1") is None


def test_the_clients_language_id_decides_over_the_suffix() -> None:
    item = t.TextDocumentItem(uri="file:///a.txt", language_id="python", version=3, text="x")
    document = document_of(item)
    assert (document.language, document.version) == ("python", 3)
