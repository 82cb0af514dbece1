"""The cases of ``tests/golden/names.toml`` and ``names_ecmascript.toml``."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from codegen_lsp.filters.fix_unbound_name import fix_unbound_name
from codegen_lsp.filters.place import Dropped, Place
from codegen_lsp.syntax.known_trees import learn

GOLDEN = Path(__file__).parents[2] / "golden"
CASES = [
    case
    for name in ("names.toml", "names_ecmascript.toml")
    for case in tomllib.loads((GOLDEN / name).read_text("utf-8"))["case"]
]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_names(case: dict[str, Any]) -> None:
    prefix, suffix = case["text"].split("¦")
    language = case.get("language", "python")
    learn((prefix + suffix).encode(), language)  # or another case's text may stand in for it
    outcome = fix_unbound_name(case["draft"], Place(prefix, suffix, language))
    if "dropped" in case:
        assert outcome == Dropped(f"`{case['dropped']}` is not defined here")
    else:
        assert outcome == case.get("expect", case["draft"])


def test_what_was_typed_since_the_text_was_last_parsed_counts() -> None:
    text = "import os\n\n\ndef f(a):\n    b = a\n    ¦\n\n\n" + "x = 1\n" * 200
    learn(text.replace("¦", "").encode(), "python")
    typed = text.replace("¦", "fresh = b\n    ¦")
    prefix, suffix = typed.split("¦")
    place = Place(prefix, suffix, "python")
    assert fix_unbound_name("return fresh + b", place) == "return fresh + b"
    assert isinstance(fix_unbound_name("return stale", place), Dropped)


def test_a_function_whose_header_was_typed_since_knows_its_parameters() -> None:
    text = "import os\n\n\n¦\n\n\n" + "x = 1\n" * 200
    learn(text.replace("¦", "").encode(), "python")
    prefix, suffix = text.replace("¦", "def g(one, two=1):\n    total = one\n    ¦").split("¦")
    place = Place(prefix, suffix, "python")
    assert fix_unbound_name("return total + two", place) == "return total + two"
    assert isinstance(fix_unbound_name("return three", place), Dropped)
