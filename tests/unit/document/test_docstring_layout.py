"""Writing sections, and reading the same names back in every style."""

import keyword
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.document.docstring import Described, DocstringContent, SectionKind, Style
from codegen_lsp.document.docstring_layout import Layout, docstring_lines, section_lines
from codegen_lsp.document.docstring_outline import outline

STYLES: tuple[Style, ...] = get_args(Style)
CONTENT = DocstringContent(
    "Say it.",
    parameters=(Described("a", "One.", "int"), Described("*b", "Two.")),
    returns=Described("", "Three.", "str"),
    raises=(Described("m.E", "If so."),),
)


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("google", ["Args:", "    a (int): One.", "    *b: Two."]),
        ("numpy", ["Parameters", "----------", "a : int", "    One.", "*b", "    Two."]),
        ("sphinx", [":param a: One.", ":type a: int", ":param b: Two."]),
    ],
)
def test_types_are_shown_where_that_is_the_custom(style: Style, expected: list[str]) -> None:
    layout = Layout(style=style, shows_types=True)
    assert section_lines(SectionKind.PARAMETERS, CONTENT.parameters, layout) == expected


@pytest.mark.parametrize("style", STYLES)
def test_types_are_left_out_where_it_is_not(style: Style) -> None:
    lines = section_lines(SectionKind.PARAMETERS, CONTENT.parameters, Layout(style=style))
    assert "int" not in "\n".join(lines)


def test_numpy_names_a_returned_value_by_its_type_or_by_what_it_is() -> None:
    layout = Layout(style="numpy")
    typed = section_lines(SectionKind.RETURNS, (Described("", "Three.", "str"),), layout)
    assert typed == ["Returns", "-------", "str", "    Three."]
    untyped = section_lines(SectionKind.RETURNS, (Described("", "Three."),), layout)
    assert untyped == ["Returns", "-------", "Three."]


@pytest.mark.parametrize("style", STYLES)
def test_no_line_breaks_within_a_name_and_its_type(style: Style) -> None:
    long = "Callable[[int, str], dict[str, int] | None]"
    layout = Layout(style=style, width=40, shows_types=True)
    lines = section_lines(SectionKind.PARAMETERS, (Described("a", "One two.", long),), layout)
    assert any(long in line for line in lines)


def test_sections_are_set_apart_in_all_styles_but_fields_of_sphinx() -> None:
    google = docstring_lines(CONTENT, Layout(style="google"))
    assert [index for index, line in enumerate(google) if not line] == [1, 5, 8]
    sphinx = docstring_lines(CONTENT, Layout(style="sphinx"))
    assert [index for index, line in enumerate(sphinx) if not line] == [1]


def test_a_summary_alone_is_one_line() -> None:
    for style in STYLES:
        assert docstring_lines(DocstringContent("Say it."), Layout(style=style)) == ["Say it."]


NAMES = st.lists(
    st.from_regex(r"[^\W\d]\w{0,12}", fullmatch=True).filter(
        lambda name: name.isidentifier() and not keyword.iskeyword(name)
    ),
    unique=True,
    max_size=6,
)
TEXTS = st.text(
    st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp"), max_codepoint=0x2FFF), min_size=1
).map(lambda text: "A" + " ".join(text.split()) + ".")
TYPES = st.none() | st.sampled_from(["int", "dict[str, int]", "Callable[[int], str] | None", "'X'"])


@st.composite
def contents(draw: st.DrawFn) -> DocstringContent:
    stars = draw(st.sampled_from([("", ""), ("*", ""), ("*", "**"), ("", "**")]))
    names = draw(NAMES)
    labels = [*names[:-2], *(star + name for star, name in zip(stars, names[-2:], strict=False))]
    value = st.builds(Described, st.just(""), TEXTS, TYPES)
    return DocstringContent(
        summary=draw(TEXTS),
        parameters=tuple(Described(label, draw(TEXTS), draw(TYPES)) for label in labels),
        returns=draw(st.none() | value),
        yields=draw(st.none() | value),
        raises=tuple(
            Described(name, draw(TEXTS))
            for name in draw(st.lists(st.sampled_from(["ValueError", "m.E", "a.b.C"]), unique=True))
        ),
    )


@given(contents(), st.sampled_from(STYLES), st.booleans(), st.integers(10, 120), st.booleans())
def test_what_is_written_is_read_back_with_the_same_names(
    content: DocstringContent,
    style: Style,
    shows_types: bool,  # noqa: FBT001 - hypothesis gives it
    width: int,
    tabs: bool,  # noqa: FBT001 - same
) -> None:
    layout = Layout(
        style=style, shows_types=shows_types, width=width, step="\t" if tabs else "    "
    )
    indent = "\t" if tabs else "        "
    lines = docstring_lines(content, layout)
    found = outline([lines[0], *(indent + line if line else "" for line in lines[1:]), indent])
    assert found.summary == " ".join(content.summary.split())
    labels = [described.label.lstrip("*") for described in content.parameters]
    assert found.names(SectionKind.PARAMETERS) == labels
    assert found.names(SectionKind.RAISES) == [described.label for described in content.raises]
    kinds = {section.kind for section in found.sections}
    assert kinds == {kind for kind, _ in content.sections()}
    assert found.style == (style if kinds else None)


@given(TEXTS, st.sampled_from(STYLES), st.integers(60, 120))
def test_no_line_is_longer_than_it_may_be_unless_a_word_is(
    text: str, style: Style, width: int
) -> None:
    layout = Layout(style=style, width=width)
    for line in section_lines(SectionKind.PARAMETERS, (Described("a", text),), layout):
        assert len(line) <= width or max(map(len, text.split())) > width - 12
