import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_lsp.context.changed_code import PASSAGE_CODE_POINTS, Passage, passages
from codegen_lsp.document.changes import ChangedFile
from codegen_lsp.document.diff import Hunk
from codegen_lsp.document.text import Document

FILLER = "".join(f"CONSTANT_{number} = {number}  # nothing changes here\n" for number in range(80))
FILLER_LINES = 80


def changed(
    text: str, *added: int, language: str | None = "python", path: str = "a.sh"
) -> ChangedFile:
    lines = dict(enumerate(text.split("\n"), 1))
    return ChangedFile(path, Document(text, language), (Hunk(lines, frozenset(added), {}),))


def names(found: list[Passage]) -> list[str | None]:
    return [passage.name for passage in found]


def function(name: str, lines: int = 3) -> str:
    body = "".join(
        f"    step_{number} = {number}  # one more step\n" for number in range(lines - 1)
    )
    return f"def {name}(x):\n{body}"


def test_a_small_file_is_one_passage() -> None:
    text = function("f") + function("g")
    (passage,) = passages(changed(text, 2, 5))
    assert passage.shown == (range(1, 7),)
    assert passage.added == {2, 5}
    assert passage.first_line == 2


def test_in_a_long_file_each_function_is_a_passage() -> None:
    text = FILLER + function("f") + function("g")
    found = passages(changed(text, FILLER_LINES + 2, FILLER_LINES + 3, FILLER_LINES + 5))
    assert names(found) == ["f", "g"]
    assert found[0].shown == (range(FILLER_LINES + 1, FILLER_LINES + 4),)
    assert found[0].added == {FILLER_LINES + 2, FILLER_LINES + 3}


def test_hunks_of_one_function_are_reviewed_together() -> None:
    text = FILLER + function("f", 30)
    (passage,) = passages(changed(text, FILLER_LINES + 2, FILLER_LINES + 29))
    assert passage.added == {FILLER_LINES + 2, FILLER_LINES + 29}


def test_a_nested_function_is_part_of_its_owner() -> None:
    text = (
        FILLER
        + "class A:\n    def f(self):\n        def g():\n            return 1\n        return g\n"
    )
    (passage,) = passages(changed(text, FILLER_LINES + 4))
    assert passage.name == "A.f"
    assert passage.shown == (range(FILLER_LINES + 2, FILLER_LINES + 6),)


def test_outside_of_functions_near_lines_are_one_passage_and_far_ones_two() -> None:
    found = passages(changed(FILLER, 10, 13, 60))
    assert [passage.added for passage in found] == [{10, 13}, {60}]
    assert found[0].shown == (range(7, 17),)


def test_a_long_function_is_cut_around_its_lines_and_keeps_its_head() -> None:
    text = FILLER + function("f", 200)
    (passage,) = passages(changed(text, FILLER_LINES + 150))
    assert passage.shown[0].start == FILLER_LINES + 1
    assert passage.shown[1] == range(FILLER_LINES + 147, FILLER_LINES + 154)


def test_too_many_new_lines_are_several_passages() -> None:
    text = function("f", 300)
    found = passages(changed(text, *range(1, 301)))
    assert len(found) > 1
    assert set().union(*(passage.added for passage in found)) == set(range(1, 301))


def test_lines_without_code_are_not_asked_about() -> None:
    assert passages(changed("\n# only words\n)\n  \n", 1, 2, 3, 4)) == []
    assert passages(changed("// only words\n}\n", 1, 2, language="go")) == []


def test_a_language_without_grammar_is_shown_by_its_lines() -> None:
    text = "echo\n" * 1000
    (passage,) = passages(changed(text, 500, language=None))
    assert passage.name is None
    assert passage.shown == (range(497, 504),)


@pytest.mark.parametrize("path", ["README.md", "data.json", "uv.lock", "LICENSE", "conf/A.YAML"])
def test_prose_and_data_are_not_asked_about(path: str) -> None:
    assert passages(changed("words = words\n", 1, language=None, path=path)) == []


def test_a_script_without_a_suffix_is_code() -> None:
    assert passages(changed("#!/bin/sh\necho\n", 2, language=None, path="run"))


def test_docstrings_are_not_asked_about() -> None:
    text = 'def f():\n    """One.\n\n    Two.\n    """\n    return 1\n'
    assert [passage.added for passage in passages(changed(text, *range(1, 7)))] == [{1, 6}]


def test_a_passage_knows_the_lines_that_are_gone_from_it() -> None:
    text = FILLER + function("f")
    hunk = Hunk({}, frozenset({2, 82}), {83: ("two", " "), 82: ("one",), 2: ("elsewhere",)})
    file = ChangedFile("a.py", Document(text, "python"), (hunk,))
    assert passages(file)[-1].removed == ("one", "two")


def test_a_change_in_the_last_line_without_line_end() -> None:
    (passage,) = passages(changed("x = 1\ny = 2", 2))
    assert passage.shown == (range(1, 3),)


LINES = st.lists(
    st.sampled_from(
        ["def f():", "    return 1", "x = 1", "", "    def g(self):", "class A:", "y" * 900]
    ),
    min_size=1,
    max_size=90,
)


@given(LINES, st.data())
def test_every_added_line_of_code_is_shown_once_and_passages_are_bounded(
    lines: list[str], data: st.DataObject
) -> None:
    added = data.draw(st.sets(st.integers(1, len(lines))))
    found = passages(changed("\n".join(lines), *added))
    asked = [number for passage in found for number in sorted(passage.added)]
    assert len(asked) == len(set(asked))
    assert set(asked) == {number for number in added if lines[number - 1]}
    for passage in found:
        shown = [number for block in passage.shown for number in block]
        assert passage.added <= set(shown)
        assert shown == sorted(set(shown))
        assert max(shown) <= len(lines)
        size = sum(min(len(lines[number - 1]), 240) for number in shown)
        assert size <= 2 * PASSAGE_CODE_POINTS
