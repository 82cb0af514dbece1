"""What stands behind the imports of a file, and in which order it is told."""

from collections.abc import Callable
from typing import Any

from codegen_lsp.context.imported_definitions import imported_definitions

At = Callable[..., Any]

SHOP = """\
class Basket:
    \"\"\"What somebody buys.\"\"\"

    size: int = 0

    def __init__(self, owner):
        self.owner = owner

    def total(self, *, taxed: bool) -> int:
        \"\"\"Add everything up.\"\"\"
        return 1


def discount(price: int, *, percent: int = 5) -> int:
    \"\"\"Take something off.

    More of it.
    \"\"\"
    return price
"""


def ranked(at: At, files: dict[str, str]) -> list[Any]:
    chunks = imported_definitions(*at(files))
    return sorted(chunks, key=lambda chunk: -chunk.score)


def test_a_function_is_told_by_its_header_and_the_first_line_of_its_docstring(at: At) -> None:
    [chunk] = ranked(at, {"shop.py": SHOP, "a.py": "from shop import discount\ndiscount(¦\n"})
    assert chunk.path == "shop.py"
    assert chunk.text == (
        'def discount(price: int, *, percent: int = 5) -> int:\n    """Take something off."""'
    )


def test_a_class_is_told_by_its_fields_and_the_headers_of_its_methods(at: At) -> None:
    [chunk] = ranked(at, {"shop.py": SHOP, "a.py": "from shop import Basket\nb = Basket(¦\n"})
    assert chunk.text.split("\n") == [
        "class Basket:",
        '    """What somebody buys."""',
        "    size: int = 0",
        "    def __init__(self, owner): ...",
        "    owner = owner",
        "    def total(self, *, taxed: bool) -> int: ...",
    ]


def test_what_is_used_near_the_cursor_comes_first(at: At) -> None:
    files = {
        "shop.py": SHOP,
        "a.py": "from shop import Basket, discount\nb = Basket(1)\n\n\n\ndiscount(¦\n",
    }
    assert [chunk.text.split("(")[0] for chunk in ranked(at, files)] == [
        "def discount",
        'class Basket:\n    """What somebody buys."""\n    size: int = 0\n    def __init__',
    ]


def test_names_that_packages_pass_on_are_followed(at: At) -> None:
    files = {
        "p/__init__.py": "from .inner import halved as half\n",
        "p/inner.py": "from .deep import halved\n",
        "p/deep.py": "def halved(value, *, strict): pass\n",
        "a.py": "from p import half\nhalf(¦\n",
    }
    [chunk] = ranked(at, files)
    assert (chunk.path, chunk.text) == ("p/deep.py", "def halved(value, *, strict): ...")


def test_of_a_module_what_is_read_off_it_is_told(at: At) -> None:
    [chunk] = ranked(at, {"shop.py": SHOP, "a.py": "import shop\nshop.discount(¦\n"})
    assert chunk.text.startswith("def discount(")


def test_relative_imports_are_followed(at: At) -> None:
    files = {"p/__init__.py": "", "p/b.py": "def b(x): pass\n", "p/a.py": "from .b import b\nb(¦\n"}
    [chunk] = ranked(at, files)
    assert chunk.path == "p/b.py"


def test_the_standard_library_is_known_to_the_model(at: At) -> None:
    assert ranked(at, {"a.py": "import json\nfrom pathlib import Path\njson.dumps(Path(¦\n"}) == []


def test_scripts_follow_relative_imports(at: At) -> None:
    files = {
        "src/sums.ts": "export function add(a: number, b: number): number { return a + b }\n",
        "src/a.ts": "import { add } from './sums'\nadd(¦\n",
    }
    [chunk] = ranked(at, files)
    assert (chunk.path, chunk.text) == (
        "src/sums.ts",
        "export function add(a: number, b: number): number;",
    )


def test_what_cannot_be_found_is_left_out(at: At) -> None:
    assert ranked(at, {"a.py": "from nowhere import thing\nfrom . import other\nthing(¦\n"}) == []
