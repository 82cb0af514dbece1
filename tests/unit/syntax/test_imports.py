from codegen_lsp.syntax.imports import Import, imports
from codegen_lsp.syntax.tree import parse


def of(text: str, language: str = "python") -> list[Import]:
    return imports(parse(text, language))


def test_python_names_and_modules() -> None:
    found = of("import os, a.b as c\nimport x.y\nfrom . import sums\nfrom ..p import (r as s, t)\n")
    assert found == [
        Import("os", "os", None),
        Import("c", "a.b", None),
        Import("x", "x", None),
        Import("sums", ".", "sums"),
        Import("s", "..p", "r"),
        Import("t", "..p", "t"),
    ]


def test_python_stars() -> None:
    assert of("from z import *\n") == [Import("*", "z", "*")]


def test_python_imports_in_blocks_count() -> None:
    text = """\
if TYPE_CHECKING:
    from k import l
def f():
    try:
        import m
    except ImportError:
        import n
"""
    assert [each.bound for each in of(text)] == ["l", "m", "n"]


def test_scripts_have_imports_and_passed_on_exports() -> None:
    text = "import d, {a, b as c} from './x'\nimport * as n from 'y'\nimport './s'\n"
    text += "export {q} from './z'\n"
    assert of(text, "typescript") == [
        Import("d", "./x", "default"),
        Import("a", "./x", "a"),
        Import("c", "./x", "b"),
        Import("n", "y", None),
        Import("q", "./z", "q"),
    ]


def test_other_languages_have_none() -> None:
    assert of('package x\nimport "fmt"\n', "go") == []
