import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.syntax.insertion import Buffer
from codegen_lsp.syntax.redefined import redefinitions

METHODS = 400

CLASS = "class A:\n" + "".join(
    f"    def f{number}(self):\n        return {number}\n\n" for number in range(METHODS)
)

LARGE = f"import re\n\n\n{CLASS}\nclass B:\n    def g(self):\n        return re\n"


JS_CLASS = "class A {\n" + "".join(
    f"  f{number}() {{\n    return {number};\n  }}\n\n" for number in range(METHODS)
)

JS_LARGE = f"{JS_CLASS}}}\n\nclass B {{\n  g() {{}}\n}}\n"


def found(prefix: str, draft: str, suffix: str, language: str = "python") -> list[str]:
    """Return the names that the draft defines again."""
    insertion = Buffer(prefix, suffix, language).with_draft(draft)
    return [each.name for each in redefinitions(insertion)]


@given(at=st.integers(0, METHODS - 1), name=st.integers(0, METHODS + 50))
def test_a_method_is_found_wherever_it_stands_in_a_large_class(at: int, name: int) -> None:
    place = LARGE.index(f"    def f{at}(") + 4
    draft = f"def f{name}(self):\n        return 0\n\n    "
    assert found(LARGE[:place], draft, LARGE[place:]) == ([f"f{name}"] if name < METHODS else [])


@given(at=st.integers(0, METHODS - 1))
def test_what_the_user_has_just_taken_away_may_be_written_again(at: int) -> None:
    Buffer(LARGE, "", "python").with_draft("")  # so that the whole text is the known one
    start = LARGE.index(f"    def f{at}(") + 4
    end = LARGE.index("\n\n", start)
    assert found(LARGE[:start], LARGE[start:end], LARGE[end:]) == []


def test_what_the_user_has_just_written_counts_as_well() -> None:
    Buffer(LARGE, "", "python").with_draft("")
    prefix = LARGE.replace(
        "class B:\n", "class B:\n    def new(self):\n        return 1\n\n    ", 1
    )
    place = prefix.index("    def g(") - 4
    again = "def new(self):\n        return 2\n\n    "
    assert found(prefix[:place] + "    ", again, prefix[place + 4 :].lstrip()) == ["new"]


@given(
    at=st.integers(0, METHODS - 1),
    name=st.integers(0, METHODS + 50),
    language=st.sampled_from(["javascript", "typescript"]),
)
def test_so_is_a_method_of_a_large_javascript_class(at: int, name: int, language: str) -> None:
    place = JS_LARGE.index(f"  f{at}(") + 2
    draft = f"f{name}(x) {{\n  }}\n\n  "
    again = [f"f{name}"] if name < METHODS else []
    assert found(JS_LARGE[:place], draft, JS_LARGE[place:], language) == again


@given(at=st.integers(0, METHODS - 1))
def test_a_javascript_method_that_was_taken_away_may_be_written_again(at: int) -> None:
    Buffer(JS_LARGE, "", "javascript").with_draft("")
    start = JS_LARGE.index(f"  f{at}(") + 2
    end = JS_LARGE.index("\n\n", start)
    assert found(JS_LARGE[:start], JS_LARGE[start:end], JS_LARGE[end:], "javascript") == []


@pytest.mark.parametrize(
    ("draft", "again"),
    [
        ("x() {}", []),
        ("get x() { return 2; }", ["x"]),
        ("set x(value) {}", []),
        ("static get x() { return 2; }", []),
        ("static y() {}", ["y"]),
        ("y() {}", []),
        ("async y() {}", []),
        ("#z() {}", ["#z"]),
        ("z() {}", []),
        ("[z]() {}", []),
        ("constructor() {}", ["constructor"]),
        ("w() {}\n  w() {}", ["w"]),
        ("h() {\n    const y = 1;\n    function g() {}\n  }", []),
    ],
)
def test_a_getter_a_setter_and_a_static_method_may_share_a_name(
    draft: str, again: list[str]
) -> None:
    before = "class A {\n  constructor() {}\n\n  get x() { return 1; }\n\n"
    after = "\n\n  static y() {}\n\n  #z() {}\n}\n\nclass B {\n  w() {}\n}\n"
    assert found(f"{before}  ", draft, after, "javascript") == again


def test_overloads_of_typescript_go_before_the_method() -> None:
    before, after = "class A {\n  f(x: number): void;\n  ", "\n  g(): void {}\n}\n"
    assert found(before, "f(x: string): void;\n  f(x: any) {}", after, "typescript") == []
    assert found(before, "f(x: any) {}\n  f(x: any) {}", after, "typescript") == ["f"]


def test_an_import_far_above_is_found_at_the_end() -> None:
    assert found(LARGE, "import re\n", "") == ["re"]
    assert found(LARGE, "import re as regex\n", "") == []
