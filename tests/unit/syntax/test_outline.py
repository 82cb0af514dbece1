"""What of a text is told to those who use it, in each language."""

import pytest

from codegen_lsp.syntax.outline import LONGEST_FIELD, OutlineItem, outline
from codegen_lsp.syntax.tree import LANGUAGES, parse

CASES = {
    "python": (
        '''\
LIMIT: int = 10
local = [other for other in range(3)]

@registered("boxes")
@dataclass(frozen=True)
class Box(Base):
    """A box.

    More."""
    size: int = 0

    def __init__(
        self,
        size,  # in metres
        by=2,
    ) -> None:
        "Make one."
        self.size = size
        self.by: int = by

    @property
    def grown(self): return 1

def plain(value):
    """
    Begins on the next line.
    """
    inside = 1
''',
        [
            "field LIMIT: LIMIT: int = 10",
            "field local: local = [other for other in range(3)]",
            "class Box: @dataclass(frozen=True) class Box(Base): - A box.",
            "field Box.size: size: int = 0",
            "function Box.__init__: def __init__(self, size, by=2) -> None: - Make one.",
            "field Box.size: self.size = size",
            "field Box.by: self.by: int = by",
            "function Box.grown: @property def grown(self):",
            "function plain: def plain(value): - Begins on the next line.",
        ],
    ),
    "javascript": (
        (
            "/** Adds.\n * @x */\nexport const add = (a, b) => { return a }\nconst LIMIT = 10\n"
            "class A extends B {\n  x = 1\n  m(a) { return a }\n}\n"
        ),
        [
            "function add: export const add = (a, b) => - Adds.",
            "field LIMIT: LIMIT = 10",
            "class A: class A extends B",
            "field A.x: x = 1",
            "function A.m: m(a)",
        ],
    ),
    "typescript": (
        (
            "export interface P { a: string; go(x: number): void }\ntype X = { a: 1 }\n"
            "export class A { private x: number = 1; m(a: string): P { return a } }\n"
        ),
        [
            "class P: export interface P",
            "field P.a: a: string",
            "field P.go: go(x: number): void",
            "field X: type X = { a: 1 }",
            "class A: export class A",
            "field A.x: private x: number = 1",
            "function A.m: m(a: string): P",
        ],
    ),
    "tsx": ("const A = (p: P) => { return <a/> }\n", ["function A: const A = (p: P) =>"]),
    "go": (
        (
            "package x\nconst A = 1\n// Stack is LIFO.\ntype Stack struct { items []int }\n"
            "func (s *Stack) Push(x int) error { return nil }\n"
        ),
        [
            "field A: A = 1",
            "class Stack: type Stack - Stack is LIFO.",
            "field Stack.items: items []int",
            "function Stack.Push: func (s *Stack) Push(x int) error",
        ],
    ),
    "rust": (
        (
            "/// A box.\npub struct B { pub x: i32 }\nimpl B {\n  /// Grows.\n"
            "  pub fn go(&self) -> i32 { 1 }\n}\n"
        ),
        [
            "class B: pub struct B - A box.",
            "field B.x: pub x: i32",
            "class B: impl B",
            "function B.go: pub fn go(&self) -> i32 - Grows.",
        ],
    ),
    "java": (
        "/** Box. */\nclass A { private int x = 1; int go(String s) throws E { return 1; } }\n",
        [
            "class A: class A - Box.",
            "field A.x: private int x = 1",
            "function A.go: int go(String s) throws E",
        ],
    ),
    "c": (
        (
            "struct p { int x; char *y; };\nint add(int a, int b);\n/* Adds. */\n"
            "static int *f(void) { return 0; }\n"
        ),
        [
            "class p: struct p",
            "field p.x: int x",
            "field p.y: char *y",
            "field add: int add(int a, int b)",
            "function f: static int *f(void) - Adds.",
        ],
    ),
    "cpp": (
        "class A { public: int x; void go(int a); };\nvoid A::go(int a) { }\n",
        [
            "class A: class A",
            "field A.x: int x",
            "field A.go: void go(int a)",
            "function A::go: void A::go(int a)",
        ],
    ),
}


def told(item: OutlineItem) -> str:
    summary = f" - {item.summary}" if item.summary else ""
    return f"{item.kind} {item.qualified_name}: {item.header}{summary}"


@pytest.mark.parametrize("language", sorted(CASES))
def test_an_outline_has_headers_fields_and_first_lines_of_docs(language: str) -> None:
    text, wanted = CASES[language]
    assert [told(item) for item in outline(parse(text, language))] == wanted


def test_every_language_that_parses_has_a_case() -> None:
    assert frozenset(CASES) == LANGUAGES


def test_lines_cover_decorators_and_the_last_line() -> None:
    [item] = outline(parse("x()\n\n@a\n@b\ndef f():\n    return 1\n", "python"))
    assert (item.first_line, item.last_line) == (2, 5)


def test_what_is_long_is_cut() -> None:
    [item] = outline(parse(f"X = '{'long' * 100}'\n", "python"))
    assert len(item.header) <= LONGEST_FIELD + 1


def test_locals_of_functions_are_no_fields() -> None:
    items = outline(parse("def f(self):\n    x = 1\n    self.y = 2\n", "python"))
    assert [item.name for item in items] == ["f"]


def test_a_broken_text_still_has_an_outline() -> None:
    items = outline(parse("def f(a):\n    return (\n\ndef g(b): pass\n", "python"))
    assert "f" in [item.name for item in items]
