"""Parameters, compared with what Python itself reads."""

import ast

import pytest

from codegen_lsp.syntax.parameters import Parameter, ParameterKind, parameters_of
from codegen_lsp.syntax.tree import parse

ONLY = ParameterKind.POSITIONAL_ONLY
BOTH = ParameterKind.POSITIONAL_OR_KEYWORD
REST = ParameterKind.VAR_POSITIONAL
KEYWORD = ParameterKind.KEYWORD_ONLY
EXTRA = ParameterKind.VAR_KEYWORD


def read(header: str) -> list[Parameter]:
    tree = parse(f"def f({header}): pass", "python")
    return parameters_of(tree, tree.tree.root_node.children[0])


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", []),
        ("a", [Parameter("a", BOTH)]),
        ("a, /", [Parameter("a", ONLY)]),
        ("a, /, b", [Parameter("a", ONLY), Parameter("b", BOTH)]),
        ("*, a", [Parameter("a", KEYWORD)]),
        ("*a, b", [Parameter("a", REST), Parameter("b", KEYWORD)]),
        ("**a", [Parameter("a", EXTRA)]),
        ("a: int", [Parameter("a", BOTH, "int")]),
        ("a=1", [Parameter("a", BOTH, None, "1")]),
        ("a: int = 1", [Parameter("a", BOTH, "int", "1")]),
        ("*a: int, **b: 'X'", [Parameter("a", REST, "int"), Parameter("b", EXTRA, "'X'")]),
        ("*a: *Ts", [Parameter("a", REST, "*Ts")]),
        (
            "a=(1, 2), /, b={}",
            [Parameter("a", ONLY, None, "(1, 2)"), Parameter("b", BOTH, None, "{}")],
        ),
        ("größe: float", [Parameter("größe", BOTH, "float")]),
        ("a, # one\n b, # two\n", [Parameter("a", BOTH), Parameter("b", BOTH)]),
    ],
)
def test_parameters(header: str, expected: list[Parameter]) -> None:
    assert read(header) == expected


def test_names_are_those_that_python_reads() -> None:
    header = "a, b: int = 1, /, c='x', *d: str, e, f=None, **g"
    (function,) = ast.parse(f"def f({header}): pass").body
    assert isinstance(function, ast.FunctionDef)
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs]
    names = [argument.arg for argument in [*every, arguments.kwarg] if argument is not None]
    assert [parameter.name for parameter in read(header)] == names


def test_a_label_has_the_stars() -> None:
    assert [parameter.label for parameter in read("a, *b, c, **d")] == ["a", "*b", "c", "**d"]
