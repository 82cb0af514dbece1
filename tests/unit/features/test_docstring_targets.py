"""Which definitions are documented, and what is asked for."""

import pytest

from codegen_lsp.document.text import Document, Position
from codegen_lsp.errors import UsageError
from codegen_lsp.features.docstring_targets import (
    DocumentedFile,
    State,
    read_file,
    target_at,
    targets,
    targets_named,
    wanted_for,
)
from codegen_lsp.prompt.docstring_answer import Wanted

TEXT = '''\
@overload
def f(x: int) -> int: ...
def f(x):
    return x


def _private(): pass


class A:
    def __init__(self, size): pass
    def __repr__(self): return ""
    @override
    def inherited(self): pass
    @property
    def size(self): return 1
    @size.setter
    def size(self, value): pass
    def right(self):
        """Do it right."""
    def drifted(self, new):
        """Do it.

        Args:
            old: x
        """
        def inner(): pass
    class _B:
        def hidden(self): pass
'''


@pytest.fixture
def file() -> DocumentedFile:
    return read_file(Document(TEXT, "python"))


def names(found: DocumentedFile, *, right_too: bool = False) -> list[str]:
    return [t.signature.qualified_name for t in targets(found, right_too=right_too)]


def test_public_definitions_that_are_missing_or_disagree(file: DocumentedFile) -> None:
    assert names(file) == ["f", "A", "A.size", "A.drifted"]
    assert names(file, right_too=True) == ["f", "A", "A.size", "A.right", "A.drifted"]


def test_states_and_reasons(file: DocumentedFile) -> None:
    found = {t.signature.qualified_name: t for t in targets(file, right_too=True)}
    assert found["f"].state is State.MISSING
    assert found["f"].reasons() == ["it has no docstring"]
    assert found["f"].line == 3
    assert found["A.right"].state is State.RIGHT
    assert found["A.right"].reasons() == []
    assert found["A.drifted"].state is State.DISAGREES
    assert found["A.drifted"].reasons() == [
        "parameter new is not documented",
        "old is documented and is no parameter",
    ]


@pytest.mark.parametrize(
    ("symbol", "lines"),
    [
        ("f", [3]),
        ("A", [10]),
        ("A.__init__", [11]),
        ("A.size", [16]),
        ("A.drifted.inner", [27]),
        ("_private", [7]),
        ("A._B.hidden", [29]),
    ],
)
def test_any_definition_can_be_named(file: DocumentedFile, symbol: str, lines: list[int]) -> None:
    assert [target.line for target in targets_named(file, symbol)] == lines


def test_both_branches_of_a_condition_are_named() -> None:
    text = "if X:\n    def f(): pass\nelse:\n    def f(): pass\n"
    assert [t.line for t in targets_named(read_file(Document(text, "python")), "f")] == [2, 4]


def test_an_unknown_symbol_is_answered_with_those_that_are_alike(file: DocumentedFile) -> None:
    with pytest.raises(UsageError, match=r"no function or class drifted: it has A\.drifted"):
        targets_named(file, "drifted")
    with pytest.raises(UsageError, match=r"no function or class nothing: it has f, _private, A"):
        targets_named(file, "nothing")
    with pytest.raises(UsageError, match=r"no function or class f$"):
        targets_named(read_file(Document("", "python")), "f")


@pytest.mark.parametrize(
    ("position", "name"),
    [
        (Position(2, 0), "f"),
        (Position(8, 0), None),
        (Position(10, 8), "A.__init__"),
        (Position(26, 12), "A.drifted.inner"),
        (Position(9, 0), "A"),
    ],
)
def test_the_innermost_definition_around_a_position(
    file: DocumentedFile, position: Position, name: str | None
) -> None:
    found = target_at(file, position)
    assert (found and found.signature.qualified_name) == name


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (
            "def f(a, *b, c=1) -> int: ...",
            Wanted(summary=True, parameters=("a", "b", "c"), returns=True),
        ),
        ("def f(): yield 1", Wanted(summary=True, yields=True)),
        ("def f(): raise m.E", Wanted(summary=True, raises=("m.E",))),
        (
            "class A:\n    def __init__(self, x): raise E",
            Wanted(summary=True, parameters=("x",), of_class=True),
        ),
        ("class A: pass", Wanted(summary=True, of_class=True)),
        ("def f(): return 'é'", Wanted(summary=True, returns=True, ascii_only=False)),
    ],
)
def test_a_whole_docstring_says_what_the_code_does(source: str, wanted: Wanted) -> None:
    (target, *_) = targets(read_file(Document(source, "python")))
    assert wanted_for(target, whole=True) == wanted


def test_a_property_has_no_section_on_its_value() -> None:
    text = "class A:\n    @property\n    def f(self): return 1\n"
    target = targets_named(read_file(Document(text, "python")), "A.f")[0]
    assert wanted_for(target, whole=True) == Wanted(summary=True)


def test_a_drifted_docstring_wants_only_what_is_missing(file: DocumentedFile) -> None:
    target = targets_named(file, "A.drifted")[0]
    assert wanted_for(target, whole=False) == Wanted(parameters=("new",))
