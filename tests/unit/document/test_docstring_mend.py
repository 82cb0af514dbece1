"""Changing entries and leaving the rest; golden cases show the same on whole files."""

import pytest

from codegen_lsp.document.docstring import Described, SectionKind, Style
from codegen_lsp.document.docstring_layout import Layout
from codegen_lsp.document.docstring_mend import Change, mend
from codegen_lsp.document.docstring_outline import outline

PARAMETERS, RETURNS, RAISES = SectionKind.PARAMETERS, SectionKind.RETURNS, SectionKind.RAISES


def mended(text: str, change: Change, style: Style = "google") -> str:
    lines = text.split("\n")
    return "\n".join(mend(lines, outline(lines), change, layout=Layout(style=style), indent="    "))


def adding(*names: str, kind: SectionKind = PARAMETERS, order: str = "a b c d") -> Change:
    described = tuple(Described(name, f"New {name}.") for name in names)
    return Change(order=tuple(order.split()), added=((kind, described),))


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("a", "a: New a.\n        b: x\n        d: y"),
        ("c", "b: x\n        c: New c.\n        d: y"),
        ("e", "b: x\n        d: y\n        e: New e."),
    ],
)
def test_an_entry_goes_where_the_signature_has_it(new: str, expected: str) -> None:
    before = "Do.\n\n    Args:\n        {}\n    "
    change = adding(new, order="a b c d e")
    assert mended(before.format("b: x\n        d: y"), change) == before.format(expected)


def test_several_new_entries_keep_their_order() -> None:
    text = "Do.\n\n    Args:\n        a: x\n    "
    assert mended(text, adding("b", "c", "*d")).endswith(
        "a: x\n        b: New b.\n        c: New c.\n        *d: New *d.\n    "
    )


def test_entries_are_indented_like_those_that_are_there() -> None:
    text = "Do.\n\n    Args:\n      a: x\n    "
    assert mended(text, adding("b")).endswith("      a: x\n      b: New b.\n    ")


def test_a_section_that_loses_all_entries_goes_with_its_blank_line() -> None:
    text = "Do.\n\n    Args:\n        a: x\n\n    Note:\n        y\n    "
    after = mended(text, Change(removed=frozenset("a")))
    assert after == "Do.\n\n    Note:\n        y\n    "


def test_its_heading_stays_when_new_entries_come() -> None:
    text = "Do.\n\n    Args:\n        z: x\n    "
    change = Change(
        order=("a",),
        removed=frozenset("z"),
        added=((PARAMETERS, (Described("a", "New."),)),),
    )
    assert mended(text, change) == "Do.\n\n    Args:\n        a: New.\n    "


def test_blank_lines_between_entries_do_not_pile_up() -> None:
    text = "Do.\n\n    Args:\n        a: x\n\n        b: y\n\n        c: z\n    "
    after = mended(text, Change(removed=frozenset("b")))
    assert after == "Do.\n\n    Args:\n        a: x\n\n        c: z\n    "


def test_only_the_summary_left_is_one_line() -> None:
    text = "Do.\n\n    Returns:\n        x\n    "
    assert mended(text, Change(removed_sections=frozenset([RETURNS]))) == "Do."


def test_one_of_several_names_goes_and_stars_stay() -> None:
    text = "Do.\n\n    Parameters\n    ----------\n    a, z, *b : int\n        x\n    "
    after = mended(text, Change(removed=frozenset("z")), "numpy")
    assert "    a, *b : int\n        x\n" in after


@pytest.mark.parametrize(
    ("style", "text", "expected"),
    [
        (
            "google",
            "Do.\n\n    Returns:\n        x",
            "Do.\n\n    Args:\n        a: New a.\n\n    Returns:\n        x",
        ),
        (
            "google",
            "Do.\n\n    Raises:\n        E: x\n    ",
            "Do.\n\n    Args:\n        a: New a.\n\n    Raises:\n        E: x\n    ",
        ),
        ("google", "Do.", "Do.\n\n    Args:\n        a: New a.\n    "),
        (
            "google",
            "Do.\n\n    More.\n    ",
            "Do.\n\n    More.\n\n    Args:\n        a: New a.\n    ",
        ),
        (
            "sphinx",
            "Do.\n\n    :return: x\n    ",
            "Do.\n\n    :param a: New a.\n    :return: x\n    ",
        ),
    ],
)
def test_a_section_that_is_not_there_is_put_in_its_place(
    style: Style, text: str, expected: str
) -> None:
    assert mended(text, adding("a"), style) == expected


def test_exceptions_come_last() -> None:
    text = "Do.\n\n    Args:\n        a: x\n\n    Returns:\n        y"
    change = Change(added=((RAISES, (Described("E", "If so."),)),))
    assert mended(text, change) == f"{text}\n\n    Raises:\n        E: If so.\n    "


def test_quotes_that_follow_the_last_word_stay_there_if_it_stays() -> None:
    text = "Do.\n\n    Args:\n        a: x\n        z: y\n\n    Note: end."
    assert mended(text, Change(removed=frozenset("z"))) == (
        "Do.\n\n    Args:\n        a: x\n\n    Note: end."
    )


def test_blank_lines_before_the_closing_quotes_stay() -> None:
    text = "Do.\n\n    Args:\n        a: x\n\n    Note:\n        y\n\n    "
    assert mended(text, adding("b")) == text.replace("a: x\n", "a: x\n        b: New b.\n")


def test_without_a_change_nothing_changes() -> None:
    text = "Do  \n\n\n    Args:\n        a: x\n\n\n    "
    assert mended(text, Change()) == text
