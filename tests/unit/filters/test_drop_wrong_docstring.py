"""A docstring as it is read back from the file."""

import pytest

from codegen_lsp.filters.drop_wrong_docstring import drop_wrong_docstring
from codegen_lsp.filters.place import Dropped
from codegen_lsp.syntax.signature import signatures
from codegen_lsp.syntax.tree import parse

BEFORE = "def f(a, *b):\n    go()\n"
AFTER = 'def f(a, *b):\n    """Do.\n\n    Args:\n        a: x\n        *b: y\n    """\n    go()\n'


def check(after: str, parameters: tuple[str, ...] | None = ("a", "b")) -> str | Dropped:
    (signature,) = signatures(parse(BEFORE, "python"))
    return drop_wrong_docstring(after, 0, signature, parameters=parameters)


def test_a_right_docstring_passes() -> None:
    assert check(AFTER) == AFTER


LIST = Dropped("its list of parameters would not be that of the signature")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("        *b: y\n", "", LIST),
        ("a: x\n        *b: y", "*b: y\n        a: x", LIST),
        ("*b: y", "*b: y\n        c: z", LIST),
        ("Do.\n", "\n", Dropped("its summary is empty")),
        ('"""Do', 'f"""Do', Dropped("it would not be a docstring where it stands")),
        ("def f", "def g", Dropped("it would move the definitions of the file")),
        (
            '    """\n',
            '\n    Returns:\n        z\n    """\n',
            Dropped("nothing is there for its section on returns"),
        ),
    ],
)
def test_a_wrong_one_is_dropped(old: str, new: str, expected: Dropped) -> None:
    assert check(AFTER.replace(old, new, 1)) == expected


def test_a_mended_one_may_leave_out_what_its_author_did() -> None:
    shorter = AFTER.replace("        *b: y\n", "")
    assert check(shorter, None) == shorter
    assert check(AFTER.replace("a: x", "c: x"), None) == Dropped("parameter a is not documented")


def test_a_mended_one_may_go_without_a_summary() -> None:
    silent = AFTER.replace("Do.", "")
    assert check(silent, None) == silent


def test_a_definition_that_is_gone_is_no_docstring() -> None:
    assert check("") == Dropped("it would move the definitions of the file")
