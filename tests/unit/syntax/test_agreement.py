"""What contradicts a signature, and what does not."""

import pytest

from codegen_lsp.document.docstring_outline import outline
from codegen_lsp.document.docstring_quote import source_lines
from codegen_lsp.syntax.agreement import disagreement
from codegen_lsp.syntax.signature import signatures
from codegen_lsp.syntax.tree import parse


def reasons(header: str, sections: str, body: str = "go()") -> list[str]:
    doc = "".join(f"    {line}\n" for line in sections.split("\n"))
    text = f'{header}\n    """Say it.\n\n{doc}    """\n    {body}\n'
    found = signatures(parse(text, "python"))[0]
    assert found.place.literal is not None
    return disagreement(found, outline(source_lines(found.place.literal))).reasons()


@pytest.mark.parametrize(
    ("header", "sections", "expected"),
    [
        ("def f(a, b):", "Args:\n    a: x\n    b: y", []),
        ("def f(a, b):", "Args:\n    b: y\n    a: x", []),
        ("def f(a, b):", "Args:\n    a: x", ["parameter b is not documented"]),
        ("def f(a):", "Args:\n    a: x\n    c: y", ["c is documented and is no parameter"]),
        (
            "def f(a):",
            ":param c: y",
            ["parameter a is not documented", "c is documented and is no parameter"],
        ),
        ("def f(a, *rest, **extra):", "Args:\n    a: x", []),
        ("def f(a, *rest):", "Args:\n    a: x\n    *rest: y", []),
        ("def f(a, **extra):", "Args:\n    a: x\n    colour: y", []),
        ("def f(a, _unused):", "Args:\n    a: x", []),
        ("def f(a):", "Just prose.", []),
        ("def f(a):", "Note:\n    a and c.", []),
        ("class A(B):", "Args:\n    a: x", []),
    ],
)
def test_parameters(header: str, sections: str, expected: list[str]) -> None:
    assert reasons(header, sections) == expected


@pytest.mark.parametrize(
    ("header", "body", "section", "wrong"),
    [
        ("def f():", "go()", "Returns:\n    x", True),
        ("def f():", "return 1", "Returns:\n    x", False),
        ("def f():", "go()", "Returns:\n    None", False),
        ("def f():", "yield 1", "Returns:\n    An iterator.", False),
        ("def f():", "yield 1", "Yields:\n    x", False),
        ("def f():", "return g()", "Yields:\n    x", False),
        ("def f():", "go()", "Yields:\n    x", True),
        ("def f():", "...", "Returns:\n    x", False),
    ],
)
def test_a_section_about_a_value_needs_one(
    header: str, body: str, section: str, *, wrong: bool
) -> None:
    assert bool(reasons(header, section, body)) is wrong


@pytest.mark.parametrize(
    ("body", "sections", "expected"),
    [
        ("raise A", "Raises:\n    A: x", []),
        ("raise m.A", "Raises:\n    A: x", []),
        ("raise A", "Raises:\n    m.A: x\n    B: of what is called", []),
        ("raise A", "Raises:\n    B: x", ["A is raised and not listed"]),
        ("raise A", "Note:\n    x", []),
        ("raise AssertionError", "Raises:\n    B: x", []),
    ],
)
def test_a_list_of_exceptions_names_all_that_are_raised(
    body: str, sections: str, expected: list[str]
) -> None:
    assert reasons("def f():", sections, body) == expected


def test_a_class_is_compared_with_its_constructor() -> None:
    docstring = '    """Say it.\n\n    Args:\n        x: y\n    """\n'
    text = f"class A:\n{docstring}\n    def __init__(self, z): pass\n"
    found = signatures(parse(text, "python"))[0]
    assert found.place.literal is not None
    result = disagreement(found, outline(source_lines(found.place.literal)))
    assert [parameter.name for parameter in result.missing] == ["z"]
    assert result.unknown == ("x",)
    assert result
