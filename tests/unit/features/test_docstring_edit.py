"""Types as they are shown: those of the annotations, never others."""

import pytest

from codegen_lsp.document.text import Document, apply_edits
from codegen_lsp.features.docstring_edit import (
    layout_for,
    mended_docstring,
    summary_width,
    whole_docstring,
)
from codegen_lsp.features.docstring_targets import DocstringOptions, read_file, targets_named
from codegen_lsp.prompt.docstring_answer import Answer

NUMPY = DocstringOptions(style="numpy")


def documented(source: str, answer: Answer, options: DocstringOptions = NUMPY) -> str:
    document = Document(source, "python")
    (target,) = targets_named(read_file(document), "f")
    edit = whole_docstring(target, answer, layout_for(target, options))
    return apply_edits(document, [edit])


@pytest.mark.parametrize(
    ("annotation", "shown"),
    [
        ("Iterator[str]", "str"),
        ("Generator[tuple[int, str], None, None]", "tuple[int, str]"),
        ("collections.abc.AsyncIterator[dict[str, int]]", "dict[str, int]"),
        ("'Iterable[A]'", "A"),
    ],
)
def test_what_is_yielded_is_what_the_annotation_says_of_items(annotation: str, shown: str) -> None:
    after = documented(f"def f() -> {annotation}: yield 1\n", Answer(summary="Do.", yields="It."))
    assert f"    Yields\n    ------\n    {shown}\n        It.\n" in after


def test_an_annotation_that_says_nothing_of_items_shows_no_type() -> None:
    after = documented("def f() -> Any: yield 1\n", Answer(summary="Do.", yields="It."))
    assert "    Yields\n    ------\n    It.\n" in after


@pytest.mark.parametrize(
    ("annotation", "shown"),
    [
        ('"A"', "A"),
        ('"A" | None', '"A" | None'),
        ('dict["A", "B"]', 'dict["A", "B"]'),
        ('"A" | "B"', '"A" | "B"'),
    ],
)
def test_quotes_around_a_whole_annotation_go(annotation: str, shown: str) -> None:
    after = documented(
        f"def f(x: {annotation}): go()\n", Answer(summary="Do.", parameters={"x": "It."})
    )
    assert f"    x : {shown}\n" in after


def test_a_summary_that_leaves_no_room_for_quotes_has_them_on_the_next_line() -> None:
    width = summary_width(
        layout_for(targets_named(read_file(Document("def f(): go()\n", "python")), "f")[0], NUMPY)
    )
    assert width == 88 - 4 - 3
    after = documented("def f(): go()\n", Answer(summary="x" * (width - 1) + "."))
    assert max(map(len, after.split("\n"))) == 88
    assert '.\n    """\n' in after


def test_new_text_is_escaped_as_the_old_literal_wants_it() -> None:
    header = 'def f(x: Literal["\\n"]):\n'
    source = header + '    {}"""Do.\n\n    Parameters\n    ----------\n    y : int\n    """\n'
    for prefix, shown in (("", '"\\\\n"'), ("r", '"\\n"')):
        document = Document(source.format(prefix), "python")
        (target,) = targets_named(read_file(document), "f")
        edit = mended_docstring(target, Answer(parameters={"x": "It."}), layout_for(target, NUMPY))
        assert f"    x : Literal[{shown}]\n        It.\n" in edit.new_text
