"""The cases of ``tests/golden/project.toml``, in a small project on this interpreter."""

import importlib
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from codegen_lsp.filters.place import Dropped, Place
from codegen_lsp.project.environment import environment_of
from codegen_lsp.project.facts import ProjectModules
from codegen_lsp.syntax.known_trees import learn

CASES = tomllib.loads((Path(__file__).parents[2] / "golden" / "project.toml").read_text("utf-8"))[
    "case"
]

FILES = {
    "shop/__init__.py": "",
    "shop/main.py": "",
    "shop/basket.py": """
class Basket:
    def __init__(self, limit=10):
        self.items = []

    def total(self):
        return sum(self.items)

    def add(self, item, count=1):
        self.items.append((item, count))


def price(item, *, currency=1):
    return item * currency
""",
    "shop/stock.py": """
from dataclasses import dataclass

@dataclass(frozen=True)
class Shelf:
    width: int
    height: int = 1
""",
    "shop/everything.py": "from .basket import *\nfrom shop.stock import *\n",
    "shop/dynamic.py": "def __getattr__(name):\n    return name\n",
    "tests/test_shop.py": "",
    "tools/plugin.py": "",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectModules]:
    root = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    environment = environment_of(Path(sys.prefix))
    laid_out = ProjectModules(root, environment=environment, is_patient=True)
    yield laid_out
    laid_out.close()


@pytest.mark.parametrize("case", CASES, ids=[f"{case['filter']}: {case['name']}" for case in CASES])
def test_project(case: dict[str, Any], project: ProjectModules) -> None:
    name = case["filter"]
    function = getattr(importlib.import_module(f"codegen_lsp.filters.{name}"), name)
    prefix, suffix = case["text"].split("¦")
    learn((prefix + suffix).encode(), "python")  # or another case's text may stand in for it
    place = Place(prefix, suffix, "python", project.root / "shop" / "main.py", project)
    outcome = function(case["draft"], place)
    if "dropped" in case:
        assert outcome == Dropped(case["dropped"])
    else:
        assert outcome == case.get("expect", case["draft"])


@pytest.mark.parametrize("case", CASES, ids=[f"{case['filter']}: {case['name']}" for case in CASES])
def test_without_a_project_nothing_is_said(case: dict[str, Any]) -> None:
    name = case["filter"]
    function = getattr(importlib.import_module(f"codegen_lsp.filters.{name}"), name)
    prefix, suffix = case["text"].split("¦")
    assert function(case["draft"], Place(prefix, suffix, "python")) == case["draft"]
