"""The cases of ``tests/golden/filters.toml``: a new bug is a new table there."""

import importlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

from codegen_lsp.filters.place import Dropped, Place
from codegen_lsp.syntax.extent import Extent

GOLDEN = Path(__file__).parents[2] / "golden" / "filters.toml"
CASES = tomllib.loads(GOLDEN.read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[f"{case['filter']}: {case['name']}" for case in CASES])
def test_filter(case: dict[str, Any]) -> None:
    name = case["filter"]
    function = getattr(importlib.import_module(f"codegen_lsp.filters.{name}"), name)
    prefix, suffix = case["text"].split("¦")
    place = Place(prefix, suffix, case.get("language"), extent=Extent(case.get("extent", "block")))
    outcome = function(case["draft"], place)
    if name.startswith("stop_"):
        outcome = case["draft"] if outcome is None else case["draft"][:outcome]
    if "dropped" in case:
        assert outcome == Dropped(case["dropped"])
    else:
        assert outcome == case["expect"]


def test_every_completion_filter_has_a_case() -> None:
    from codegen_lsp.filters.pipeline import COMPLETION_CHECKS, COMPLETION_STOPS

    filters = {function.__name__ for function in (*COMPLETION_STOPS, *COMPLETION_CHECKS)}
    project = tomllib.loads((GOLDEN.parent / "project.toml").read_text("utf-8"))["case"]
    tried = {case["filter"] for case in (*CASES, *project)} | {"fix_unbound_name"}
    assert filters == filters & tried
