"""Reading sections as people write them."""

import pytest

from codegen_lsp.document.docstring import SectionKind
from codegen_lsp.document.docstring_outline import DocstringOutline, outline

PARAMETERS, RETURNS = SectionKind.PARAMETERS, SectionKind.RETURNS
YIELDS, RAISES, OTHER = SectionKind.YIELDS, SectionKind.RAISES, SectionKind.OTHER


def read(text: str) -> DocstringOutline:
    return outline(text.split("\n"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Do.\n\n    Args:\n        a: x\n        b (int): y\n", ["a", "b"]),
        ("Do.\n\n    Args:\n        a: x\n          b: still a\n", ["a"]),
        ("Do.\n\n    Args:\n\n        a: x\n\n        b: y\n", ["a", "b"]),
        ("Do.\n\n    Args:\n        *a: x\n        **b: y\n        \\*c: z\n", ["a", "b", "c"]),
        ("Do.\n\n    Args:\n        a (`dict[str, int]`, *optional*):\n            x\n", ["a"]),
        ("Do.\n\n    Args:\n        - a: x\n        - `b`: y\n", ["a", "b"]),
        ("Do.\n\n    Args:\n        a - x\n        b -- y\n", ["a", "b"]),
        ("Do.\n\n    Arguments:\n        a: x\n\n    Keyword Args:\n        b: y\n", ["a", "b"]),
        ("Do.\n\n    Parameters:\n        a: x\n", ["a"]),
        ("Do.\n\n    Args:\n        see the other one\n", []),
        ("Do.\n\n    Args:\n        a::\n            code\n", []),
        ("Do.\n\n    Args:\n        a: x\n        Example:\n            b: y\n", ["a"]),
        ("\n    Args:\n        a: x\n    ", ["a"]),
        ("Do.\n\n    Arguments follow:\n        a: x\n", []),
    ],
)
def test_google_parameters(text: str, names: list[str]) -> None:
    assert read(text).names(PARAMETERS) == names


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("a : int\n        x\n    b\n        y\n", ["a", "b"]),
        ("a, b : float\n        x\n", ["a", "b"]),
        ("a: int\n        x\n", ["a"]),
        ("a : {'x', 'y'}, optional\n        x: y\n", ["a"]),
        ("*a\n    **b : int\n", ["a", "b"]),
        ("some words\n", []),
    ],
)
def test_numpy_parameters(body: str, names: list[str]) -> None:
    found = read(f"Do.\n\n    Parameters\n    ----------\n    {body}")
    assert found.names(PARAMETERS) == names
    assert found.style == "numpy"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (":param a: x\n    :param b: y\n", ["a", "b"]),
        (":param int a: x\n", ["a"]),
        (":param a: x\n        more\n    and more\n    :type a: int\n", ["a"]),
        (":arg a: x\n    :keyword b: y\n", ["a", "b"]),
        (":param \\*a: x\n", ["a"]),
        (":param a:\n        x\n", ["a"]),
        (":func:`a` does it\n", []),
    ],
)
def test_sphinx_parameters(text: str, names: list[str]) -> None:
    assert read(f"Do.\n\n    {text}").names(PARAMETERS) == names


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Returns:\n        x", RETURNS),
        ("Return:\n        x", RETURNS),
        ("Returns:\n        None", OTHER),
        ("Returns:\n        Nothing at all.", OTHER),
        ("Yields:\n        x", YIELDS),
        ("Note:\n        x", OTHER),
        ("Returns\n    -------\n    int\n        x", RETURNS),
        ("Returns\n    -------\n    None", OTHER),
        ("Yields\n    ------\n    int", YIELDS),
        ("See Also\n    --------\n    x", OTHER),
        (":return: x", RETURNS),
        (":rtype: int", RETURNS),
        (":rtype: None", OTHER),
        (":yields: x", YIELDS),
        (":meta private:", OTHER),
    ],
)
def test_kinds_of_sections(text: str, kind: SectionKind) -> None:
    assert [section.kind for section in read(f"Do.\n\n    {text}\n").sections] == [kind]


def test_exceptions_may_be_dotted() -> None:
    google = read("Do.\n\n    Raises:\n        a.B: x\n        C: y\n")
    assert google.names(RAISES) == ["a.B", "C"]
    numpy = read("Do.\n\n    Raises\n    ------\n    a.B\n        x\n    If it fails.\n")
    assert numpy.names(RAISES) == ["a.B"]
    assert read("Do.\n\n    :raises a.B: x\n").names(RAISES) == ["a.B"]


def test_lines_of_sections_and_entries_are_those_of_the_text() -> None:
    found = read(
        "Do.\n\n    Args:\n        a: x\n            more\n\n        b: y\n"
        "\n    Returns:\n        z\n    "
    )
    parameters, returns = found.sections
    assert (parameters.first, parameters.last) == (2, 7)
    assert [(entry.first, entry.last) for entry in parameters.entries] == [(3, 5), (6, 7)]
    assert (returns.first, returns.last) == (8, 10)


def test_prose_ends_a_google_section() -> None:
    found = read("Do.\n\n    Args:\n        a: x\n    And so on.\n        b: y\n")
    assert found.names(PARAMETERS) == ["a"]


def test_the_summary_is_the_first_paragraph() -> None:
    assert read("Do\n    it.\n\n    More.\n").summary == "Do it."
    assert read("\n    Do.\n    :param a: x\n").summary == "Do."
    assert read("\n    Args:\n        a: x\n").summary == ""
    assert read("").summary == ""


def test_a_docstring_without_claims_has_no_style() -> None:
    assert read("Do.\n\n    Example:\n        x = 1\n").style is None
    assert read("Do.\n\n    Notes\n    -----\n    x\n").style is None
    assert read("Do.").sections == ()


def test_types_are_noticed() -> None:
    typed = read("Do.\n\n    Args:\n        a (int): x\n        b: y\n").sections[0].entries
    assert [entry.shows_type for entry in typed] == [True, False]
    typed = read("Do.\n\n    Parameters\n    ----------\n    a : int\n    b\n").sections[0].entries
    assert [entry.shows_type for entry in typed] == [True, False]
    typed = read("Do.\n\n    :param a: x\n    :type a: int\n").sections[0].entries
    assert [entry.shows_type for entry in typed] == [False, True]


def test_tabs_indent_like_spaces() -> None:
    assert read("Do.\n\n\tArgs:\n\t\ta: x\n\t\tb: y\n\t").names(PARAMETERS) == ["a", "b"]
