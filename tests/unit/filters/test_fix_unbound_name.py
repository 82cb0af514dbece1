"""The cases of ``tests/golden/names.toml``."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from codegen_lsp.filters.fix_unbound_name import fix_unbound_name
from codegen_lsp.filters.place import Dropped, Place

GOLDEN = Path(__file__).parents[2] / "golden"
CASES = tomllib.loads((GOLDEN / "names.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_names(case: dict[str, Any]) -> None:
    prefix, suffix = case["text"].split("¦")
    outcome = fix_unbound_name(case["draft"], Place(prefix, suffix, "python"))
    if "dropped" in case:
        assert outcome == Dropped(f"`{case['dropped']}` is not defined here")
    else:
        assert outcome == case.get("expect", case["draft"])
