"""What may follow the name of a module that is imported whole."""

from collections.abc import Callable
from typing import Any

import pytest

from codegen_lsp.context.module_names import LONGEST_LIST, module_names

At = Callable[..., Any]

NODES = (
    "class Add:\n    left = 1\n\n\nclass Pow(Add): ...\n\n\nLIMIT = 3\n\n\ndef walk(node): ...\n"
)


def test_a_module_that_is_imported_whole_is_told_by_its_names(at: At) -> None:
    files = {"own/nodes.py": NODES, "own/a.py": "from . import nodes\nx = nodes.¦\n"}
    [chunk] = module_names(*at(files))
    assert (chunk.path, chunk.text) == ("own/nodes.py", "# nodes: Add, Pow, LIMIT, walk")


def test_the_name_it_has_here_is_the_one_that_is_told(at: At) -> None:
    files = {"own/nodes.py": NODES, "own/a.py": "import own.nodes as n\nx = n.¦\n"}
    [chunk] = module_names(*at(files))
    assert chunk.text.startswith("# n: Add,")


def test_a_package_has_what_it_imports_by_name(at: At) -> None:
    files = {
        "own/__init__.py": "from .nodes import Pow as Power\nimport re\n",
        "own/nodes.py": NODES,
        "a.py": "import own\nx = own.¦\n",
    }
    [chunk] = module_names(*at(files))
    assert chunk.text == "# own: Power"


def test_modules_of_javascript_are_told_alike(at: At) -> None:
    files = {
        "nodes.js": "export class Add {}\nexport function walk(node) {}\n",
        "a.js": 'import * as nodes from "./nodes.js";\nconst x = nodes.¦;\n',
    }
    [chunk] = module_names(*at(files))
    assert chunk.text == "// nodes: Add, walk"


def test_names_that_are_imported_one_by_one_and_modules_not_used_here_are_not(at: At) -> None:
    own = "from .nodes import Add\nfrom . import nodes\n" + "x = 1\n" * 60 + "y = Add(¦)\n"
    assert module_names(*at({"own/nodes.py": NODES, "own/a.py": own})) == []


def test_a_module_without_names_is_not_told(at: At) -> None:
    assert module_names(*at({"nodes.py": "1 + 1\n", "a.py": "import nodes\nnodes.¦\n"})) == []


def test_the_standard_library_is_not_told(at: At) -> None:
    assert module_names(*at({"a.py": "import os\nx = os.¦\n"})) == []


def test_of_many_names_those_are_told_that_resemble_what_is_near(at: At) -> None:
    many = "".join(f"class Number{index}:\n    pass\n\n\n" for index in range(80))
    files = {
        "own/nodes.py": f"{many}class PowerOfTwo:\n    pass\n",
        "own/a.py": "from . import nodes\n\n\ndef parse_power(left):\n    return nodes.¦\n",
    }
    [chunk] = module_names(*at(files))
    assert chunk.text.startswith("# nodes: PowerOfTwo, Number0,")
    assert LONGEST_LIST * 0.9 < len(chunk.text) < LONGEST_LIST * 1.1
    assert all(line.startswith("# ") and len(line) <= 88 for line in chunk.text.split("\n"))


def test_what_is_private_comes_last(at: At) -> None:
    many = "".join(f"class _Power{index}:\n    pass\n\n\n" for index in range(80))
    files = {
        "own/nodes.py": f"{many}class Add:\n    pass\n",
        "own/a.py": "from . import nodes\n\n\ndef parse_power(left):\n    return nodes.¦\n",
    }
    [chunk] = module_names(*at(files))
    assert chunk.text.startswith("# nodes: Add, _Power0,")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("own/a.py", "from .nodes import ¦\nx = 1\n"),
        ("own/a.py", "import re\nfrom own.nodes import Add, wa¦\n"),
        ("own/a.py", "from .nodes import (\n    Add,\n    ¦\n)\n"),
        ("own/a.ts", 'import { ¦ } from "./nodes";\n'),
        ("own/a.ts", 'import { Add, ¦ } from "./nodes";\n'),
    ],
)
def test_a_module_is_told_while_names_are_imported_from_it(at: At, name: str, line: str) -> None:
    script = "export class Add {}\nexport function walk() {}\n"
    chunks = module_names(*at({"own/nodes.py": NODES, "own/nodes.ts": script, name: line}))
    assert [chunk.text.partition(": ")[2] for chunk in chunks] == [
        "Add, walk" if name.endswith(".ts") else "Add, Pow, LIMIT, walk"
    ]


def test_behind_the_import_nothing_is_being_imported(at: At) -> None:
    files = {"own/nodes.py": NODES, "own/a.py": "from .nodes import Add\n\n\nx = ¦\n"}
    assert module_names(*at(files)) == []
