"""Which lines become holes, and what stands behind the names they use."""

from pathlib import Path, PurePosixPath

from tests.evals.cross_modules import Modules, read_modules
from tests.evals.crossfile_items import CrossItem, balanced, uses

FILES = {
    "p/__init__.py": "from .sums import add\n",
    "p/sums.py": '''\
LIMIT = 10


def add(a, b):
    """Add."""
    # at once
    return a + b


class Box:
    """A box."""

    size: int = 0

    def __init__(self, size):
        self.size = size

    def grown(self, by):
        return Box(self.size + by)

    def shrunk(self, by):
        return Box(self.size - by)
''',
    "p/use.py": """\
import os
from . import sums
from p import add
from .sums import Box

first = add(LEFT, RIGHT)
second = sums.LIMIT + first
third = Box.grown(first, by=2)
fourth = os.path.join(first, second)
fifth = add("left", "right")
sixth = add(x)  # why
seventh = add(
    first, second)
""",
    "p/tests/test_use.py": "from p import add\n\nassert add(one, two)\n",
    "p/broken.py": "from p import add(\n",
}


def modules(folder: Path) -> Modules:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return read_modules(folder, PurePosixPath("p"))


def found(folder: Path) -> dict[int, CrossItem]:
    return {item.line: item for item in uses(modules(folder), "p-1")}


def test_holes_begin_behind_a_name_of_another_module(tmp_path: Path) -> None:
    """Neither texts alone, comments, other packages nor lines without a rest are asked for."""
    holes = {line: item.canonical_solution for line, item in found(tmp_path).items()}
    assert holes == {6: "LEFT, RIGHT)", 7: "LIMIT + first", 8: "grown(first, by=2)"}


def test_prompt_hole_and_suffix_make_the_file(tmp_path: Path) -> None:
    for item in found(tmp_path).values():
        assert item.prompt + item.canonical_solution + item.suffix == FILES["p/use.py"]


def test_names_are_followed_to_where_they_are_defined(tmp_path: Path) -> None:
    items = found(tmp_path)
    assert {item.definition_path for item in items.values()} == {"p/sums.py"}
    assert items[6].definition == "def add(a, b):\n    return a + b\n"
    assert items[7].definition == "LIMIT = 10\n"


def test_of_a_class_the_used_method_and_the_constructor_are_whole(tmp_path: Path) -> None:
    text = found(tmp_path)[8].definition
    assert "self.size = size" in text
    assert "return Box(self.size + by)" in text
    assert "def shrunk(self, by):\n        ..." in text
    assert "A box" not in text


def item(package: str, number: int, name: str = "") -> CrossItem:
    return CrossItem(
        id=f"{package}/{number}",
        package=package,
        path="a.py",
        line=number,
        name=name or f"name{number}",
        prompt="",
        suffix="",
        canonical_solution=f"{package} {number}",
        definition="",
        definition_path="",
    )


def test_packages_take_turns() -> None:
    items = [*(item("large", number) for number in range(20)), item("small", 1)]
    picked = balanced(items, 5)
    assert [each.package for each in picked].count("small") == 1
    assert picked == balanced(list(reversed(items)), 5)


def test_no_name_is_asked_for_too_often() -> None:
    items = [item("large", number, "echo") for number in range(20)]
    assert len(balanced(items, 20)) == 4
