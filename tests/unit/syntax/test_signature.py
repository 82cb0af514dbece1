"""What is read from a definition's header and its place."""

import pytest

from codegen_lsp.syntax.definitions import Kind
from codegen_lsp.syntax.signature import Signature, signatures
from codegen_lsp.syntax.tree import parse


def read(text: str) -> dict[str, Signature]:
    return {found.qualified_name: found for found in signatures(parse(text, "python"))}


def labels(signature: Signature) -> list[str]:
    return [parameter.label for parameter in signature.parameters]


def test_definitions_come_in_the_order_of_their_lines_with_dotted_names() -> None:
    text = "class A:\n    def f(self):\n        def g(): pass\nasync def h(): pass\n"
    found = signatures(parse(text, "python"))
    assert [one.qualified_name for one in found] == ["A", "A.f", "A.f.g", "h"]
    assert [one.line for one in found] == [0, 1, 2, 3]
    assert [one.is_async for one in found] == [False, False, False, True]
    assert [one.in_function for one in found] == [False, False, True, False]
    assert [one.kind for one in found] == [Kind.CLASS, *[Kind.FUNCTION] * 3]


def test_indices_count_code_points_and_include_decorators() -> None:
    text = "# ü𝒳\n@deco\ndef f(ä): return ä\nx = 1\n"
    found = read(text)["f"]
    assert text[found.start : found.end] == "@deco\ndef f(ä): return ä"
    assert text[: found.header_end].endswith("def f(ä):")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class A:\n    def f(self, x): pass", ["x"]),
        ("class A:\n    def f(this, x): pass", ["x"]),
        ("class A:\n    @classmethod\n    def f(cls, x): pass", ["x"]),
        ("class A:\n    def __new__(cls, x): pass", ["x"]),
        ("class A:\n    @staticmethod\n    def f(self, x): pass", ["self", "x"]),
        ("class A:\n    if DEBUG:\n        def f(self, x): pass", ["x"]),
        ("class A:\n    def f(*args): pass", ["*args"]),
        ("class A:\n    def f(*, key): pass", ["key"]),
        ("class A:\n    def f(): pass", []),
    ],
)
def test_the_receiver_of_a_method_is_no_parameter(source: str, expected: list[str]) -> None:
    assert labels(read(source)["A." + ("__new__" if "__new__" in source else "f")]) == expected


def test_outside_a_class_self_is_a_receiver_and_cls_is_not() -> None:
    """A class decorator takes ``cls`` as its argument; ``self`` marks a method attached later."""
    found = read("def f(self, x): pass\ndef g(cls, x): pass\n")
    assert labels(found["f"]) == ["x"]
    assert labels(found["g"]) == ["cls", "x"]


def test_a_class_stands_for_its_own_constructor() -> None:
    found = read(
        "class A:\n    def __init__(self, x: int, *, y=1): pass\n"
        "class B(A): pass\n"
        'class C:\n    def __init__(self, z):\n        """Make it."""\n'
    )
    assert labels(found["A"]) == ["x", "y"]
    assert [found[name].has_constructor for name in "ABC"] == [True, False, True]
    assert [found[name].constructor_documented for name in "ABC"] == [False, False, True]
    assert not found["A"].gives_value


def test_the_constructor_of_a_nested_class_is_not_that_of_the_outer() -> None:
    found = read("class A:\n    class B:\n        def __init__(self, x): pass\n")
    assert not found["A"].has_constructor
    assert labels(found["A.B"]) == ["x"]


def test_the_last_constructor_counts_when_there_are_overloads() -> None:
    text = (
        "class A:\n    @overload\n    def __init__(self, x: int): ...\n"
        "    def __init__(self, x, y=0): pass\n"
    )
    assert labels(read(text)["A"]) == ["x", "y"]


@pytest.mark.parametrize(
    ("decorator", "is_property", "is_accessor", "is_overload"),
    [
        ("property", True, False, False),
        ("functools.cached_property", True, False, False),
        ("size.setter", False, True, False),
        ("size.deleter", False, True, False),
        ("typing.overload", False, False, True),
        ("cache(maxsize=1)", False, False, False),
    ],
)
def test_decorators_say_what_a_method_is(
    decorator: str, *, is_property: bool, is_accessor: bool, is_overload: bool
) -> None:
    found = read(f"class A:\n    @{decorator}\n    def size(self): pass\n")["A.size"]
    assert found.is_property is is_property
    assert found.is_accessor is is_accessor
    assert found.is_overload is is_overload


@pytest.mark.parametrize(
    ("name", "public"),
    [("A", True), ("A.f", True), ("A._g", False), ("A.f.inner", False), ("_B.f", False)],
)
def test_public_is_what_others_may_call(name: str, *, public: bool) -> None:
    text = (
        "class A:\n    def f(self):\n        def inner(): pass\n    def _g(self): pass\n"
        "class _B:\n    def f(self): pass\n"
    )
    assert read(text)[name].is_public is public


@pytest.mark.parametrize(
    ("source", "gives"),
    [
        ("def f(): return 1", True),
        ("def f(): return", False),
        ("def f(): return None", False),
        ("def f() -> int: ...", True),
        ("def f() -> None: ...", False),
        ("def f() -> 'None': ...", False),
        ("def f() -> NoReturn: ...", False),
        ("def f(): ...", False),
        ("def f() -> int: raise NotImplementedError", True),
        ("def f() -> int: go()", False),
        ("def f(): yield 1; return 2", False),
    ],
)
def test_a_body_without_code_is_taken_at_its_word(source: str, *, gives: bool) -> None:
    assert read(source)["f"].gives_value is gives


def test_an_error_in_a_function_is_known_and_one_in_a_method_does_not_spoil_the_class() -> None:
    found = read("class A:\n    def f(self):\n        return 1 +\n\n\nx = 1\n")
    assert found["A.f"].has_error
    assert not found["A"].has_error


def test_an_annotation_over_several_lines_is_put_on_one() -> None:
    text = "def f(x: dict[\n    str,\n    int,\n] = {\n}) -> tuple[\n    int\n]: pass\n"
    found = read(text)["f"]
    assert found.parameters[0].annotation == "dict[ str, int, ]"
    assert found.returns == "tuple[ int ]"
