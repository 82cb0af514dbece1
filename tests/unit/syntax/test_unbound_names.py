"""Names that a draft, drawn between ¦ and ¦, uses and nothing in the text binds."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from codegen_lsp.syntax.builtin_names import builtin_names
from codegen_lsp.syntax.insertion import Buffer
from codegen_lsp.syntax.unbound_names import NamesInDraft

PYTHON = {
    "a parameter": ("def f(a):\n    ¦return a + b¦\n", ["b"]),
    "a name bound later": ("¦print(a)¦\na = 1\n", []),
    "a name of the draft": ("¦a = 1\nprint(a)¦\n", []),
    "another function's name": ("def g():\n    a = 1\n\ndef f():\n    ¦return a¦\n", ["a"]),
    "a name of an outer function": ("def g():\n    a = 1\n    def f():\n        ¦return a¦\n", []),
    "a class is not seen in its methods": (
        "class A:\n    a = 1\n    def f(self):\n        ¦return a¦\n",
        ["a"],
    ),
    "a class is seen in its body": ("class A:\n    a = 1\n    ¦b = a¦\n", []),
    "a class is seen in headers": ("class A:\n    a = 1\n    ¦def f(self, b=a): ...¦\n", []),
    "a comprehension keeps its names": ("¦x = [i for i in ()]\nprint(i)¦\n", ["i"]),
    "a walrus does not": ("¦x = [y := i for i in ()]\nprint(y)¦\n", []),
    "an attribute is no name": ("a = 1\n¦a.b.c(d=1)¦\n", []),
    "an import": ("import os.path as p\nfrom a import b\n¦p(b, os)¦\n", ["os"]),
    "an import of a package": ("import os.path\n¦os.path¦\n", []),
    "with, for and except": (
        "with a() as b:\n    pass\n¦for c in b:\n    try: c()\n    except E as e: e()¦\n",
        ["E"],
    ),
    "a global elsewhere": ("def f():\n    global a\n    a = 1\n¦print(a)¦\n", []),
    "a lambda": ("¦f = lambda x, *y: (x, y, z)¦\n", ["z"]),
    "a match": ("¦match q:\n    case [a, *b]: print(a, b)\n    case {'k': c, **d}: c(d)¦\n", ["q"]),
    "a match of dotted names": (
        "q = e = 1\n¦match q:\n    case e.Found(): q\n    case e.b.LOST: q\n    case r.X(): q¦\n",
        ["r"],
    ),
    "an f-string": ('a = 1\n¦f"{a} {b!r:>{c}}"¦\n', ["b", "c"]),
    "a word in a comment": ("¦x = 1  # nobody knows¦\n", []),
    "used unbound elsewhere": ("print(q)\n¦x = q¦\n", []),
    "a star": ("from a import *\n¦x = q¦\n", ["q"]),
    "type parameters": ("¦def f[T](a: T) -> T: return a¦\n", []),
    "a first value from itself": (
        "def f(a):\n    b, c = g(a, ¦x=b)¦\n    b = 1\n\ng = f\nx = 1\n",
        ["b"],
    ),
    "a second value from itself": ("def f(a):\n    b = 1\n    b = ¦b + a¦\n", []),
    "a parameter's value from itself": ("def f(a):\n    ¦a = a + 1¦\n", []),
    "a value from a round before": (
        "def f(a):\n    while a:\n        if a > 1:\n            ¦b = b + 1¦\n        b = a\n",
        [],
    ),
    "a global's value from itself": ("def f():\n    global a\n    ¦a = a + 1¦\na = 1\n", []),
    "an outer variable of that name": ("a = 1\ndef f():\n    ¦a = a + 1¦\n", ["a"]),
    "an outer variable, not at once": ("def f():\n    ¦a = lambda: a()¦\n", []),
    "an outer variable of a class": ("a = 1\nclass A:\n    ¦a = a¦\n", []),
    "a name of a comprehension": ("def f(b):\n    ¦a = [a for a in b]¦\n", []),
    "an item of itself": ("def f(a):\n    ¦a.b[a] = a¦\n", []),
    "a deleted line above": ("def f(a):\n    ¦b = a\n    return b¦\n", []),
}


def unbound(text: str, language: str) -> list[str]:
    before, draft, after = text.split("¦")
    insertion = Buffer(before, after, language).with_draft(draft)
    names = (found.name.decode() for found in NamesInDraft(insertion).unbound())
    return [name for name in names if name not in builtin_names(language)]


@pytest.mark.parametrize(("text", "expected"), PYTHON.values(), ids=PYTHON)
def test_in_python(text: str, expected: list[str]) -> None:
    assert unbound(text, "python") == expected


def test_ruff_says_the_same(tmp_path: Path) -> None:
    """Where the text as a whole is the draft: no star, nothing that is unbound elsewhere."""
    cases = {
        f"case_{number}.py": text.replace("¦", "")
        for number, (name, (text, _)) in enumerate(PYTHON.items())
        if name not in {"a star", "a name bound later", "a value from a round before"}
    }
    for name, text in cases.items():
        (tmp_path / name).write_text(text, "utf-8")
    ruff = Path(sys.executable).parent / "ruff"
    done = subprocess.run(
        [ruff, "check", "--isolated", "--select=F821,F823", "--output-format=json", "--quiet", "."],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    told: dict[str, set[str]] = {name: set() for name in cases}
    for finding in json.loads(done.stdout):
        told[Path(finding["filename"]).name].add(finding["message"].split("`")[1])
    assert {name: set(unbound(f"¦{text}¦", "python")) for name, text in cases.items()} == told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("function f(a) {\n  ¦return a + b;¦\n}\n", ["b"]),
        ("¦f();¦\nfunction f() {}\n", []),
        ("function f() {\n  { let a = 1; }\n  ¦return a;¦\n}\n", ["a"]),
        ("function f() {\n  { var a = 1; }\n  ¦return a;¦\n}\n", []),
        ("import { a as b } from 'c';\n¦b(a);¦\n", ["a"]),
        ("¦const { a, b: [c], ...d } = e;\na(c, d, b);¦\n", ["e", "b"]),
        ("¦const f = (x) => ({ x, y });¦\n", ["y"]),
        ("try {} catch (e) {\n  ¦console.log(e.name);¦\n}\n", []),
        ("class A {\n  f() {\n    ¦return this.a + A.b;¦\n  }\n}\n", []),
    ],
)
def test_in_javascript(text: str, expected: list[str]) -> None:
    assert unbound(text, "javascript") == expected
