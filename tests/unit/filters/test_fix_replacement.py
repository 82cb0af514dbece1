from collections.abc import Callable

import pytest

from codegen_lsp.context.changed_code import Passage
from codegen_lsp.filters.fix_replacement import fix_replacement
from codegen_lsp.filters.place import Dropped
from codegen_lsp.prompt.review import Claim


def replaced(found: Claim | Dropped) -> str | None:
    assert isinstance(found, Claim)
    return found.replacement


@pytest.mark.parametrize(
    ("quote", "replacement", "expected"),
    [
        ("for item in items:", "for item in items or []:", "    for item in items or []:"),
        ("for item in items:", "+   for item in []:", "    for item in []:"),
        ("item.price * item.number", "item.price", "        count += item.price"),
        ("item.price * item.number", "count += item.price", "        count += item.price"),
    ],
)
def test_a_replacement_becomes_a_whole_line_in_its_place(
    passage: Callable[..., Passage],
    claim: Callable[..., Claim],
    quote: str,
    replacement: str,
    expected: str,
) -> None:
    assert replaced(fix_replacement(claim(quote, replacement=replacement), passage())) == expected


@pytest.mark.parametrize("replacement", ["for item in items: (", "for item in:", "use another", ""])
def test_what_does_not_parse_is_left_out(
    passage: Callable[..., Passage], claim: Callable[..., Claim], replacement: str
) -> None:
    assert replaced(fix_replacement(claim(replacement=replacement), passage())) is None


def test_in_a_file_that_is_broken_already_only_new_problems_count(
    passage: Callable[..., Passage], claim: Callable[..., Claim]
) -> None:
    broken = passage("def f(:\n    x = y\n", (2,))
    assert replaced(fix_replacement(claim("x = y", replacement="x = z"), broken)) == "    x = z"


def test_the_same_line_again_is_a_contradiction(
    passage: Callable[..., Passage], claim: Callable[..., Claim]
) -> None:
    found = fix_replacement(claim(replacement="for  item in items:"), passage())
    assert isinstance(found, Dropped)


def test_without_a_grammar_nobody_can_say_that_it_parses(
    passage: Callable[..., Passage], claim: Callable[..., Claim]
) -> None:
    assert replaced(fix_replacement(claim(replacement="x"), passage(language=None))) is None


def test_a_quote_of_several_lines_has_no_replacement(
    passage: Callable[..., Passage], claim: Callable[..., Claim]
) -> None:
    said = claim("return total( items)", replacement="return count")
    assert replaced(fix_replacement(said, passage())) is None


def test_other_languages_are_parsed_too(
    passage: Callable[..., Passage], claim: Callable[..., Claim]
) -> None:
    go = passage("package a\n\nfunc f() int {\n\treturn 1\n}\n", (4,), "go")
    assert replaced(fix_replacement(claim("return 1", replacement="return 2"), go)) == "\treturn 2"
    assert replaced(fix_replacement(claim("return 1", replacement="return }"), go)) is None
