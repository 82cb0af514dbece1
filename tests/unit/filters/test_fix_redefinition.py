from codegen_lsp.filters.fix_redefinition import fix_redefinition
from codegen_lsp.filters.place import Dropped, Place
from codegen_lsp.syntax.known_trees import learn

METHODS = "".join(f"    def f{number}(self):\n        return {number}\n\n" for number in range(40))

FILE = f"class A:\n    def a(self):\n        return 1\n\n    \n\nclass B:\n{METHODS}"


def said(draft: str, known: str) -> str | Dropped:
    """Return what becomes of ``draft`` in the first class when ``known`` is the last tree."""
    place = FILE.index("    \n") + 4
    learn(known.encode(), "python")
    return fix_redefinition(draft, Place(FILE[:place], FILE[place:], "python"))


def test_whose_a_method_is_follows_from_the_text_as_it_is() -> None:
    before = FILE.replace("class B:\n", "")
    draft = "def f7(self):\n        return 8"
    assert said(draft, known=before) == draft
    assert said(draft, known=FILE) == draft


def test_a_method_is_found_though_the_text_around_has_changed() -> None:
    before = FILE.replace("    def f3(self):\n        return 3\n", "")
    assert said("def a(self):\n        return 8", known=before) == Dropped("`a` is defined already")
