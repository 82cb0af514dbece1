"""Imports are resolved in folders made for each test."""

import sys
from pathlib import Path

import pytest

from codegen_lsp.project.environment import Environment
from codegen_lsp.project.modules import Unreadable, find_module, roots_of, submodules

FILES = (
    "project/app/__init__.py",
    "project/app/main.py",
    "project/app/parts/__init__.py",
    "project/app/parts/wheel.py",
    "project/tests/test_main.py",
    "project/tests/support.py",
    "site/package/__init__.py",
    "site/package/inner.py",
    "site/package/fast.cpython-311-x86_64-linux-gnu.so",
    "site/package/stubbed.cpython-311-x86_64-linux-gnu.so",
    "site/package/stubbed.pyi",
    "site/module.py",
    "site/shared/one/__init__.py",
    "site/other-stubs/__init__.pyi",
    "site/other-stubs/deep.pyi",
    "site/speed.abi3.so",
    "second/shared/two.py",
    "second/app.py",
)


@pytest.fixture
def world(tmp_path: Path) -> tuple[Path, Environment]:
    """Return the folder with all files, and an environment that looks there."""
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "site" / "package" / "dynamic.py").write_text("x = 1\n")
    (tmp_path / "site" / "extended").mkdir()
    (tmp_path / "site" / "extended" / "__init__.py").write_text("__path__ = find()\n")
    environment = Environment(
        python=None,
        version=sys.version_info[:2],
        roots=(tmp_path / "project",),
        search_path=(tmp_path / "site", tmp_path / "second"),
        stdlib=frozenset({"sys", "json"}),
    )
    return tmp_path, environment


MAIN = "project/app/main.py"
WHEEL = "project/app/parts/wheel.py"
TEST = "project/tests/test_main.py"


@pytest.mark.parametrize(
    ("dotted", "importer", "expected"),
    [
        ("app", None, "project/app/__init__.py"),
        ("app.main", None, "project/app/main.py"),
        ("app.absent", None, None),
        ("app.main.absent", None, None),
        (".parts", MAIN, "project/app/parts/__init__.py"),
        (".parts.wheel", MAIN, "project/app/parts/wheel.py"),
        (".absent", MAIN, None),
        ("..main", WHEEL, "project/app/main.py"),
        (".", WHEEL, "project/app/parts/__init__.py"),
        ("..", WHEEL, "project/app/__init__.py"),
        (".parts", None, Unreadable.UNKNOWN),
        ("support", TEST, "project/tests/support.py"),
        ("support", MAIN, None),
        ("tests", None, "project/tests"),
        ("package.inner", None, "site/package/inner.py"),
        ("package.fast", None, Unreadable.COMPILED),
        ("package.fast.x", None, Unreadable.UNKNOWN),
        ("package.stubbed", None, "site/package/stubbed.pyi"),
        ("module", None, "site/module.py"),
        ("module.x", None, None),
        ("speed", None, Unreadable.COMPILED),
        ("shared", None, "site/shared"),
        ("shared.one", None, "site/shared/one/__init__.py"),
        ("shared.two", None, "second/shared/two.py"),
        ("shared.three", None, None),
        ("other", None, "site/other-stubs/__init__.pyi"),
        ("other.deep", None, "site/other-stubs/deep.pyi"),
        ("extended.anything", None, Unreadable.UNKNOWN),
        ("sys", None, Unreadable.COMPILED),
        ("json.decoder", None, Unreadable.UNKNOWN),
        ("absent", None, None),
        ("not-a-name", None, None),
        ("", None, None),
    ],
)
def test_find_module(
    world: tuple[Path, Environment],
    dotted: str,
    importer: str | None,
    expected: str | Unreadable | None,
) -> None:
    folder, environment = world
    found = find_module(dotted, environment, folder / importer if importer else None)
    assert found == (folder / expected if isinstance(expected, str) else expected)


def test_a_module_that_comes_and_goes_is_seen(world: tuple[Path, Environment]) -> None:
    folder, environment = world
    path = folder / "project" / "app" / "fresh.py"
    assert find_module("app.fresh", environment, None) is None
    path.touch()
    assert find_module("app.fresh", environment, None) == path
    path.unlink()
    assert find_module("app.fresh", environment, None) is None


def test_the_root_of_a_file_holds_its_top_package(world: tuple[Path, Environment]) -> None:
    folder, _ = world
    assert list(roots_of(folder / WHEEL)) == [folder / "project"]
    assert list(roots_of(folder / TEST)) == [folder / "project" / "tests"]
    assert list(roots_of(None)) == []


def test_submodules_are_files_folders_and_compiled_ones(world: tuple[Path, Environment]) -> None:
    folder, _ = world
    expected = {"inner", "fast", "stubbed", "dynamic"}
    assert submodules(folder / "site" / "package" / "__init__.py") == expected
    assert submodules(folder / "site" / "shared") == {"one"}


def test_a_file_named_like_a_standard_module_may_be_meant_or_not(
    world: tuple[Path, Environment],
) -> None:
    root, environment = world
    beside = root / "project" / "tests" / "json.py"
    beside.touch()
    importer = root / "project" / "tests" / "test_main.py"
    assert find_module("json", environment, importer) is Unreadable.UNKNOWN
    assert find_module(".json", environment, importer) == beside
