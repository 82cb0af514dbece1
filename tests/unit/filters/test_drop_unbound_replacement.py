from collections.abc import Callable

import pytest

from codegen_lsp.context.changed_code import Passage
from codegen_lsp.filters.drop_unbound_replacement import drop_unbound_replacement
from codegen_lsp.filters.place import Dropped
from codegen_lsp.prompt.review import Claim


@pytest.mark.parametrize(
    ("replacement", "dropped"),
    [
        ("    for item in the_items:", True),
        ("    for item in items or []:", False),
        ("    for item in sorted(items):", False),
        ("    for other in items:", True),
        (None, False),
    ],
)
def test_a_replacement_may_use_only_names_that_exist(
    passage: Callable[..., Passage],
    claim: Callable[..., Claim],
    replacement: str | None,
    dropped: bool,  # noqa: FBT001 - a parameter of the case
) -> None:
    found = drop_unbound_replacement(claim(replacement=replacement), passage())
    assert isinstance(found, Dropped) is dropped


def test_names_that_were_undefined_before_do_not_count(
    passage: Callable[..., Passage], claim: Callable[..., Claim]
) -> None:
    text = "x = unknown + 1\n"
    said = claim("x = unknown + 1", replacement="x = unknown")
    assert drop_unbound_replacement(said, passage(text, (1,))) == said


def test_other_languages_are_not_ruffs_business(
    passage: Callable[..., Passage], claim: Callable[..., Claim]
) -> None:
    said = claim(replacement="for item in the_items:")
    assert drop_unbound_replacement(said, passage(language="go")) == said
