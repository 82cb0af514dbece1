import pytest

from codegen_lsp.syntax.definitions import Kind, definitions, enclosing_definition
from codegen_lsp.syntax.tree import parse

PYTHON = """\
@decorated
class Köder:
    größe = 1

    @property
    def länge(self):
        def inner(): pass
        return 1


async def last():
    pass
"""


def test_definitions_come_outer_before_inner_with_dotted_names() -> None:
    found = definitions(parse(PYTHON, "python"))
    assert [(item.kind, item.qualified_name) for item in found] == [
        (Kind.CLASS, "Köder"),
        (Kind.FUNCTION, "Köder.länge"),
        (Kind.FUNCTION, "Köder.länge.inner"),
        (Kind.FUNCTION, "last"),
    ]


def test_a_definition_spans_its_decorators_and_its_indentation() -> None:
    """Indices are code points although the parser counts bytes."""
    found = {item.name: item for item in definitions(parse(PYTHON, "python"))}
    method = found["länge"]
    text = PYTHON[method.start : method.end]
    assert text.startswith("    @property\n    def länge(self):")
    assert text.endswith("return 1")
    assert (method.first_line, method.last_line) == (4, 7)
    assert PYTHON[method.body_start :].startswith("def inner")


@pytest.mark.parametrize(
    ("line", "name"),
    [(0, "Köder"), (2, "Köder"), (4, "länge"), (6, "inner"), (7, "länge"), (9, None), (11, "last")],
)
def test_the_innermost_definition_around_a_line_is_found(line: int, name: str | None) -> None:
    found = enclosing_definition(definitions(parse(PYTHON, "python")), line)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("javascript", "const f = (a) => { g() }\nclass A { m() {} }", ["f", "A", "A.m"]),
        ("typescript", "interface I { a: number }\nfunction f(a: I) {}", ["I", "f"]),
        ("tsx", "const C = () => { return <a/> }", ["C"]),
        ("go", "package a\nfunc (x *T) F() {}\ntype T struct { a int }", ["F", "T"]),
        ("rust", "impl T { fn f() {} }\nenum E { A }", ["T", "T.f", "E"]),
        ("java", "class A { A() {} int f() { return 1; } }", ["A", "A.A", "A.f"]),
        ("c", "int *f(int a) { return 0; }\nstruct s { int a; };", ["f", "s"]),
        (
            "cpp",
            "class A { int f() { return 1; } };\nint A::g() { return 2; }",
            ["A", "A.f", "A::g"],
        ),
    ],
)
def test_each_language_has_its_definitions(language: str, text: str, names: list[str]) -> None:
    assert [item.qualified_name for item in definitions(parse(text, language))] == names
