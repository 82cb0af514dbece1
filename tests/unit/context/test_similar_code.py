"""Pieces of other files that are like the lines around the cursor."""

from collections.abc import Callable
from typing import Any

from codegen_lsp.context.similar_code import COMMON, similar_code

At = Callable[..., Any]

HERE = """\
def export_orders(orders, writer):
    header = writer.make_header()
    for order in orders:
        ¦
"""
LIKE = """\
def export_clients(clients, writer):
    header = writer.make_header()
    for client in clients:
        writer.add_row(client.name, client.street, header=header)
"""
UNLIKE = "def completely_other(thing):\n    return thing.value\n"


def test_like_code_of_another_file_is_told(at: At) -> None:
    [chunk] = similar_code(*at({"a.py": HERE, "b.py": LIKE, "c.py": UNLIKE}))
    assert chunk.path == "b.py"
    assert "writer.add_row" in chunk.text


def test_what_is_nearly_the_same_is_left_out(at: At) -> None:
    """Such pieces usually distort a completion."""
    assert similar_code(*at({"a.py": HERE, "b.py": HERE.replace("¦", "pass")})) == []


def test_other_languages_are_left_out(at: At) -> None:
    assert similar_code(*at({"a.py": HERE, "b.js": LIKE})) == []


def test_names_that_are_everywhere_find_nothing(at: At) -> None:
    common = {f"m{number}.py": "orders = writer = header\n" for number in range(COMMON + 1)}
    text = "orders = writer\nheader = orders\nwriter = ¦\n"
    assert similar_code(*at({"a.py": text, **common})) == []


def test_an_empty_place_is_like_nothing(at: At) -> None:
    assert similar_code(*at({"a.py": "¦", "b.py": LIKE})) == []
