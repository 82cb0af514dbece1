from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.syntax.insertion import Buffer
from codegen_lsp.syntax.redefined import redefinitions

METHODS = 400

CLASS = "class A:\n" + "".join(
    f"    def f{number}(self):\n        return {number}\n\n" for number in range(METHODS)
)

LARGE = f"import re\n\n\n{CLASS}\nclass B:\n    def g(self):\n        return re\n"


def found(prefix: str, draft: str, suffix: str) -> list[str]:
    """Return the names that the draft defines again."""
    insertion = Buffer(prefix, suffix, "python").with_draft(draft)
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


def test_an_import_far_above_is_found_at_the_end() -> None:
    assert found(LARGE, "import re\n", "") == ["re"]
    assert found(LARGE, "import re as regex\n", "") == []
