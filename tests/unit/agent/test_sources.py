"""What a name in a file means, found by reading."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest

from agent.sources import Source, Sources

from .conftest import write_files


def sources(tmp_path: Path, files: Mapping[str, str], folder: str = "") -> Sources:
    write_files(tmp_path, files)
    return Sources(tmp_path, PurePosixPath(folder))


def read(found: Sources, path: str) -> Source:
    source = found.read(PurePosixPath(path))
    assert source is not None
    return source


def meant(found: Sources, path: str, name: str) -> str | None:
    place = found.resolve(read(found, path), name)
    return f"{place.source.path}:{place.definition.qualified_name}" if place else None


F = "def f():\n    pass\n"


@pytest.mark.parametrize(
    ("statement", "target"),
    [
        ("from m import f", "m.py"),
        ("from m import f as f", "m.py"),
        ("from pkg import f", "pkg/__init__.py"),
        ("from pkg.m import f", "pkg/m.py"),
        ("from lib import f", "src/lib.py"),
        ("from helper import f", "tests/helper.py"),
        ("from .helper import f", "tests/helper.py"),
        ("from ..pkg.m import f", "pkg/m.py"),
    ],
)
def test_imported_names_are_followed(tmp_path: Path, statement: str, target: str) -> None:
    files = dict.fromkeys(
        ("m.py", "pkg/__init__.py", "pkg/m.py", "src/lib.py", "tests/helper.py"), F
    )
    found = sources(tmp_path, {**files, "tests/test_a.py": f"{statement}\n"})
    assert meant(found, "tests/test_a.py", "f") == f"{target}:f"


def test_own_definition_comes_first(tmp_path: Path) -> None:
    found = sources(tmp_path, {"m.py": F, "a.py": f"from m import f\n{F}"})
    assert meant(found, "a.py", "f") == "a.py:f"


def test_names_handed_on_by_a_package_are_followed(tmp_path: Path) -> None:
    files = {"pkg/__init__.py": "from .core import f as g\n", "pkg/core.py": F}
    found = sources(tmp_path, {**files, "a.py": "from pkg import g as h\n"})
    assert meant(found, "a.py", "h") == "pkg/core.py:f"


def test_imports_in_a_circle_end(tmp_path: Path) -> None:
    found = sources(tmp_path, {"a.py": "from b import f\n", "b.py": "from a import f\n"})
    assert meant(found, "a.py", "f") is None


@pytest.mark.parametrize("name", ["path", "unknown", "json"])
def test_names_from_elsewhere_mean_nothing(tmp_path: Path, name: str) -> None:
    found = sources(tmp_path, {"a.py": "import json\nfrom os import path\n"})
    assert meant(found, "a.py", name) is None


@pytest.mark.parametrize(
    ("statement", "base"),
    [
        ("import pkg.m as x", "x"),
        ("from pkg import m", "m"),
        ("from pkg import m as y", "y"),
        ("from . import m", "m"),
    ],
)
def test_attributes_of_modules_are_followed(tmp_path: Path, statement: str, base: str) -> None:
    files = {"pkg/__init__.py": "", "pkg/m.py": F, "pkg/a.py": f"{statement}\n"}
    found = sources(tmp_path, files)
    place = found.resolve_attribute(read(found, "pkg/a.py"), base, "f")
    assert place is not None
    assert place.source.path == PurePosixPath("pkg/m.py")


def test_attributes_of_classes_are_followed(tmp_path: Path) -> None:
    files = {"m.py": "class A:\n    def f(self):\n        pass\n", "a.py": "from m import A\n"}
    found = sources(tmp_path, files)
    place = found.resolve_attribute(read(found, "a.py"), "A", "f")
    assert place is not None
    assert place.definition.qualified_name == "A.f"


@pytest.mark.parametrize("path", ["../outside.py", "/etc/hosts", "m.txt", "link.py", "other/m.py"])
def test_only_python_files_of_the_project_are_read(tmp_path: Path, path: str) -> None:
    write_files(tmp_path, {"outside.py": F, "tree/other/m.py": F, "tree/project/m.txt": F})
    (tmp_path / "tree" / "project" / "link.py").symlink_to(tmp_path / "outside.py")
    found = Sources(tmp_path / "tree", PurePosixPath("project"))
    inside = (
        PurePosixPath("project") / path if path in {"m.txt", "link.py"} else PurePosixPath(path)
    )
    assert found.read(inside) is None


def test_outermost_function_is_what_can_be_rewritten(tmp_path: Path) -> None:
    text = "class A:\n    def f(self):\n        def g():\n            return 1\n        return g\n"
    source = read(sources(tmp_path, {"a.py": text}), "a.py")
    inner, outside = source.outermost_function(4), source.outermost_function(1)
    assert inner is not None
    assert inner.qualified_name == "A.f"
    assert outside is None


def test_file_that_does_not_parse_still_has_definitions(tmp_path: Path) -> None:
    source = read(sources(tmp_path, {"a.py": f"{F}\nx = = 1\n"}), "a.py")
    assert source.syntax is None
    assert source.imports == {}
    assert source.named("f") is not None
