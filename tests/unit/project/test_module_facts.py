"""Facts are read from sources written out here."""

from pathlib import Path

import pytest

from codegen_lsp.project.module_facts import FunctionFacts, mended, read_facts


def names(source: str) -> frozenset[str]:
    facts = read_facts(source, None)
    assert facts is not None
    return facts.names


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a = b = 1\nc: int = 2\nd: str\n", {"a", "b", "c", "d"}),
        ("(a, [b, *c]), d.e, f[0] = x\n", {"a", "b", "c"}),
        ("def f(a):\n    b = 1\nclass C:\n    d = 1\nasync def g(): ...\n", {"f", "C", "g"}),
        ("import a.b, c.d as e\nfrom f import g, h as i\n", {"a", "e", "g", "i"}),
        ("if x:\n    a = 1\nelif y:\n    b = 1\nelse:\n    c = 1\n", {"a", "b", "c"}),
        (
            "try:\n    a = 1\nexcept E as e:\n    b = 1\nelse:\n    c = 1\nfinally:\n    d = 1\n",
            set("abcde"),
        ),
        (
            "for a in x:\n    b = 1\nwhile y:\n    c = 1\nwith z as d, z as (e, f):\n    g = 1\n",
            set("abcdefg"),
        ),
        (
            "match x:\n    case [a, *b]:\n        c = 1\n    case {'k': d, **e}:\n        pass\n",
            set("abcde"),
        ),
        ("if (a := x):\n    pass\n", {"a"}),
        ("[b for b in x]\nlambda c: c\n", set()),
        ("def f():\n    global a, b\n    a = 1\n", {"f", "a", "b"}),
    ],
)
def test_names_are_bound_in_all_branches(source: str, expected: set[str]) -> None:
    assert names(source) == expected


def test_what_is_bound_once_is_known_and_twice_is_not() -> None:
    facts = read_facts("def f(): ...\ndef g(): ...\ndef g(a): ...\nclass C: ...\nC = 1\n", None)
    assert facts is not None
    assert set(facts.functions) == {"f"}
    assert set(facts.classes) == set()


def test_imports_lead_to_a_module_or_to_a_name_in_one() -> None:
    facts = read_facts(
        "import a.b\nimport c.d as e\nfrom .f import g as h\nfrom i import *\n", None
    )
    assert facts is not None
    assert facts.imports == {"a": ("a", None), "e": ("c.d", None), "h": (".f", "g")}
    assert facts.stars == ("i",)


@pytest.mark.parametrize(
    "source",
    [
        "def __getattr__(name): ...\n",
        "globals()['a'] = 1\n",
        "globals().update(x)\n",
        "g = globals()\n",
        "setattr(sys.modules[__name__], 'a', 1)\n",
        "exec('a = 1')\n",
        "vars()['a'] = 1\n",
    ],
)
def test_a_module_that_binds_names_by_code_is_incomplete(source: str) -> None:
    facts = read_facts(source, None)
    assert facts is not None
    assert not facts.is_complete


def test_the_public_names_are_those_of_a_literal_list() -> None:
    literal = read_facts("__all__ = ['a', 'b']\n", None)
    added = read_facts("__all__ = ['a']\n__all__ += x\n", None)
    assert literal is not None
    assert added is not None
    assert literal.public == {"a", "b"}
    assert added.public is None


def test_a_class_has_what_its_body_and_its_methods_bind_or_use() -> None:
    source = """
class C(Base, mod.Other, Generic[T]):
    __slots__ = ("slot",)
    field: int
    other = 1

    def method(this, a, *, b=1):
        this.used = self.elsewhere

    @property
    def prop(self): ...
"""
    facts = read_facts(source, None)
    assert facts is not None
    found = facts.classes["C"]
    assert found.bases == ("Base", "mod.Other", "Generic")
    expected = {"__slots__", "slot", "field", "other", "method", "used", "elsewhere", "prop"}
    assert set(found.members) == expected
    assert found.members["method"] == FunctionFacts(frozenset({"this", "a", "b"}))
    assert found.members["prop"] == FunctionFacts(None)
    assert found.fields == ("field",)
    assert found.is_complete


@pytest.mark.parametrize(
    "source",
    [
        "@anything\nclass C: ...\n",
        "class C(metaclass=M): ...\n",
        "class C(**keywords): ...\n",
        "class C:\n    def f(self): setattr(self, 'a', 1)\n",
        "class C:\n    def f(self): self.__dict__.update(a)\n",
        "class C:\n    def __getattr__(self, name): ...\n",
    ],
)
def test_a_class_that_may_get_members_by_code_is_incomplete(source: str) -> None:
    facts = read_facts(source, None)
    assert facts is not None
    assert not facts.classes["C"].is_complete


@pytest.mark.parametrize(
    ("header", "keywords"),
    [
        ("def f(a, /, b, *c, d)", {"b", "d"}),
        ("def f(a, **b)", None),
        ("@functools.lru_cache(maxsize=1)\ndef f(a)", {"a"}),
        ("@anything\ndef f(a)", None),
    ],
)
def test_keywords_of_a_function(header: str, keywords: set[str] | None) -> None:
    facts = read_facts(f"{header}: ...\n", Path("m.py"))
    assert facts is not None
    assert facts.functions["f"].keywords == keywords


def test_what_python_cannot_read_has_no_facts() -> None:
    assert read_facts("def f(:\n", None) is None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a = 1\nb = (\n", "a = 1\npass\n"),
        ("def f():\n\nclass C: ...\n", "def f(): pass\n\nclass C: ...\n"),
        ("a = 1\n", "a = 1\n"),
    ],
)
def test_a_text_that_is_being_written_is_mended(source: str, expected: str) -> None:
    assert mended(source) == expected
