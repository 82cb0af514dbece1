"""Documentation changes documentation only."""

import pytest

from codegen_lsp.filters.drop_changed_code import drop_changed_code
from codegen_lsp.filters.place import Dropped

BEFORE = 'class A:\n    def f(self):\n        """Old."""\n        return 1\n'


@pytest.mark.parametrize(
    "after",
    [
        BEFORE,
        BEFORE.replace("Old", "New"),
        BEFORE.replace('        """Old."""\n', ""),
        BEFORE.replace("class A:\n", 'class A:\n    """An A."""\n\n'),
        "\ufeff" + BEFORE,
    ],
)
def test_another_docstring_is_no_change(after: str) -> None:
    assert drop_changed_code(BEFORE, after) == after


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (BEFORE.replace("return 1", "return 2"), "it would change the code"),
        (BEFORE.replace("        return 1\n", ""), "it would change the code"),
        (BEFORE.replace('"""Old."""', 'f"""New."""'), "it would change the code"),
        (BEFORE + "x = 1\n", "it would change the code"),
        (BEFORE.replace('Old."""', 'Old."'), "it would add a syntax error"),
        (BEFORE.replace("        return", "      return"), "it would add a syntax error"),
    ],
)
def test_another_program_is_dropped(after: str, reason: str) -> None:
    assert drop_changed_code(BEFORE, after) == Dropped(reason)


def test_a_broken_text_must_not_get_worse() -> None:
    broken = BEFORE + "class (:\n"
    better = broken.replace("Old", "New")
    assert drop_changed_code(broken, better) == better
    worse = broken.replace('Old."""', 'Old."')
    assert drop_changed_code(broken, worse) == Dropped("it would add a syntax error")
